import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type ChangePassword,
  Me,
  type Permission,
  permissionsOfRole,
  SetupState,
  type SignIn,
  type UpdateProfile,
} from '#contract/people.ts'
import { request, requestNothing } from './client.ts'

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: () => request(Me, 'GET', '/me'),
  staleTime: 5 * 60_000,
})

export const setupStateQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: () => request(SetupState, 'GET', '/setup'),
})

/** Who is signed in; the routes make sure that somebody is. */
export const useMe = () => useSuspenseQuery(meQuery).data

const whoMay = {
  read: 'everybody',
  inspect: 'responders and administrators',
  act: 'responders and administrators',
  configure: 'administrators',
  'send-events': 'administrators',
} as const satisfies Record<Permission, string>

export const may = (me: Me, permission: Permission) => permissionsOfRole[me.role].includes(permission)

/** Why the signed-in person may not; undefined when they may. For `disabledReason` of a button. */
export function useReasonAgainst(permission: Permission): string | undefined {
  const me = useMe()
  return may(me, permission) ? undefined : `Only ${whoMay[permission]} can do this; your role is ${me.role}`
}

/** Leaves the session and everything that was read with it. */
export function useSignOut() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => requestNothing('DELETE', '/session'),
    onSuccess: () => queryClient.clear(),
  })
}

export function useSignIn() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (credentials: z.infer<typeof SignIn>) => request(Me, 'POST', '/session', credentials),
    onSuccess: (me) => {
      queryClient.clear()
      queryClient.setQueryData(meQuery.queryKey, me)
    },
  })
}

export function useUpdateProfile() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (profile: z.infer<typeof UpdateProfile>) => request(Me, 'PATCH', '/me', profile),
    onSuccess: (me) => queryClient.setQueryData(meQuery.queryKey, me),
  })
}

export const useChangePassword = () =>
  useMutation({
    mutationFn: (passwords: z.infer<typeof ChangePassword>) =>
      requestNothing('POST', '/me/password', passwords),
  })
