import { fireEvent, screen, waitFor } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { ChannelView } from '#contract/channels.ts'
import { aChannel } from '../../../testing/contact-methods.ts'
import { dana, openPage, type Server } from '../../../testing/test-page.tsx'

const admin = { ...dana, role: 'admin' } as const

const serving =
  (...channels: ChannelView[]): Server =>
  ({ method, path }) => {
    if (path === '/channels') return { items: channels, nextCursor: null }
    return method === 'PUT' ? channels[0] : undefined
  }

const entered = aChannel({ configuredBy: 'settings', storedSecrets: ['url'] })

test('a channel that cannot be used says why in the list', async () => {
  const problem = 'No mail server is set up. Set SMTP_URL and restart.'
  openPage('/settings/channels', serving(aChannel({ usable: false, problem, configuredBy: null })), admin)
  expect(await screen.findByText(problem)).toBeTruthy()
  expect(screen.getByText('Not set up')).toBeTruthy()
})

test('what the environment sets is shown without secrets and cannot be changed here', async () => {
  openPage('/settings/channels/email', serving(aChannel({ storedSecrets: ['url'] })), admin)
  expect(await screen.findByText('Set; not shown')).toBeTruthy()
  expect(screen.getByText('ops@example.com')).toBeTruthy()
  expect(screen.queryByRole('form', { name: 'Settings' })).toBeNull()
})

test('a secret that is stored is not shown, and stays when nothing is typed over it', async () => {
  const { calls } = openPage('/settings/channels/email', serving(entered), admin)
  const secret = await screen.findByLabelText<HTMLInputElement>('Mail server')
  expect(secret.value).toBe('')
  fireEvent.change(screen.getByLabelText('From'), { target: { value: 'night@example.com' } })
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(calls.some(({ method }) => method === 'PUT')).toBe(true))
  expect(calls.find(({ method }) => method === 'PUT')).toMatchObject({
    path: '/channels/email/settings',
    body: { url: '', from: 'night@example.com' },
  })
})

test('who is no administrator reads the settings and is told why nothing can be changed', async () => {
  openPage('/settings/channels/email', serving(entered))
  expect((await screen.findByLabelText('From')).closest('fieldset')?.disabled).toBe(true)
  expect(screen.getByRole('button', { name: /^Save.*Only administrators/ })).toBeTruthy()
})

test('a test says what the provider answered, and goes to the own address when none is typed', async () => {
  const refused = { outcome: 'failed', reason: 'The mail server refused the sender.' }
  const { calls } = openPage(
    '/settings/channels/email',
    (call) => (call.path.endsWith('/test') ? refused : serving(entered)(call)),
    admin,
  )
  fireEvent.click(await screen.findByRole('button', { name: 'Send a test' }))
  expect(await screen.findByText('Not sent: The mail server refused the sender.')).toBeTruthy()
  expect(calls.at(-1)).toMatchObject({ path: '/channels/email/test', body: {} })
})
