import { queryOptions, useMutation } from '@tanstack/react-query'
import { Confirmation } from '#contract/contact-methods.ts'
import { request } from './client.ts'

/** Whose address a link confirms. Throws ApiError `link_invalid` when it was used or is too old. */
export const confirmation = (token: string) =>
  queryOptions({
    queryKey: ['confirmation', token],
    queryFn: () => request(Confirmation, 'POST', '/contact-methods/confirmation/lookup', { token }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })

/** Verifies the contact method that the link was sent to. */
export const useConfirm = () =>
  useMutation({
    mutationFn: (token: string) => request(Confirmation, 'POST', '/contact-methods/confirmation', { token }),
  })
