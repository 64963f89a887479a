import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { CalendarFeed, CalendarFeedState } from '#contract/schedules.ts'
import { request, requestNothing } from './client.ts'

/** Whose shifts a calendar shows: those of a schedule, or of one person. */
export type FeedOf = { of: 'schedules' | 'users'; id: string }

const pathOf = ({ of, id }: FeedOf) => `/${of}/${encodeURIComponent(id)}/feed`

/** Whether the reader has an address for calendar programs, and since when. */
export const feedState = (feed: FeedOf) =>
  queryOptions({
    queryKey: ['schedules', 'feed', feed],
    queryFn: () => request(CalendarFeedState, 'GET', pathOf(feed)),
  })

function useRefresh(feed: FeedOf) {
  const queryClient = useQueryClient()
  return () => queryClient.invalidateQueries({ queryKey: feedState(feed).queryKey })
}

/** Makes the address, anew where there is one; the answer is the only time that it is shown. */
export const useMakeFeed = (feed: FeedOf) =>
  useMutation({
    mutationFn: () => request(CalendarFeed, 'POST', pathOf(feed)),
    onSuccess: useRefresh(feed),
    gcTime: 0,
  })

export const useRemoveFeed = (feed: FeedOf) =>
  useMutation({
    mutationFn: () => requestNothing('DELETE', pathOf(feed)),
    onSuccess: useRefresh(feed),
  })
