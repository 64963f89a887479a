import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { OnCallNow, type RequestSwap, ShiftSwapPage, ShiftSwapView } from '#contract/schedules.ts'
import { query, request } from './client.ts'
import { refreshOnCall } from './schedules.ts'

/** Hand-overs happen on the minute. */
const LOOK_AGAIN_MS = 60_000

/** Who is on call of every schedule now, until when, and who comes next. */
export const onCallNow = queryOptions({
  queryKey: ['on-call', 'now'],
  queryFn: () => request(OnCallNow, 'GET', '/oncall'),
  select: ({ items }) => items,
  refetchInterval: LOOK_AGAIN_MS,
})

/** What waits for an answer and concerns this person: shifts that they would give or take. */
export const openSwapsOf = (userId: string) =>
  queryOptions({
    queryKey: ['swaps', 'open', userId],
    queryFn: () =>
      request(ShiftSwapPage, 'GET', `/swaps${query({ status: 'requested', userId, limit: 200 })}`),
    select: ({ items }) => items,
  })

function useRefresh() {
  const queryClient = useQueryClient()
  return () => refreshOnCall(queryClient)
}

/** Asks whoever has the shift whether somebody else may take it. */
export const useRequestSwap = (scheduleId: string) =>
  useMutation({
    mutationFn: (swap: RequestSwap) => request(ShiftSwapView, 'POST', `/schedules/${scheduleId}/swaps`, swap),
    onSuccess: useRefresh(),
  })

export type SwapAnswer = 'accept' | 'decline' | 'withdraw'

export const useAnswerSwap = (id: string) =>
  useMutation({
    mutationFn: (answer: SwapAnswer) => request(ShiftSwapView, 'POST', `/swaps/${id}/${answer}`),
    onSuccess: useRefresh(),
  })
