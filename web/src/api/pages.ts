import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { PagePage, type PageStatus, PageViews } from '#contract/pages.ts'
import { query, request } from './client.ts'

const PAGE_SIZE = 50

/** Whose pages to list, and which. */
export type PageFilter = { userId?: string | undefined; status?: PageStatus | undefined }

/** Every page of every incident, newest first. */
export const pageLog = (filter: PageFilter) =>
  infiniteQueryOptions({
    queryKey: ['pages', 'log', filter],
    queryFn: ({ pageParam }) =>
      request(PagePage, 'GET', `/pages${query({ ...filter, cursor: pageParam, limit: PAGE_SIZE })}`),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
  })

/** Whom an incident has paged, and what became of it. */
export const pagesOfIncident = (id: string) =>
  queryOptions({
    queryKey: ['pages', 'incident', id],
    queryFn: () => request(PageViews, 'GET', `/incidents/${id}/pages`),
  })

/** The same with the timeline as one text, to be saved or sent on. */
export const ledgerUrl = (id: string) => `/api/v1/incidents/${id}/ledger`
