import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  EscalationPolicyPage,
  EscalationPolicyView,
  type PutEscalationPolicy,
} from '#contract/escalation-policies.ts'
import { query, request, requestNothing } from './client.ts'

const PAGE_SIZE = 50

/** By name, page by page. */
export const policyList = infiniteQueryOptions({
  queryKey: ['escalation-policies', 'list'],
  queryFn: ({ pageParam }) =>
    request(
      EscalationPolicyPage,
      'GET',
      `/escalation-policies${query({ cursor: pageParam, limit: PAGE_SIZE })}`,
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

/** What pickers choose from: the first 200. */
export const allPolicies = queryOptions({
  queryKey: ['escalation-policies', 'all'],
  queryFn: () => request(EscalationPolicyPage, 'GET', '/escalation-policies?limit=200'),
  select: ({ items }) => items,
})

export const policyOne = (id: string) =>
  queryOptions({
    queryKey: ['escalation-policies', 'one', id],
    queryFn: () => request(EscalationPolicyView, 'GET', `/escalation-policies/${encodeURIComponent(id)}`),
  })

function useRefresh() {
  const queryClient = useQueryClient()
  return (refetchType: 'active' | 'none' = 'active') => {
    for (const slice of ['coverage', 'services']) void queryClient.invalidateQueries({ queryKey: [slice] })
    return queryClient.invalidateQueries({ queryKey: ['escalation-policies'], refetchType })
  }
}

/** Creates it, or makes a new version of the one with this id. */
export function useSavePolicy(id?: string) {
  const queryClient = useQueryClient()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (policy: z.input<typeof PutEscalationPolicy>) =>
      id === undefined
        ? request(EscalationPolicyView, 'POST', '/escalation-policies', policy)
        : request(EscalationPolicyView, 'PUT', `/escalation-policies/${id}`, policy),
    onSuccess: (policy) => {
      queryClient.setQueryData(policyOne(policy.id).queryKey, policy)
      void refresh()
    },
  })
}

export function useDeletePolicy(id: string) {
  const queryClient = useQueryClient()
  const refresh = useRefresh()
  return useMutation({
    mutationFn: () => requestNothing('DELETE', `/escalation-policies/${id}`),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: policyOne(id).queryKey })
      void refresh('none')
    },
  })
}
