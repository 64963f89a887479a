import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { SentryConnectionView, type SetSentryConnection } from '#contract/sentry-connection.ts'
import { SentryUiSchema } from '#contract/sentry-ui.ts'
import { request, requestNothing } from './client.ts'

/** What waits for Sentry, and whether it answers, changes without anybody here doing anything. */
const LOOK_EVERY_MS = 10_000
/** While something is on its way. */
const LOOK_SOON_MS = 2_000

const addressOf = (ref: string) => `/integrations/${encodeURIComponent(ref)}/sentry-connection`

/** How an integration is connected to its Sentry; only to be asked of one that is. */
export const sentryConnection = (ref: string) =>
  queryOptions({
    queryKey: ['sentry-connection', ref],
    queryFn: () => request(SentryConnectionView, 'GET', addressOf(ref)),
    refetchInterval: ({ state }) => (state.data?.waiting.count ? LOOK_SOON_MS : LOOK_EVERY_MS),
  })

/** The forms that Sentry is to show in its own pages, and what is still needed before they work. */
export const sentryUiSchema = (ref: string) =>
  queryOptions({
    queryKey: ['integrations', 'sentry-ui-schema', ref],
    queryFn: () =>
      request(SentryUiSchema, 'GET', `/integrations/${encodeURIComponent(ref)}/sentry-ui-schema`),
  })

function useTakeIn(ref: string) {
  const queryClient = useQueryClient()
  return (connection: SentryConnectionView) => {
    queryClient.setQueryData(sentryConnection(ref).queryKey, connection)
    return queryClient.invalidateQueries({ queryKey: ['integrations'] })
  }
}

/** Connects, or changes the connection; the server asks Sentry before it answers. */
export const useConnectSentry = (ref: string) =>
  useMutation({
    mutationFn: (connection: z.input<typeof SetSentryConnection>) =>
      request(SentryConnectionView, 'PUT', addressOf(ref), connection),
    onSuccess: useTakeIn(ref),
    // A token stays nowhere but in the form.
    gcTime: 0,
  })

/** Asks Sentry again what the token may do. */
export const useCheckSentry = (ref: string) =>
  useMutation({
    mutationFn: () => request(SentryConnectionView, 'POST', `${addressOf(ref)}/check`),
    onSuccess: useTakeIn(ref),
  })

export function useDisconnectSentry(ref: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => requestNothing('DELETE', addressOf(ref)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['integrations'] })
      queryClient.removeQueries({ queryKey: sentryConnection(ref).queryKey })
    },
  })
}
