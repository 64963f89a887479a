import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import type { z } from 'zod'
import {
  type CreateIntegration,
  DeliveryAnswer,
  DeliveryList,
  type DeliveryOutcome,
  IntegrationHealth,
  IntegrationList,
  IntegrationView,
  RotatedId,
  type SetSigningSecret,
  SigningSecret,
  type UpdateIntegration,
} from '#contract/integrations.ts'
import { query, request, requestNothing } from './client.ts'

const PAGE_SIZE = 50
/** Rows of a list ask this often; the page of one integration is live. */
const GLANCE_SECONDS = 30

const pages = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { nextCursor: string | null }) => page.nextCursor ?? undefined,
}

/** The integrations of all services, oldest first. */
export const integrationList = infiniteQueryOptions({
  queryKey: ['integrations', 'list'],
  queryFn: ({ pageParam }) =>
    request(IntegrationList, 'GET', `/integrations${query({ cursor: pageParam, limit: PAGE_SIZE })}`),
  ...pages,
})

export const integrationsOfService = (serviceId: string) =>
  queryOptions({
    queryKey: ['integrations', 'of-service', serviceId],
    queryFn: () =>
      request(IntegrationList, 'GET', `/services/${encodeURIComponent(serviceId)}/integrations?limit=200`),
    select: ({ items }) => items,
  })

export const integrationOne = (ref: string) =>
  queryOptions({
    queryKey: ['integrations', 'one', ref],
    queryFn: () => request(IntegrationView, 'GET', `/integrations/${encodeURIComponent(ref)}`),
  })

const health = (ref: string) => () =>
  request(IntegrationHealth, 'GET', `/integrations/${encodeURIComponent(ref)}/health`)

/** What arrived in the last 24 hours and what is wrong; asked again whenever something arrives. */
export const integrationHealth = (ref: string) =>
  queryOptions({ queryKey: ['integrations', 'health', ref], queryFn: health(ref) })

/** The same for one row of a list. A list is long and deliveries may come by the hundred, so it is asked at a fixed pace. */
export const integrationGlance = (ref: string) =>
  queryOptions({
    queryKey: ['integration-glance', ref],
    queryFn: health(ref),
    staleTime: GLANCE_SECONDS * 1_000,
    refetchInterval: GLANCE_SECONDS * 1_000,
  })

/** Newest first; of one outcome, or of all. */
export const deliveriesOf = (ref: string, outcome?: DeliveryOutcome) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', 'integration', ref, outcome ?? 'all'],
    queryFn: ({ pageParam }) =>
      request(
        DeliveryList,
        'GET',
        `/integrations/${ref}/deliveries${query({ outcome, cursor: pageParam, limit: PAGE_SIZE })}`,
      ),
    ...pages,
  })

/** The newest delivery, or none yet. */
export const newestDelivery = (ref: string) =>
  queryOptions({
    queryKey: ['deliveries', 'newest', ref],
    queryFn: () => request(DeliveryList, 'GET', `/integrations/${ref}/deliveries?limit=1`),
    select: ({ items }) => items[0] ?? null,
  })

const refreshIntegrations = (queryClient: QueryClient) => {
  void queryClient.invalidateQueries({ queryKey: ['integration-glance'] })
  return queryClient.invalidateQueries({ queryKey: ['integrations'] })
}

export function useCreateIntegration(serviceId: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (integration: z.input<typeof CreateIntegration>) =>
      request(IntegrationView, 'POST', `/services/${serviceId}/integrations`, integration),
    onSuccess: (integration) => {
      queryClient.setQueryData(integrationOne(integration.ref).queryKey, integration)
      void queryClient.invalidateQueries({ queryKey: ['services'] })
      void refreshIntegrations(queryClient)
    },
  })
}

export function useUpdateIntegration(ref: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (changes: UpdateIntegration) =>
      request(IntegrationView, 'PATCH', `/integrations/${ref}`, changes),
    onSuccess: (integration) => {
      queryClient.setQueryData(integrationOne(ref).queryKey, integration)
      return refreshIntegrations(queryClient)
    },
  })
}

export function useDeleteIntegration(ref: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => requestNothing('DELETE', `/integrations/${ref}`),
    onSuccess: () => {
      for (const slice of ['integrations', 'services'])
        void queryClient.invalidateQueries({ queryKey: [slice], refetchType: 'none' })
    },
  })
}

/** Gives a new Integration ID; the old address answers 404 at once. */
export function useRotateId(ref: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () => request(RotatedId, 'POST', `/integrations/${ref}/rotate-id`),
    onSuccess: () => refreshIntegrations(queryClient),
  })
}

/** Sets the given secret or generates one; the answer is the only time that it is shown. */
export function useSetSigningSecret(ref: string) {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (secret: z.input<typeof SetSigningSecret>) =>
      request(SigningSecret, 'PUT', `/integrations/${ref}/signing-secret`, secret),
    onSuccess: () => refreshIntegrations(queryClient),
    // The secret is shown by the form that asked for it and stays nowhere else.
    gcTime: 0,
  })
}

/** Removes all signing secrets, or only the previous one. */
export function useRemoveSigningSecret(ref: string, which: 'all' | 'previous') {
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: () =>
      requestNothing(
        'DELETE',
        `/integrations/${ref}/signing-secret${which === 'previous' ? '/previous' : ''}`,
      ),
    onSuccess: () => refreshIntegrations(queryClient),
  })
}

function useAfterDelivery() {
  const queryClient = useQueryClient()
  return () => {
    void queryClient.invalidateQueries({ queryKey: ['deliveries'] })
    void queryClient.invalidateQueries({ queryKey: ['incidents'] })
    return refreshIntegrations(queryClient)
  }
}

/** Sends a real, signed delivery through the front door. */
export const useSendTest = (ref: string) =>
  useMutation({
    mutationFn: () => request(DeliveryAnswer, 'POST', `/integrations/${ref}/test`),
    onSuccess: useAfterDelivery(),
  })

/** Translates a stored delivery again. */
export const useReplay = (deliveryId: string) =>
  useMutation({
    mutationFn: () => request(DeliveryAnswer, 'POST', `/deliveries/${deliveryId}/replay`),
    onSuccess: useAfterDelivery(),
  })
