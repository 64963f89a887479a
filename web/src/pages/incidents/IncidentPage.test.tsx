import { fireEvent, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { IncidentView } from '#contract/incidents.ts'
import { aWholeIncident } from '../../testing/incidents.ts'
import { dana, openPage, refusal, type Server } from '../../testing/test-page.tsx'

const showing =
  (incident: () => IncidentView, rest: Server = () => undefined): Server =>
  (call) =>
    call.method === 'GET' && call.path === '/incidents/42' ? incident() : rest(call)

const sentry = aWholeIncident({
  title: 'TypeError: total is undefined',
  severity: 'critical',
  link: 'https://sentry.example.com/issues/7/',
  previousIncident: { id: 'incident-12', number: 12 },
  paging: {
    ...{ state: 'due', problem: 'This service has no escalation policy.' },
    ...{ next: null, policy: null },
  },
  details: {
    exception: { type: 'TypeError', value: 'total is undefined' },
    culprit: 'checkout in totals',
    frame: { file: 'checkout/summary.tsx', line: 214, context: '  return cart.total' },
    environment: 'production',
    shortId: 'SHOP-7',
    count: 1290,
    userCount: 17,
    rules: ['Any new issue'],
  },
})

const open = () => screen.findByRole('heading', { level: 1 })

test("a Sentry incident lays out the facts and leads to Sentry's issue", async () => {
  openPage(
    '/incidents/42',
    showing(() => sentry),
  )
  expect((await open()).textContent).toBe('TypeError: total is undefined')

  for (const fact of [
    'checkout/summary.tsx:214',
    'return cart.total',
    'production',
    '1,290',
    '17',
    'Any new issue',
  ]) {
    expect(screen.getByText(fact)).toBeTruthy()
  }
  const link = screen.getByRole('link', { name: /Open SHOP-7 in Sentry/ })
  expect(link.getAttribute('href')).toBe('https://sentry.example.com/issues/7/')
  expect(screen.getByRole('link', { name: 'Incident #12' }).getAttribute('href')).toBe('/incidents/12')
})

const completed: IncidentView = {
  ...sentry,
  details: {
    ...sentry.details,
    ...{
      status: 'ignored',
      substatus: 'archived_until_escalating',
      priority: 'medium',
      assignedTo: 'Bo Sandvik',
    },
    askedAt: '2026-11-03T04:40:00.000Z',
    suspectCommit: {
      id: '9c1f4e7d2b8a6053f1e0d9c8b7a695847362514f',
      ...{ message: 'Read the cart from the store', author: 'Tom Hale', at: '2026-11-02T15:40:00Z' },
      link: 'https://git.example.com/shop/commit/9c1f4e7',
      pullRequest: { link: 'javascript:alert(1)' },
    },
  },
}

test('of an issue that Sentry was asked about, the page shows how it stands there and which commit is suspected', async () => {
  openPage(
    '/incidents/42',
    showing(() => completed),
  )
  await open()
  for (const fact of [
    'Archived until it escalates',
    'Medium',
    'Bo Sandvik',
    'Read the cart from the store',
    'Tom Hale',
  ])
    expect(screen.getByText(fact)).toBeTruthy()
  expect(screen.getByText(/^As Sentry had it/)).toBeTruthy()
  const commit = screen.getByText('Suspect commit').closest('figure')
  const links = within(commit!).getAllByRole('link')
  expect(links.map((link) => [link.textContent, link.getAttribute('href')])).toEqual([
    ['9c1f4e7', 'https://git.example.com/shop/commit/9c1f4e7'],
  ])
})

test('nobody is said to have the issue only where Sentry was asked', async () => {
  const { assignedTo: _, ...details } = completed.details
  openPage(
    '/incidents/42',
    showing(() => ({ ...completed, details })),
  )
  await open()
  expect(screen.getByText('Nobody')).toBeTruthy()
})

test('an alert alone says nothing of who has the issue', async () => {
  openPage(
    '/incidents/42',
    showing(() => sentry),
  )
  await open()
  expect(screen.queryByText('Assigned in Sentry')).toBeNull()
  expect(screen.queryByText(/^As Sentry had it/)).toBeNull()
})

test('when nobody is paged, the page says so and why', async () => {
  openPage(
    '/incidents/42',
    showing(() => sentry),
  )
  expect(await screen.findByText('nobody is paged: this service has no escalation policy')).toBeTruthy()
})

test('what a tool sends is shown as text and never becomes a link that runs', async () => {
  const evil = aWholeIncident({
    title: '<img src=x onerror=alert(1)>',
    link: 'javascript:alert(1)',
    details: { note: '<b>bold</b> https://docs.example.com/x.' },
  })
  openPage(
    '/incidents/42',
    showing(() => ({ ...evil, integration: { ref: 'i', name: 'Events', type: 'events' } })),
  )

  expect((await open()).textContent).toBe('<img src=x onerror=alert(1)>')
  expect(document.querySelector('img, [href^="javascript"]')).toBeNull()
  expect(screen.getByRole('link', { name: 'https://docs.example.com/x' })).toBeTruthy()
})

test('the next sensible step is the primary action, and what is impossible says why', async () => {
  openPage(
    '/incidents/42',
    showing(() => aWholeIncident({ status: 'acknowledged' })),
  )
  await open()
  const actions = within(screen.getByRole('toolbar', { name: 'Actions' }))
  expect(actions.getByRole('button', { name: 'Resolve' }).dataset.variant).toBe('filled')
  const acknowledge = actions.getByRole('button', { name: /^Acknowledge/ })
  expect(acknowledge.getAttribute('aria-disabled')).toBe('true')
  expect(acknowledge.textContent).toContain('This incident is acknowledged already')
})

test('a note is in the timeline as soon as it is sent', async () => {
  const { calls } = openPage(
    '/incidents/42',
    showing(
      () => sentry,
      ({ path }) => (path.endsWith('/notes') ? new Promise<never>(() => {}) : undefined),
    ),
  )
  const box = await screen.findByRole('textbox', { name: 'Note' })
  fireEvent.change(box, { target: { value: 'Rolling back' } })
  fireEvent.keyDown(box, { key: 'Enter', ctrlKey: true })

  const timeline = within(screen.getByRole('list', { name: 'What happened, newest first' }))
  expect(await timeline.findByText('Rolling back')).toBeTruthy()
  expect(calls.at(-1)?.body).toEqual({ text: 'Rolling back' })
})

test('a note that could not be sent leaves the timeline and comes back into its box', async () => {
  const server: Server = ({ path }) =>
    path.endsWith('/notes') ? refusal(503, 'Not now', 'The database is away.') : undefined
  openPage(
    '/incidents/42',
    showing(() => sentry, server),
  )
  const box = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'Note' })
  fireEvent.change(box, { target: { value: 'Rolling back' } })
  fireEvent.click(screen.getByRole('button', { name: 'Add note' }))

  expect(await screen.findByText('The database is away.')).toBeTruthy()
  await waitFor(() => expect(box.value).toBe('Rolling back'))
  const timeline = within(screen.getByRole('list', { name: 'What happened, newest first' }))
  expect(timeline.queryByText('Rolling back')).toBeNull()
})

test('the key a acknowledges', async () => {
  const { calls } = openPage(
    '/incidents/42',
    showing(() => sentry),
  )
  await open()
  fireEvent.keyDown(document.body, { key: 'a' })
  await waitFor(() =>
    expect(calls.some(({ path }) => path === '/incidents/incident-42/acknowledge')).toBe(true),
  )
})

test('raw deliveries are asked for only when they are unfolded', async () => {
  const { calls } = openPage(
    '/incidents/42',
    showing(
      () => sentry,
      ({ path }) => (path.endsWith('/deliveries') ? { items: [], nextCursor: null } : undefined),
    ),
  )
  await open()
  expect(calls.some(({ path }) => path.endsWith('/deliveries'))).toBe(false)

  const fold = screen.getByText('Raw deliveries').closest('details')!
  fold.open = true
  fireEvent(fold, new Event('toggle'))
  expect(await screen.findByText('No delivery of this incident is kept any more.')).toBeTruthy()
})

test('a viewer sees the incident, but neither its raw deliveries nor a way to write', async () => {
  openPage(
    '/incidents/42',
    showing(() => sentry),
    { ...dana, role: 'viewer' },
  )
  await open()
  expect(screen.queryByText('Raw deliveries')).toBeNull()
  expect(screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Note' }).disabled).toBe(true)
})

test('an incident that does not exist says so', async () => {
  openPage('/incidents/42', ({ path }) =>
    path === '/incidents/42' ? refusal(404, 'No such incident', 'No incident has this number.') : undefined,
  )
  expect(await screen.findByText('No incident has this number.')).toBeTruthy()
})
