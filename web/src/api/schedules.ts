import {
  infiniteQueryOptions,
  keepPreviousData,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type CreateOverride,
  OverrideView,
  type PutSchedule,
  SchedulePage,
  ScheduleView,
  Shifts,
} from '#contract/schedules.ts'
import { query, request, requestNothing } from './client.ts'

const PAGE_SIZE = 50
/** A calendar that is looked at all day moves on by itself. */
const LOOK_AGAIN_MS = 60_000

/** By name, page by page. */
export const scheduleList = infiniteQueryOptions({
  queryKey: ['schedules', 'list'],
  queryFn: ({ pageParam }) =>
    request(SchedulePage, 'GET', `/schedules${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

/** What pickers choose from: the first 200. */
export const allSchedules = queryOptions({
  queryKey: ['schedules', 'all'],
  queryFn: () => request(SchedulePage, 'GET', '/schedules?limit=200'),
  select: ({ items }) => items,
})

export const scheduleOne = (id: string) =>
  queryOptions({
    queryKey: ['schedules', 'one', id],
    queryFn: () => request(ScheduleView, 'GET', `/schedules/${encodeURIComponent(id)}`),
  })

/** From when to when something is looked at. */
export type Span = { from: Date; to: Date }

const spanQuery = ({ from, to }: Span) => ({ from: from.toISOString(), to: to.toISOString() })

/** Who is on call when, everything considered. */
export const shiftsOf = (id: string, span: Span) =>
  queryOptions({
    queryKey: ['schedules', 'shifts', id, spanQuery(span)],
    queryFn: () =>
      request(Shifts, 'GET', `/schedules/${encodeURIComponent(id)}/shifts${query(spanQuery(span))}`),
    placeholderData: keepPreviousData,
    refetchInterval: LOOK_AGAIN_MS,
  })

export type Draft = Pick<z.input<typeof PutSchedule>, 'timeZone' | 'rotations'>

/** What these rotations would come to, without saving anything. */
export const previewOf = (draft: Draft, span: Span) =>
  queryOptions({
    queryKey: ['schedules', 'preview', draft, spanQuery(span)],
    queryFn: () => request(Shifts, 'POST', '/schedules/preview', { ...draft, ...spanQuery(span) }),
    placeholderData: keepPreviousData,
  })

/** Whatever somebody changes about who is on call, everything that shows it is asked for again. */
export function refreshOnCall(queryClient: QueryClient): Promise<void> {
  for (const slice of ['on-call', 'swaps', 'coverage'])
    void queryClient.invalidateQueries({ queryKey: [slice] })
  return queryClient.invalidateQueries({ queryKey: ['schedules'] })
}

/** Creates it, or changes the one with this id. */
export function useSaveSchedule(id?: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (schedule: z.input<typeof PutSchedule>) =>
      id === undefined
        ? request(ScheduleView, 'POST', '/schedules', schedule)
        : request(ScheduleView, 'PUT', `/schedules/${id}`, schedule),
    onSuccess: (schedule) => {
      queryClient.setQueryData(scheduleOne(schedule.id).queryKey, schedule)
      void refreshOnCall(queryClient)
    },
  })
}

export function useDeleteSchedule(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => requestNothing('DELETE', `/schedules/${id}`),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: scheduleOne(id).queryKey })
      for (const slice of ['on-call', 'swaps', 'coverage'])
        void queryClient.invalidateQueries({ queryKey: [slice] })
      void queryClient.invalidateQueries({ queryKey: ['schedules'], refetchType: 'none' })
    },
  })
}

export function useCreateOverride(scheduleId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (override: z.input<typeof CreateOverride>) =>
      request(OverrideView, 'POST', `/schedules/${scheduleId}/overrides`, override),
    onSuccess: () => refreshOnCall(queryClient),
  })
}

export function useDeleteOverride(scheduleId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => requestNothing('DELETE', `/schedules/${scheduleId}/overrides/${id}`),
    onSuccess: () => refreshOnCall(queryClient),
  })
}
