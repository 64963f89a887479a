import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { pageOf } from '#contract/common.ts'
import {
  ContactMethodView,
  ContactMethodWithCode,
  type CreateContactMethod,
  TestPage,
  WebhookSecret,
} from '#contract/contact-methods.ts'
import { request, requestNothing } from './client.ts'

const ContactMethodList = pageOf(ContactMethodView)

export const contactMethodKeys = {
  all: ['contact-methods'] as const,
  of: (userId: string) => ['contact-methods', userId] as const,
}

/** How somebody can be reached, the unverified ones too; the oldest first. */
export const contactMethodsOf = (userId: string) =>
  queryOptions({
    queryKey: contactMethodKeys.of(userId),
    queryFn: () => request(ContactMethodList, 'GET', `/users/${userId}/contact-methods?limit=200`),
    select: ({ items }) => items,
  })

function useRefresh() {
  const queryClient = useQueryClient()
  return async () => {
    // The first one brings rules with it, the last one takes them along.
    const stale = [contactMethodKeys.all, ['notification-rules']]
    await Promise.all(stale.map((queryKey) => queryClient.invalidateQueries({ queryKey })))
  }
}

/** Adds an address and sends its code there. */
export const useAddContactMethod = (userId: string) =>
  useMutation({
    mutationFn: (method: CreateContactMethod) =>
      request(ContactMethodWithCode, 'POST', `/users/${userId}/contact-methods`, method),
    onSuccess: useRefresh(),
  })

export const useVerifyContactMethod = (id: string) =>
  useMutation({
    mutationFn: (code: string) =>
      request(ContactMethodView, 'POST', `/contact-methods/${id}/verify`, { code }),
    onSuccess: useRefresh(),
  })

/** A new code; the one before stops working. */
export const useResendCode = (id: string) =>
  useMutation({ mutationFn: () => request(ContactMethodWithCode, 'POST', `/contact-methods/${id}/resend`) })

/** A page that says that it is a test. */
export const useSendTestPage = (id: string) =>
  useMutation({ mutationFn: () => request(TestPage, 'POST', `/contact-methods/${id}/test`) })

/** What requests to a webhook are signed with; the audit log says who has asked. */
export const useSigningSecret = (id: string) =>
  useMutation({
    mutationFn: () => request(WebhookSecret, 'POST', `/contact-methods/${id}/signing-secret`),
    gcTime: 0,
  })

export const useDeleteContactMethod = (id: string) =>
  useMutation({
    mutationFn: () => requestNothing('DELETE', `/contact-methods/${id}`),
    onSuccess: useRefresh(),
  })
