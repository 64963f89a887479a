import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type CreateMaintenanceWindow,
  MaintenanceWindowPage,
  MaintenanceWindowView,
} from '#contract/services.ts'
import { query, request, requestNothing } from './client.ts'

const PAGE_SIZE = 50

/** Newest first, those that are over too. */
export const maintenanceWindows = infiniteQueryOptions({
  queryKey: ['maintenance-windows', 'list'],
  queryFn: ({ pageParam }) =>
    request(
      MaintenanceWindowPage,
      'GET',
      `/maintenance-windows${query({ cursor: pageParam, limit: PAGE_SIZE })}`,
    ),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

function useRefresh() {
  const queryClient = useQueryClient()
  return () => {
    void queryClient.invalidateQueries({ queryKey: ['incidents'] })
    return queryClient.invalidateQueries({ queryKey: ['maintenance-windows'] })
  }
}

export const useCreateWindow = () =>
  useMutation({
    mutationFn: (window: z.input<typeof CreateMaintenanceWindow>) =>
      request(MaintenanceWindowView, 'POST', '/maintenance-windows', window),
    onSuccess: useRefresh(),
  })

/** Ends it: incidents that it kept quiet open, unless another window covers their service. */
export const useEndWindow = () =>
  useMutation({
    mutationFn: (id: string) => requestNothing('DELETE', `/maintenance-windows/${id}`),
    onSuccess: useRefresh(),
  })
