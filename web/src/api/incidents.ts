import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { Severity } from '#contract/common.ts'
import {
  type CreateIncident,
  FoldedPage,
  IncidentCounts,
  IncidentPage,
  type IncidentStatus,
  IncidentView,
  TimelinePage,
} from '#contract/incidents.ts'
import { DeliveryDetail, DeliveryList } from '#contract/integrations.ts'
import { query, request } from './client.ts'

const PAGE_SIZE = 50

/** What of the incidents to list; `status` may also be `active` (all but resolved), nothing means all. */
export type IncidentFilter = {
  status?: IncidentStatus | 'active' | undefined
  severity?: readonly Severity[] | undefined
  serviceId?: readonly string[] | undefined
  q?: string | undefined
}

export const incidentKeys = {
  all: ['incidents'] as const,
  lists: ['incidents', 'list'] as const,
  one: (number: string) => ['incidents', 'one', number] as const,
}

/** Newest first, page by page. */
export const incidentList = (filter: IncidentFilter) =>
  infiniteQueryOptions({
    queryKey: [...incidentKeys.lists, filter],
    queryFn: ({ pageParam }) =>
      request(IncidentPage, 'GET', `/incidents${query({ ...filter, cursor: pageParam, limit: PAGE_SIZE })}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })

export const incidentCounts = queryOptions({
  queryKey: ['incidents', 'counts'],
  queryFn: () => request(IncidentCounts, 'GET', '/incidents/counts'),
})

/** One incident by its number (or id), with its newest timeline entries. */
export const incidentOne = (number: string) =>
  queryOptions({
    queryKey: incidentKeys.one(number),
    queryFn: () => request(IncidentView, 'GET', `/incidents/${encodeURIComponent(number)}`),
  })

/** The whole timeline of an incident; asked for when its newest part is not enough. */
export const incidentTimeline = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['incidents', 'timeline', id],
    queryFn: ({ pageParam }) =>
      request(TimelinePage, 'GET', `/incidents/${id}/timeline${query({ cursor: pageParam, limit: 100 })}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

/** What a storm has folded into its incident, the worst first. */
export const foldedProblems = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['incidents', 'folded', id],
    queryFn: ({ pageParam }) =>
      request(FoldedPage, 'GET', `/incidents/${id}/folded${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

/** What arrived about an incident, newest first. */
export const incidentDeliveries = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', 'incident', id],
    queryFn: ({ pageParam }) =>
      request(DeliveryList, 'GET', `/incidents/${id}/deliveries${query({ cursor: pageParam })}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  })

/** One delivery with headers and body; never changes. */
export const deliveryOne = (id: string) =>
  queryOptions({
    queryKey: ['deliveries', 'one', id],
    queryFn: () => request(DeliveryDetail, 'GET', `/deliveries/${id}`),
    staleTime: Number.POSITIVE_INFINITY,
  })

export const createIncident = (incident: CreateIncident) =>
  request(IncidentView, 'POST', '/incidents', incident)
