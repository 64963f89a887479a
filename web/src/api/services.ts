import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { type CreateService, ServicePage, ServiceView, type UpdateService } from '#contract/services.ts'
import { query, request, requestNothing } from './client.ts'

const PAGE_SIZE = 50

/** By name, page by page. */
export const serviceList = infiniteQueryOptions({
  queryKey: ['services', 'list'],
  queryFn: ({ pageParam }) =>
    request(ServicePage, 'GET', `/services${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.nextCursor ?? undefined,
})

export const serviceOne = (id: string) =>
  queryOptions({
    queryKey: ['services', 'one', id],
    queryFn: () => request(ServiceView, 'GET', `/services/${encodeURIComponent(id)}`),
  })

export function useCreateService() {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (service: z.input<typeof CreateService>) =>
      request(ServiceView, 'POST', '/services', service),
    onSuccess: (service) => {
      queryClient.setQueryData(serviceOne(service.id).queryKey, service)
      return queryClient.invalidateQueries({ queryKey: ['services'] })
    },
  })
}

export function useUpdateService(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (changes: UpdateService) => request(ServiceView, 'PATCH', `/services/${id}`, changes),
    onSuccess: (service) => {
      queryClient.setQueryData(serviceOne(id).queryKey, service)
      return queryClient.invalidateQueries({ queryKey: ['services'] })
    },
  })
}

/** Deletes the service with its integrations, and resolves its active incidents. */
export function useDeleteService(id: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => requestNothing('DELETE', `/services/${id}`),
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: serviceOne(id).queryKey })
      for (const slice of ['services', 'integrations', 'incidents'])
        void queryClient.invalidateQueries({ queryKey: [slice], refetchType: 'none' })
    },
  })
}
