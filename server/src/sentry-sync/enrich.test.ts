import { expect, test } from 'vitest'
import { sentryAnswer } from '../testing/sentry-answers.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { enrichDueIncidents } from './enrich.ts'
import { syncDueIssues } from './work.ts'

const READ = /^GET \S+\/issues\/\d+\/\?/

/** Connected, with an issue whose event and suspect commit Sentry knows. */
async function withIssue(options: Parameters<typeof connectedToSentry>[0] = {}) {
  const connected = await connectedToSentry(options)
  const { t, sentry, deliver, admin } = connected
  sentry.scopes.add('project:read')
  const event = sentryAnswer('latest-event')
  const { committers } = sentryAnswer('committers')
  const issue = sentry.addIssue({ id: '4509414', event, committers })
  const requests = () => sentry.received.map(({ method, url }) => `${method} ${url}`)
  return {
    ...connected,
    issue,
    requests,
    /** How often Sentry was asked how an issue stands. */
    reads: () => requests().filter((request) => READ.test(request)).length,
    open: async (): Promise<string> => (await deliver(sentry.alert(issue))).body.result.incident.id,
    detailsOf: async (id: string) => (await admin.get(`/api/v1/incidents/${id}`)).body.details,
    ask: async () => {
      while (await enrichDueIncidents(t.deps, t.clock.now()));
    },
  }
}

test('an alert that says little is completed: how the issue stands, whom it touches, where it broke and by which commit', async () => {
  const { t, open, detailsOf, issue } = await withIssue()
  const id = await open()
  expect(await detailsOf(id)).not.toHaveProperty('shortId')

  await t.runWorker()
  expect(await detailsOf(id)).toMatchObject({
    ...{
      shortId: issue.shortId,
      status: 'unresolved',
      substatus: 'new',
      priority: 'high',
      count: 7,
      userCount: 3,
    },
    ...{ firstSeen: '2026-03-01T08:00:00Z', lastSeen: '2026-03-01T08:59:00Z', release: 'checkout-web@7.4.0' },
    askedAt: t.clock.now().toISOString(),
    rules: ['Checkout is broken'],
    frame: { file: './components/cart/CartSummary.tsx', line: 57, function: 'CartSummary' },
    suspectCommit: { author: 'Bo Sandvik', message: 'Read the cart from the store' },
  })
})

test('an alert without a link gets the one that the issue has', async () => {
  const { t, sentry, issue, deliver, admin } = await withIssue()
  const alert = sentry.alert(issue)
  Object.assign(alert.body.data as object, { event: { issue_id: issue.id, title: issue.title } })
  const { id } = (await deliver(alert)).body.result.incident
  await t.runWorker()
  const { body } = await admin.get(`/api/v1/incidents/${id}`)
  expect(body.link).toBe(`https://acme.sentry.example/issues/${issue.id}/`)
})

test('nothing but the facts changes: no entry in the timeline, no page, no word to Sentry', async () => {
  const { t, open, admin, requests, ask } = await withIssue({ behaviour: { link: false } })
  const id = await open()
  await t.runWorker()
  const before = (await admin.get(`/api/v1/incidents/${id}`)).body

  await t.db.updateTable('sentry_issues').set({ facts_due_at: t.clock.now(), facts_wanted: true }).execute()
  t.clock.advance({ minutes: 1 })
  await ask()
  const { details, ...after } = (await admin.get(`/api/v1/incidents/${id}`)).body
  expect(details.askedAt).toBe(t.clock.now().toISOString())
  expect(after).toEqual({ ...before, details: undefined })
  expect(requests().filter((request) => !request.startsWith('GET'))).toEqual([])
})

test('whoever looks at the incident hears of it', async () => {
  const { t, open } = await withIssue()
  const id = await open()
  const told: unknown[] = []
  t.deps.live.subscribe((message) => told.push(message))
  await t.runWorker()
  expect(told).toContainEqual({ kind: 'incidents', ids: [id] })
})

test.each([
  ['is away', () => ({ status: 503, body: 'Bad gateway' })],
  ['answers with a web page', () => ({ body: '<html>Sign in</html>' })],
  ['cuts its answer off', () => ({ body: '{"id": "4509414", "sta' })],
])(
  'when Sentry %s the incident and its page are complete without it, and it is asked again later',
  async (_name, instead) => {
    const { t, sentry, open, detailsOf, admin } = await withIssue()
    sentry.answerInstead(instead)
    const id = await open()
    await t.runWorker()
    expect((await admin.get(`/api/v1/incidents/${id}`)).body).toMatchObject({
      status: 'open',
      details: { rules: ['Checkout is broken'] },
      paging: { state: expect.any(String) },
    })

    sentry.answerInstead(null)
    t.clock.advance({ minutes: 1 })
    await t.runWorker()
    expect(await detailsOf(id)).toMatchObject({
      status: 'unresolved',
      suspectCommit: { author: 'Bo Sandvik' },
    })
  },
)

test('a token that may not see commits costs the commit and nothing else', async () => {
  const { t, sentry, open, detailsOf, integration, admin } = await withIssue()
  sentry.scopes.delete('project:read')
  const id = await open()
  await t.runWorker()
  expect(await detailsOf(id)).toMatchObject({ status: 'unresolved', frame: { line: 57 } })
  expect(await detailsOf(id)).not.toHaveProperty('suspectCommit')
  const { body } = await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)
  expect(body).toMatchObject({ readsRefused: null, writesRefused: null })
})

test('an issue whose events Sentry has deleted is shown without them', async () => {
  const { t, issue, open, detailsOf } = await withIssue()
  const { event } = issue
  const id = await open()
  delete issue.event
  await t.runWorker()
  expect(await detailsOf(id)).toMatchObject({ status: 'unresolved', eventId: event?.eventID })
  expect(await detailsOf(id)).not.toHaveProperty('frame')
})

test('Sentry looks for the suspect commit after its alert: it is asked for once more', async () => {
  const { t, issue, open, detailsOf, reads } = await withIssue()
  const { committers } = issue
  delete issue.committers
  const id = await open()
  await t.runWorker()
  expect(await detailsOf(id)).not.toHaveProperty('suspectCommit')

  issue.committers = committers!
  t.clock.advance({ minutes: 3 })
  await t.runWorker()
  expect(await detailsOf(id)).toMatchObject({ suspectCommit: { author: 'Bo Sandvik' } })
  t.clock.advance({ minutes: 30 })
  await t.runWorker()
  expect(reads()).toBe(2)
})

test('while alerts go on, the facts are refreshed, but not with each of them; without alerts nothing is asked', async () => {
  const { t, sentry, issue, open, detailsOf, deliver, reads } = await withIssue()
  const id = await open()
  await t.runWorker()
  for (let minute = 0; minute < 14; minute++) {
    t.clock.advance({ minutes: 1 })
    await deliver(sentry.alert(issue))
    await t.runWorker()
  }
  expect(reads()).toBe(1)

  issue.count = '1204'
  t.clock.advance({ minutes: 6 })
  await t.runWorker()
  expect(reads()).toBe(2)
  expect(await detailsOf(id)).toMatchObject({ count: 1204 })

  t.clock.advance({ minutes: 600 })
  await t.runWorker()
  expect(reads()).toBe(2)
  await deliver(sentry.alert(issue))
  t.clock.advance({ minutes: 5 })
  await t.runWorker()
  expect(reads()).toBe(3)
})

test('what a person resolves and assigns here shows at once, without asking', async () => {
  const { t, open, detailsOf, member, reads } = await withIssue()
  const { client } = await member('Ana Example')
  const id = await open()
  await t.runWorker()
  const asked = reads()
  await client.post(`/api/v1/incidents/${id}/acknowledge`)
  await t.runWorker()
  expect(await detailsOf(id)).toMatchObject({ assignedTo: 'Ana Example', status: 'unresolved' })
  await client.post(`/api/v1/incidents/${id}/resolve`)
  await t.runWorker()
  expect(await detailsOf(id)).toMatchObject({ assignedTo: 'Ana Example', status: 'resolved' })
  expect(reads()).toBe(asked)
})

test('what Sentry reports of the issue shows at once, without a connection too', async () => {
  const { sentry, issue, open, detailsOf, deliverAll, admin, integration } = await withIssue()
  await admin.delete(`/api/v1/integrations/${integration.ref}/sentry-connection`)
  const id = await open()
  sentry.act(issue, { assignedTo: 'ana@example.com' })
  sentry.act(issue, { status: 'resolved' })
  await deliverAll()
  expect(await detailsOf(id)).toMatchObject({ assignedTo: 'Ana Example', status: 'resolved' })
})

test('of many incidents one after another is asked for, and when Sentry asks for a pause none is', async () => {
  const { t, sentry, deliver, reads } = await withIssue()
  for (let n = 0; n < 5; n++) await deliver(sentry.alert(sentry.addIssue()))
  sentry.answerInstead(({ method, url }) =>
    READ.test(`${method} ${url}`) && reads() > 2
      ? { status: 429, headers: { 'retry-after': '30' }, body: {} }
      : undefined,
  )
  await t.runWorker()
  expect(reads()).toBe(3)

  sentry.answerInstead(null)
  t.clock.advance({ minutes: 2 })
  await t.runWorker()
  const left = await t.db
    .selectFrom('sentry_issues')
    .select('facts_attempts')
    .where('facts_wanted', '=', true)
    .execute()
  expect(left.filter(({ facts_attempts }) => facts_attempts > 0)).toEqual([])
})

test('two processes ask once, and what one of them has left unfinished another takes over', async () => {
  const { t, open, reads } = await withIssue()
  await open()
  const other = await t.anotherServer()
  await syncDueIssues(t.deps, t.clock.now())
  await Promise.all([t.deps, other.deps].map((deps) => enrichDueIncidents(deps, t.clock.now())))
  expect(reads()).toBe(1)
})

test('when it is switched off Sentry is asked for nothing', async () => {
  const { t, open, reads, admin, sentry, issue, integration, deliver } = await withIssue({
    behaviour: { enrich: false },
  })
  await open()
  await t.runWorker()
  expect(reads()).toBe(0)

  const change = (enrich: boolean) =>
    admin.put(`/api/v1/integrations/${integration.ref}/sentry-connection`, {
      ...sentry.connection,
      behaviour: { enrich },
    })
  await change(true)
  await deliver(sentry.alert(sentry.addIssue()))
  await t.runWorker()
  expect(reads()).toBe(1)
  await change(false)
  t.clock.advance({ minutes: 60 })
  await deliver(sentry.alert(issue))
  await t.runWorker()
  expect(reads()).toBe(1)
})
