import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { DeliveryView, IntegrationView } from '#contract/integrations.ts'
import type { Me } from '#contract/people.ts'
import { aDelivery, aHealth, anIntegration } from '../../testing/integrations.ts'
import { dana, openPage, type Server } from '../../testing/test-page.tsx'

afterEach(() => void Reflect.deleteProperty(navigator, 'clipboard'))

const admin: Me = { ...dana, role: 'admin' }

/** A server that knows one integration and these deliveries. */
function serverWith(given: Partial<IntegrationView> = {}, rest: Server = () => undefined) {
  const state = { integration: anIntegration(given), deliveries: [] as DeliveryView[], health: aHealth() }
  const server: Server = (call) => {
    const { method, path, search } = call
    if (method === 'GET' && path === '/integrations/integration-1') return state.integration
    if (method === 'GET' && path === '/integrations/integration-1/health') return state.health
    if (method === 'GET' && path === '/integrations/integration-1/deliveries') {
      const outcome = search.get('outcome')
      return {
        items: state.deliveries.filter((delivery) => !outcome || delivery.outcome === outcome),
        nextCursor: null,
      }
    }
    return rest(call)
  }
  return { state, server }
}

const address = (search = '') => `/integrations/integration-1${search}`

test('the set-up turns green by itself when the first delivery arrives, and stays in sight', async () => {
  const { state, server } = serverWith()
  const { live } = openPage(address(), server, admin)
  expect(await screen.findByText('Waiting for the first delivery…')).toBeTruthy()
  expect(screen.getByText(/SENTRY_DISALLOWED_IPS/)).toBeTruthy()

  state.deliveries = [aDelivery()]
  state.integration = { ...state.integration, lastDeliveryAt: aDelivery().receivedAt }
  live({ kind: 'deliveries', refs: ['integration-1'] })

  const link = await screen.findByRole('link', { name: 'Incident #1' })
  expect(link.getAttribute('href')).toBe('/incidents/1')
  expect(screen.getByText('It works')).toBeTruthy()
  expect(screen.getByText('Create an internal integration in Sentry')).toBeTruthy()
})

test('a delivery that was rejected says why where the set-up waits for it', async () => {
  const { state, server } = serverWith()
  state.deliveries = [
    aDelivery({
      outcome: 'rejected',
      httpStatus: 401,
      reason: 'The signature is missing.',
      result: null,
      incidentNumber: null,
    }),
  ]
  openPage(address('?tab=setup'), server, admin)
  expect(await screen.findByText('Received, and rejected')).toBeTruthy()
  expect(screen.getByText('Answered 401. The signature is missing.')).toBeTruthy()
})

test('when only a test from here has arrived, the box does not claim that Sentry was heard', async () => {
  const { state, server } = serverWith()
  state.deliveries = [aDelivery({ title: 'Test alert from OpsKnight' })]
  state.health = aHealth({
    diagnoses: [{ code: 'only_tests_received', level: 'hint', title: 'Only tests', detail: '' }],
  })
  openPage(address('?tab=setup'), server, admin)
  expect(await screen.findByText(/Sentry itself has not been heard yet/)).toBeTruthy()
})

test('the copy button of the example takes all of it, and says so', async () => {
  const writeText = vi.fn(async (_text: string) => {})
  Object.defineProperty(navigator, 'clipboard', { configurable: true, value: { writeText } })
  openPage(address(), serverWith().server, admin)

  fireEvent.click(await screen.findByRole('button', { name: 'Copy cURL example' }))

  expect(await screen.findByRole('button', { name: 'Copied' })).toBeTruthy()
  expect(writeText.mock.calls[0]?.[0]).toMatch(/^curl -X POST "https:\/\/ops\.example\.com\/api.*"\s\\\n/)
  expect(writeText.mock.calls[0]?.[0]).toMatch(/"slug": "test-project"\n {4}\}\n {2}\}'$/)
})

test('a generated secret stays in sight until somebody says that they have it', async () => {
  const { state, server } = serverWith({}, ({ method, path }) => {
    if (method !== 'PUT' || path !== '/integrations/integration-1/signing-secret') return undefined
    state.integration = { ...state.integration, hasSigningSecret: true }
    return { signingSecret: 'generated-secret-0123' }
  })
  openPage(address(), server, admin)
  fireEvent.click(await screen.findByRole('button', { name: 'Generate one here' }))

  expect(await screen.findByText('generated-secret-0123')).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'I have copied it' }))
  expect(await screen.findByText(/A signing secret is set/)).toBeTruthy()
  expect(screen.queryByText('generated-secret-0123')).toBeNull()
})

test('the steps for the plugin warn of a signing secret, with which nothing of it would be accepted', async () => {
  openPage(address('?tab=setup&sender=plugin'), serverWith({ hasSigningSecret: true }).server, admin)
  expect(await screen.findByText(/everything that the plugin sends is rejected with 401/)).toBeTruthy()
  expect(screen.getByRole('button', { name: 'Remove secret' })).toBeTruthy()
})

test('a viewer is told that addresses are not for them', async () => {
  openPage(address(), serverWith({ id: 'integration-1', webhookUrl: null }).server, {
    ...dana,
    role: 'viewer',
  })
  expect(await screen.findByText('The address is not shown to viewers')).toBeTruthy()
  expect(screen.queryByText(/curl/)).toBeNull()
})

test('a viewer reads the log, and cannot open what is in it', async () => {
  const { state, server } = serverWith()
  state.deliveries = [aDelivery()]
  openPage(address('?tab=deliveries'), server, { ...dana, role: 'viewer' })
  expect(await screen.findByText('Test Error from Sentry')).toBeTruthy()
  expect(screen.queryByRole('link', { name: /Test Error/ })).toBeNull()
})

test('what Sentry says it has sent and what never arrived is listed, with the answer that Sentry got', async () => {
  const { state, server } = serverWith({ lastDeliveryAt: aDelivery().receivedAt })
  const missing = (kind: string, responseCode: number) => ({ at: aDelivery().receivedAt, kind, responseCode })
  state.health = aHealth({
    missingDeliveries: [missing('event_alert.triggered', 0), missing('issue.resolved', 502)],
  })
  openPage(address('?tab=health'), server, admin)
  const list = await screen.findByRole('list', { name: 'Deliveries that never arrived' })
  const words = within(list)
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent)
  expect(words[0]).toMatch(/^An alert rule fired event_alert\.triggeredNo answer in time/)
  expect(words[1]).toMatch(/issue\.resolvedAnswered 502/)
})

test('the log is filtered by the address, and every line says what became of it', async () => {
  const { state, server } = serverWith()
  state.deliveries = [
    aDelivery(),
    aDelivery({
      id: 'delivery-2',
      outcome: 'ignored',
      title: null,
      kind: 'error',
      result: 'ignored',
      reason: 'Far too many to page on',
      incidentId: null,
      incidentNumber: null,
    }),
  ]
  openPage(address('?tab=deliveries&outcome=ignored'), server, admin)
  const log = await screen.findByRole('list', { name: 'Deliveries' })
  const row = within(log).getByRole('listitem')
  expect(within(row).getByText('A single error')).toBeTruthy()
  expect(within(row).getByText('Far too many to page on')).toBeTruthy()

  fireEvent.click(screen.getByRole('radio', { name: 'All' }))
  expect(await screen.findByRole('link', { name: '#1' })).toBeTruthy()
})

test('a delivery opens with its body laid out; one that was cut off says why it cannot be replayed', async () => {
  const cut = aDelivery({ bodyTruncated: true, bodyBytes: 5_000_000 })
  const { state, server } = serverWith({}, ({ path }) =>
    path === '/deliveries/delivery-1'
      ? { ...cut, headers: { 'request-id': 'a1' }, body: '{"action":"created"}' }
      : undefined,
  )
  state.deliveries = [cut]
  openPage(address('?tab=deliveries&delivery=delivery-1'), server, admin)

  const dialog = await screen.findByRole('dialog')
  expect(await within(dialog).findByText(/"action": "created"/)).toBeTruthy()
  expect(within(dialog).getByText('request-id: a1')).toBeTruthy()
  expect(within(dialog).getByText('4.8 MiB')).toBeTruthy()
  const replay = within(dialog).getByRole('button', { name: /Replay/ })
  expect(replay.getAttribute('aria-disabled')).toBe('true')
  expect(replay.textContent).toContain('Its body was not kept whole')
})

test('saving the filters sends only what belongs to them, and says that it is done', async () => {
  const { state, server } = serverWith({ lastDeliveryAt: '2026-11-03T04:05:06.000Z' }, ({ method, body }) => {
    if (method !== 'PATCH') return undefined
    const { settings } = body as { settings: Record<string, unknown> }
    state.integration = { ...state.integration, settings: { ...state.integration.settings, ...settings } }
    return state.integration
  })
  const { calls } = openPage(address('?tab=settings'), server, admin)

  fireEvent.click(await screen.findByRole('radio', { name: 'Alert rules only' }))
  const section = screen.getByText('What opens an incident').closest('section')!
  fireEvent.click(within(section).getByRole('button', { name: 'Save' }))

  expect(await within(section).findByText('Saved')).toBeTruthy()
  await waitFor(() =>
    expect(calls.find(({ method }) => method === 'PATCH')?.body).toEqual({
      settings: {
        triggerOnIssueCreated: false,
        acknowledgeOnAssign: false,
        projects: [],
        environments: [],
        minimumLevel: null,
      },
    }),
  )
})
