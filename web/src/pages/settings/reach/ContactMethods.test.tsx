import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ContactMethodView, NotificationRule } from '#contract/contact-methods.ts'
import { aChannel, aContactMethod } from '../../../testing/contact-methods.ts'
import { openPage, refusal, type Server } from '../../../testing/test-page.tsx'

const phone = aContactMethod({
  id: 'method-sms',
  channel: 'sms',
  address: '+49 170 1234567',
  verified: false,
})

type Given = { methods?: ContactMethodView[]; rules?: NotificationRule[]; rest?: Server }

/** Dana's profile, with a server that answers what a test says. */
function openProfile({ methods = [], rules = [], rest = () => undefined }: Given) {
  const answers: Record<string, unknown> = {
    'GET /users/user-dana/contact-methods': { items: methods, nextCursor: null },
    'GET /users/user-dana/notification-rules': rules.map((rule) => ({ ...rule, skipped: null })),
    'GET /channels': { items: [aChannel()], nextCursor: null },
    'GET /users/user-dana/shifts': { items: [], nextCursor: null },
  }
  return openPage('/settings/profile', (call) => rest(call) ?? answers[`${call.method} ${call.path}`])
}

const button = (name: string | RegExp) => screen.findByRole('button', { name })

test('an address is added, and the code that came there verifies it', async () => {
  const added = { ...aContactMethod({ verified: false }), codeSent: true, codeProblem: null }
  const { calls } = openProfile({
    rest: ({ method, path }) =>
      method === 'POST' ? (path.endsWith('/verify') ? aContactMethod() : added) : undefined,
  })
  fireEvent.click(await button('Add contact method'))
  fireEvent.click(await button('E-mail'))
  fireEvent.change(await screen.findByLabelText('E-mail address'), { target: { value: 'dana@example.com' } })
  fireEvent.click(await button('Add and send a code'))
  fireEvent.change(await screen.findByLabelText('Code'), { target: { value: '123 456' } })
  fireEvent.click(await button('Verify'))
  await waitFor(() => expect(screen.queryByLabelText('Code')).toBeNull())
  expect(calls.filter(({ method }) => method === 'POST').map(({ path, body }) => [path, body])).toEqual([
    ['/users/user-dana/contact-methods', { channel: 'email', address: 'dana@example.com', label: null }],
    ['/contact-methods/method-mail/verify', { code: '123456' }],
  ])
})

test('a wrong code says so where it was typed, and another one can be asked for', async () => {
  const words = 'This is not the code. 4 tries are left.'
  const { calls } = openProfile({
    methods: [phone],
    rest: ({ path }) => {
      if (path.endsWith('/verify')) return refusal(400, 'Wrong code', words)
      return path.endsWith('/resend') ? { ...phone, codeSent: true, codeProblem: null } : undefined
    },
  })
  fireEvent.click(await button('Verify +49 170 1234567'))
  fireEvent.change(await screen.findByLabelText('Code'), { target: { value: '111111' } })
  fireEvent.click(await button('Verify'))
  expect(await screen.findByText(words)).toBeTruthy()
  fireEvent.click(await button('Send a new code'))
  expect(await screen.findByText(/A new code is on its way/)).toBeTruthy()
  expect(calls.some(({ path }) => path === '/contact-methods/method-sms/resend')).toBe(true)
})

test('what is not verified says that it is skipped, and has no test', async () => {
  openProfile({ methods: [phone] })
  expect(await screen.findByText('Not verified, so it is skipped')).toBeTruthy()
  expect(screen.queryByRole('button', { name: /Send a test/ })).toBeNull()
  const high = within(await screen.findByRole('region', { name: 'High urgency' }))
  expect(high.getByText(/Nothing reaches you for incidents of high urgency/)).toBeTruthy()
})

test('rules that lead to nothing say what is used instead', async () => {
  openProfile({
    methods: [phone, aContactMethod()],
    rules: [{ urgency: 'high', delayMinutes: 0, contactMethodId: phone.id }],
  })
  const high = within(await screen.findByRole('region', { name: 'High urgency' }))
  expect(
    high.getByText('That leaves nothing, so whatever works is used at once: E-mail dana@example.com.'),
  ).toBeTruthy()
})

test('rules stand on a timeline, and those of one urgency are saved beside the others', async () => {
  const mail = aContactMethod()
  const rules: NotificationRule[] = [
    { urgency: 'high', delayMinutes: 0, contactMethodId: mail.id },
    { urgency: 'low', delayMinutes: 10, contactMethodId: mail.id },
  ]
  const { calls } = openProfile({
    methods: [mail],
    rules,
    rest: ({ method }) => (method === 'PUT' ? [] : undefined),
  })
  const high = within(await screen.findByRole('region', { name: 'High urgency' }))
  expect(high.getByText('at once')).toBeTruthy()
  fireEvent.click(high.getByRole('button', { name: 'Change the rules of high urgency' }))
  fireEvent.change(high.getByLabelText('Minutes before rule 1 is used'), { target: { value: '3' } })
  fireEvent.click(high.getByRole('button', { name: 'Save rules' }))
  await waitFor(() => expect(calls.some(({ method }) => method === 'PUT')).toBe(true))
  expect(calls.find(({ method }) => method === 'PUT')).toMatchObject({
    path: '/users/user-dana/notification-rules',
    body: [rules[1], { ...rules[0], delayMinutes: 3 }],
  })
})

test('a page can be tested where it will arrive', async () => {
  const { calls } = openProfile({
    methods: [aContactMethod()],
    rest: ({ path }) => (path.endsWith('/test') ? { pageId: 'page-1' } : undefined),
  })
  fireEvent.click(await button('Send a test page to dana@example.com'))
  expect(await screen.findByText('A test page is on its way to dana@example.com.')).toBeTruthy()
  expect(calls.at(-1)?.path).toBe('/contact-methods/method-mail/test')
})
