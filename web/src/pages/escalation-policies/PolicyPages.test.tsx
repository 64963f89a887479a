import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { anOnCallEntry, aSchedule } from '../../testing/on-call.ts'
import { dana, openPage, type Server } from '../../testing/test-page.tsx'

const admin = { ...dana, role: 'admin' as const }

const policy: EscalationPolicyView = {
  id: 'policy-1',
  name: 'Checkout',
  version: 3,
  repeat: 2,
  steps: [
    { waitMinutes: 0, targets: [{ type: 'schedule', id: 'schedule-primary', name: 'Primary' }] },
    { waitMinutes: 10, targets: [{ type: 'team', id: 'team-1', leadsOnly: true, name: 'Platform' }] },
  ],
  fallback: null,
  services: [{ id: 'service-checkout', name: 'Checkout' }],
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-20T00:00:00.000Z',
}
const team = {
  id: 'team-1',
  name: 'Platform',
  members: [{ userId: 'user-ana', name: 'Ana Reis', lead: true, disabled: false }],
  createdAt: '2026-11-01T00:00:00.000Z',
  updatedAt: '2026-11-01T00:00:00.000Z',
}

const one = (item: unknown) => ({ items: [item], nextCursor: null })
const answers: Record<string, unknown> = {
  '/escalation-policies': one(policy),
  '/escalation-policies/policy-1': policy,
  '/oncall': one(anOnCallEntry()),
  '/schedules': one(aSchedule()),
  '/teams': one(team),
}
const house: Server = ({ path, method, body }) =>
  method === 'GET' ? answers[path] : { ...policy, ...(body as object), ...(method === 'PUT' && policy) }

test('the steps stand along a line of time, with who would be paged now and how it ends', async () => {
  openPage('/escalation-policies/policy-1', house)
  const steps = within(await screen.findByRole('list', { name: 'What happens until somebody acknowledges' }))
  expect(steps.getByText('10 min later, unless acknowledged')).toBeTruthy()
  expect(await steps.findByText(/· now/)).toBeTruthy()
  expect(await steps.findByText(/Ana Reis/)).toBeTruthy()
  expect(steps.getByText('2 more times, every 10 min')).toBeTruthy()
  expect(steps.getByText('after 35 min')).toBeTruthy()
  expect(steps.getByText(/The administrators are told/)).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Checkout' })).toBeTruthy()
})

test('steps change places by keyboard, and what is saved is what was drawn', async () => {
  const { calls } = openPage('/escalation-policies/policy-1/edit', house, admin)
  expect(await screen.findByText(/finish on version 3/)).toBeTruthy()
  const second = screen.getByRole('group', { name: 'Step 2' })
  fireEvent.click(within(second).getByRole('button', { name: 'Move step 2 up' }))
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(calls.find(({ method }) => method === 'PUT')).toBeTruthy())
  expect(calls.find(({ method }) => method === 'PUT')!.body).toEqual({
    name: 'Checkout',
    repeat: 2,
    steps: [
      { waitMinutes: 10, targets: [{ type: 'team', id: 'team-1', leadsOnly: true }] },
      { waitMinutes: 0, targets: [{ type: 'schedule', id: 'schedule-primary' }] },
    ],
    fallback: null,
  })
})

test('a step without anybody is refused before it is sent, where it stands', async () => {
  const { calls } = openPage('/escalation-policies/new', house, admin)
  fireEvent.change(await screen.findByRole('textbox', { name: 'Name' }), { target: { value: 'Search' } })
  fireEvent.click(screen.getByRole('button', { name: 'Create escalation policy' }))
  const step = within(screen.getByRole('group', { name: 'Step 1' }))
  expect(await step.findByText('Choose at least one')).toBeTruthy()
  fireEvent.click(step.getByRole('combobox', { name: 'Then page' }))
  fireEvent.click(await screen.findByRole('option', { name: 'Platform, leads only' }))
  fireEvent.click(screen.getByRole('button', { name: 'Create escalation policy' }))
  await waitFor(() => expect(calls.find(({ method }) => method === 'POST')).toBeTruthy())
  expect(calls.find(({ method }) => method === 'POST')!.body).toMatchObject({
    steps: [{ waitMinutes: 0, targets: [{ type: 'team', id: 'team-1', leadsOnly: true }] }],
  })
})

test('a policy that services use cannot be deleted, and says which', async () => {
  openPage('/escalation-policies/policy-1/edit', house, admin)
  const remove = await screen.findByRole('button', { name: /^Delete escalation policy/ })
  expect(remove.getAttribute('aria-disabled')).toBe('true')
  expect(remove.textContent).toContain('Used by Checkout')
})
