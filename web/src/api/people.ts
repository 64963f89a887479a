import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  ApiKeyPage,
  AuditPage,
  type CreateApiKey,
  CreatedApiKey,
  type CreateUser,
  InvitedUser,
  Me,
  PasswordLinkView,
  type SetPassword,
  type Setup,
  type UpdateUser,
  UserDetail,
  UserPage,
  UserView,
} from '#contract/people.ts'
import { query, request, requestNothing } from './client.ts'
import { meQuery, setupStateQuery } from './me.ts'

const PAGE_SIZE = 50

const pages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
}

/** Everybody, the disabled ones too. */
export const userList = infiniteQueryOptions({
  queryKey: ['users', 'list'],
  queryFn: ({ pageParam }) =>
    request(UserPage, 'GET', `/users${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
  ...pages,
})

/** One person with how they are reached. */
export const userOne = (id: string) =>
  queryOptions({
    queryKey: ['users', 'one', id],
    queryFn: () => request(UserDetail, 'GET', `/users/${encodeURIComponent(id)}`),
  })

/** Newest first. */
export const apiKeyList = infiniteQueryOptions({
  queryKey: ['api-keys', 'list'],
  queryFn: ({ pageParam }) =>
    request(ApiKeyPage, 'GET', `/api-keys${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
  ...pages,
})

/** Newest first. */
export const auditLog = infiniteQueryOptions({
  queryKey: ['audit-log', 'list'],
  queryFn: ({ pageParam }) =>
    request(AuditPage, 'GET', `/audit-log${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
  ...pages,
})

/** Whose password a one-time link sets. Throws ApiError `link_invalid` when it was used or is too old. */
export const passwordLink = (token: string) =>
  queryOptions({
    queryKey: ['password-link', token],
    queryFn: () => request(PasswordLinkView, 'POST', '/password-links/lookup', { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })

/** What of the mutations lets somebody in: from then on the cache belongs to them. */
function useEnter() {
  const queryClient = useQueryClient()
  return (me: Me) => {
    queryClient.clear()
    queryClient.setQueryData(setupStateQuery.queryKey, { needed: false })
    queryClient.setQueryData(meQuery.queryKey, me)
  }
}

/** Creates the first administrator and signs them in. */
export const useSetUp = () =>
  useMutation({
    mutationFn: (setup: Setup) => request(Me, 'POST', '/setup', setup),
    onSuccess: useEnter(),
  })

/** Sets the password by a one-time link and signs its owner in. */
export const useRedeemLink = () =>
  useMutation({
    mutationFn: (given: z.infer<typeof SetPassword>) => request(Me, 'POST', '/password-links/redeem', given),
    onSuccess: useEnter(),
  })

function useRefresh(slice: 'users' | 'api-keys') {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: [slice] })
}

export const useInvite = () =>
  useMutation({
    mutationFn: (user: z.infer<typeof CreateUser>) => request(InvitedUser, 'POST', '/users', user),
    onSuccess: useRefresh('users'),
  })

/** A new one-time link for setting the password; earlier ones stop working. */
export const useNewPasswordLink = () =>
  useMutation({
    mutationFn: (id: string) => request(InvitedUser, 'POST', `/users/${id}/password-link`),
  })

export const useUpdateUser = () =>
  useMutation({
    mutationFn: ({ id, ...changes }: z.infer<typeof UpdateUser> & { id: string }) =>
      request(UserView, 'PATCH', `/users/${id}`, changes),
    onSuccess: useRefresh('users'),
  })

/** Deletes a person; refused (409) while schedules or policies name them. Their deeds keep their name. */
export function useDeleteUser() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => requestNothing('DELETE', `/users/${id}`),
    onSuccess: (_, id) => {
      queryClient.removeQueries({ queryKey: userOne(id).queryKey })
      return queryClient.invalidateQueries({ queryKey: ['users', 'list'] })
    },
  })
}

export const useCreateApiKey = () =>
  useMutation({
    mutationFn: (key: CreateApiKey) => request(CreatedApiKey, 'POST', '/api-keys', key),
    onSuccess: useRefresh('api-keys'),
    gcTime: 0,
  })

export const useDeleteApiKey = () =>
  useMutation({
    mutationFn: (id: string) => requestNothing('DELETE', `/api-keys/${id}`),
    onSuccess: useRefresh('api-keys'),
  })
