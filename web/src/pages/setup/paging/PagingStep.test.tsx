import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ChannelView } from '#contract/channels.ts'
import type { ContactMethodView } from '#contract/contact-methods.ts'
import { aChannel, aContactMethod } from '../../../testing/contact-methods.ts'
import { dana, openPage, type Server } from '../../../testing/test-page.tsx'

const admin = { ...dana, role: 'admin' } as const

const checkout = {
  id: 'service-checkout',
  name: 'Checkout',
  description: null,
  acknowledgementTimeoutMinutes: null,
  escalationPolicyId: null,
  escalationPolicyName: null,
  integrationCount: 0,
  activeIncidentCount: 0,
  createdAt: '2026-11-03T04:00:00.000Z',
  updatedAt: '2026-11-03T04:00:00.000Z',
}
const policy = {
  ...{ id: 'policy-1', name: 'Checkout', version: 1, repeat: 3, steps: [], fallback: null, services: [] },
  ...{ createdAt: checkout.createdAt, updatedAt: checkout.updatedAt },
}

/** A server with one service, and what its only person is reached by. */
function serving(methods: ContactMethodView[], channels: ChannelView[] = [aChannel()]): Server {
  const list = (items: unknown[]) => ({ items, nextCursor: null })
  const answers: Record<string, unknown> = {
    'GET /setup': { needed: false },
    'GET /services': list([checkout]),
    'GET /services/service-checkout/integrations': list([]),
    'GET /users/user-dana/contact-methods': list(methods),
    'GET /channels': list(channels),
    'POST /escalation-policies': policy,
    'PATCH /services/service-checkout': { ...checkout, escalationPolicyId: policy.id },
    'POST /contact-methods/method-mail/test': { pageId: 'page-1' },
  }
  return ({ method, path }) => answers[`${method} ${path}`]
}

test('one click makes a policy that pages whoever sets the server up, and another one sends a test', async () => {
  const { calls } = openPage('/setup?step=paging', serving([aContactMethod()]), admin)
  fireEvent.click(await screen.findByRole('button', { name: 'Page me at dana@example.com' }))
  expect(await screen.findByRole('heading', { name: 'You will be paged at dana@example.com' })).toBeTruthy()
  expect(calls.find(({ path }) => path === '/escalation-policies')?.body).toEqual({
    name: 'Checkout',
    repeat: 3,
    steps: [{ waitMinutes: 0, targets: [{ type: 'user', id: 'user-dana' }] }],
  })
  expect(calls.find(({ method }) => method === 'PATCH')?.body).toEqual({ escalationPolicyId: 'policy-1' })

  fireEvent.click(screen.getByRole('button', { name: 'Send a test' }))
  await waitFor(() => expect(screen.getByRole('status').textContent).toContain('on its way'))
})

test('without mail the page says what is missing, and which ways there are', async () => {
  const problem = 'Set SMTP_URL and start OpsKnight again.'
  const channels = [
    aChannel({ usable: false, problem, configuredBy: null }),
    aChannel({ channel: 'ntfy', name: 'ntfy' }),
  ]
  openPage('/setup?step=paging', serving([], channels), admin)
  expect((await screen.findByText(/^E-mail cannot be used yet/)).textContent).toContain(problem)
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'ntfy' }).disabled).toBe(false)
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /^E-mail/ }).disabled).toBe(true)
})

test('with mail the address of whoever signed in is suggested', async () => {
  openPage('/setup?step=paging', serving([]), admin)
  expect((await screen.findByLabelText<HTMLInputElement>('E-mail address')).value).toBe('dana@example.com')
})
