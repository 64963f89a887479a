import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { type NotificationRule, NotificationRules } from '#contract/contact-methods.ts'
import { request } from './client.ts'

/** By which contact methods, after which delay, somebody is reached for each urgency. */
export const rulesOf = (userId: string) =>
  queryOptions({
    queryKey: ['notification-rules', userId],
    queryFn: () => request(NotificationRules, 'GET', `/users/${userId}/notification-rules`),
  })

/** Puts these in place of all that were there. */
export function usePutRules(userId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (rules: NotificationRule[]) =>
      request(NotificationRules, 'PUT', `/users/${userId}/notification-rules`, rules),
    onSuccess: (rules) => queryClient.setQueryData(rulesOf(userId).queryKey, rules),
  })
}
