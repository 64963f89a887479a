import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { IntegrationView } from '#contract/integrations.ts'
import type { Me } from '#contract/people.ts'
import type { SentryConnectionView } from '#contract/sentry-connection.ts'
import { aConnection, aHealth, anIntegration } from '../../../testing/integrations.ts'
import { dana, openPage, type Server } from '../../../testing/test-page.tsx'

afterEach(() => void Reflect.deleteProperty(navigator, 'clipboard'))

const admin: Me = { ...dana, role: 'admin' }
const CONNECTION = '/integrations/integration-1/sentry-connection'
const ADDRESS = '/integrations/integration-1?tab=connection'

const SCHEMA = { schema: { elements: [{ type: 'issue-link' }] }, lacking: ['Enter the Client Secret.'] }

/** A server that knows one integration and its connection. */
function serverWith(connection: SentryConnectionView | null, rest: Server = () => undefined) {
  const state = {
    integration: anIntegration({ connected: connection !== null }),
    connection,
  }
  const server: Server = (call) => {
    const { method, path } = call
    if (method === 'GET' && path === '/integrations/integration-1') return state.integration
    if (method === 'GET' && path === '/integrations/integration-1/health') return aHealth()
    if (method === 'GET' && path === CONNECTION) return state.connection
    if (method === 'GET' && path === '/integrations/integration-1/sentry-ui-schema') return SCHEMA
    return rest(call)
  }
  const set = (next: SentryConnectionView | null) => {
    state.connection = next
    state.integration = { ...state.integration, connected: next !== null } satisfies IntegrationView
    return next
  }
  return { server, set }
}

const fill = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } })

test('connecting takes the address of any page of Sentry, asks for what is missing, and shows what was found', async () => {
  const { server, set } = serverWith(null, ({ method, path }) =>
    method === 'PUT' && path === CONNECTION ? set(aConnection()) : undefined,
  )
  const { calls } = openPage(ADDRESS, server, admin)

  await screen.findByRole('heading', { name: 'What it adds' })
  fill('Address of Sentry', 'https://acme.sentry.io/issues/')
  fireEvent.blur(screen.getByLabelText('Address of Sentry'))
  expect((screen.getByLabelText('Organization') as HTMLInputElement).value).toBe('acme')
  fireEvent.click(screen.getByRole('button', { name: 'Connect and check' }))
  expect(await screen.findByText('Paste the token of the internal integration')).toBeTruthy()
  fill('Token', 'a-token-of-sentry')
  fireEvent.click(screen.getByRole('button', { name: 'Connect and check' }))

  expect(await screen.findByText(/^Connected: what happens here reaches Sentry/)).toBeTruthy()
  expect(screen.getByText('opsknight-1a2b3c')).toBeTruthy()
  expect(calls.find(({ method }) => method === 'PUT')?.body).toEqual({
    url: 'https://sentry.io',
    organization: 'acme',
    token: 'a-token-of-sentry',
  })
})

test('what the server says of a field stands under it', async () => {
  const { server } = serverWith(null, ({ method }) =>
    method === 'PUT'
      ? Response.json(
          {
            ...{ type: 'about:blank', title: 'Invalid', status: 400, detail: 'No', code: 'invalid_request' },
            ...{ requestId: 'r', errors: [{ path: 'url', message: 'OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES' }] },
          },
          { status: 400 },
        )
      : undefined,
  )
  openPage(ADDRESS, server, admin)
  await screen.findByRole('heading', { name: 'What it adds' })
  fill('Organization', 'acme')
  fill('Token', 'a-token-of-sentry')
  fireEvent.click(screen.getByRole('button', { name: 'Connect and check' }))
  const message = await screen.findByText('OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES')
  expect(screen.getByLabelText('Address of Sentry').getAttribute('aria-describedby')).toContain(message.id)
})

test('the permissions of the token are listed, and a switch that does nothing for want of one says so', async () => {
  const check = {
    ...aConnection().check!,
    granted: ['event:read', 'org:read'],
    lacking: [
      { scope: 'event:write' as const, for: 'Issues are not assigned, resolved or linked', optional: false },
      { scope: 'project:read' as const, for: 'The suspect commit is not shown', optional: true },
    ],
  }
  openPage(ADDRESS, serverWith(aConnection({ check })).server, admin)
  const permissions = await screen.findByRole('list', { name: 'Permissions' })
  expect(
    within(permissions)
      .getAllByRole('listitem')
      .map(({ textContent }) => textContent),
  ).toEqual([
    'Issue & Event: Read event:read granted',
    'Issue & Event: Read & Write event:write missingIssues are not assigned, resolved or linked',
    'Organization: Read org:read granted',
    'Project: Read project:read optionalThe suspect commit is not shown',
  ])
  const vain = /^Does nothing yet: the token lacks "Issue & Event: Read & Write"$/
  expect(screen.getAllByText(vain)).toHaveLength(4)
  fireEvent.click(screen.getByRole('switch', { name: /^Assign issues/ }))
  expect(screen.getAllByText(vain)).toHaveLength(3)
})

test('saving the switches leaves the token where it is', async () => {
  const { server, set } = serverWith(aConnection(), ({ method, body }) => {
    if (method !== 'PUT') return undefined
    const { behaviour } = body as Pick<SentryConnectionView, 'behaviour'>
    return set(aConnection({ behaviour }))
  })
  const { calls } = openPage(ADDRESS, server, admin)
  fireEvent.click(await screen.findByRole('switch', { name: /^Notes become comments/ }))
  fireEvent.click(screen.getByRole('button', { name: 'Save' }))
  expect(await screen.findByText('Saved')).toBeTruthy()
  const { behaviour, url, organization } = aConnection()
  expect(calls.find(({ method }) => method === 'PUT')?.body).toEqual({
    url,
    organization,
    behaviour: { ...behaviour, comments: true },
  })
})

test('the schema for Sentry is copied whole, below what is still needed for it', async () => {
  const writeText = vi.fn(async (_text: string) => {})
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } })
  openPage(ADDRESS, serverWith(aConnection()).server, admin)
  fireEvent.click(await screen.findByRole('button', { name: 'Copy schema' }))
  await screen.findByRole('button', { name: 'Copied' })
  expect(JSON.parse(writeText.mock.calls[0]?.[0] ?? '')).toEqual(SCHEMA.schema)
  const needed = screen.getByRole('list', { name: 'Still needed' })
  expect(needed.textContent).toBe('Enter the Client Secret.')
})

test('a refused token is said first, and a check takes it back', async () => {
  const at = '2026-11-03T04:56:00.000Z'
  const refused = { readsRefused: { at }, writesRefused: { at }, refusal: 'Sentry answered 401' }
  const { server, set } = serverWith(aConnection({ ...refused, check: null }), ({ method }) =>
    method === 'POST' ? set(aConnection()) : undefined,
  )
  openPage(ADDRESS, server, admin)
  const found = await screen.findByRole('list', { name: 'What was found' })
  expect(
    within(found)
      .getAllByRole('heading')
      .map(({ textContent }) => textContent),
  ).toEqual(['Sentry refuses the token', 'Not checked yet'])
  fireEvent.click(screen.getByRole('button', { name: 'Check connection' }))
  expect(await screen.findByText(/^Connected: what happens here reaches Sentry/)).toBeTruthy()
})

test('another address asks for a token; the present one does not', async () => {
  openPage(ADDRESS, serverWith(aConnection()).server, admin)
  fireEvent.click(await screen.findByRole('button', { name: 'Change connection' }))
  expect(screen.getByLabelText('Token (optional)')).toBeTruthy()
  fill('Address of Sentry', 'https://sentry.example.com')
  fireEvent.click(screen.getByRole('button', { name: 'Connect and check' }))
  expect(await screen.findByText('Paste a token: the stored one is for another address')).toBeTruthy()
})

test('disconnecting names what Sentry will not hear any more, and leads back to the steps', async () => {
  const waiting = { count: 3, oldestAt: '2026-11-03T04:56:00.000Z', problem: 'Sentry answered 502' }
  const { server, set } = serverWith(aConnection({ waiting }), ({ method }) => {
    if (method !== 'DELETE') return undefined
    set(null)
    return new Response(null, { status: 204 })
  })
  openPage(ADDRESS, server, admin)
  fireEvent.click(await screen.findByRole('button', { name: 'Disconnect' }))
  const dialog = await screen.findByRole('dialog')
  expect(within(dialog).getByText(/What Sentry has not been told yet, it will not be told/)).toBeTruthy()
  fireEvent.click(within(dialog).getByRole('button', { name: 'Disconnect' }))
  expect(await screen.findByRole('heading', { name: 'What it adds' })).toBeTruthy()
})

test('somebody who may not configure reads how it is connected and changes nothing', async () => {
  const { server } = serverWith(aConnection())
  openPage(ADDRESS, server)
  const button = await screen.findByRole('button', { name: /^Change connection/ })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  expect(screen.getByRole('switch', { name: /^Assign issues/ }).closest('fieldset')?.disabled).toBe(true)
})

test('an integration of another tool has no such tab', async () => {
  const { server } = serverWith(null)
  openPage(ADDRESS, (call) =>
    call.path === '/integrations/integration-1' ? anIntegration({ type: 'events' }) : server(call),
  )
  await screen.findByRole('navigation', { name: 'Integration' })
  await waitFor(() => expect(screen.queryByRole('link', { name: 'Both ways' })).toBeNull())
})
