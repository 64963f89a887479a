import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { type PutTeam, TeamPage, TeamView } from '#contract/teams.ts'
import { query, request, requestNothing } from './client.ts'

const PAGE_SIZE = 50

/** By name, page by page. */
export const teamList = infiniteQueryOptions({
  queryKey: ['teams', 'list'],
  queryFn: ({ pageParam }) =>
    request(TeamPage, 'GET', `/teams${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

/** What pickers choose from: the first 200. */
export const allTeams = queryOptions({
  queryKey: ['teams', 'all'],
  queryFn: () => request(TeamPage, 'GET', '/teams?limit=200'),
  select: ({ items }) => items,
})

function useRefresh() {
  const queryClient = useQueryClient()
  return () => {
    for (const slice of ['coverage', 'escalation-policies'])
      void queryClient.invalidateQueries({ queryKey: [slice] })
    return queryClient.invalidateQueries({ queryKey: ['teams'] })
  }
}

/** Creates it, or changes the one with this id. */
export const useSaveTeam = (id?: string) =>
  useMutation({
    mutationFn: (team: z.input<typeof PutTeam>) =>
      id === undefined
        ? request(TeamView, 'POST', '/teams', team)
        : request(TeamView, 'PUT', `/teams/${id}`, team),
    onSuccess: useRefresh(),
  })

export const useDeleteTeam = (id: string) =>
  useMutation({
    mutationFn: () => requestNothing('DELETE', `/teams/${id}`),
    onSuccess: useRefresh(),
  })
