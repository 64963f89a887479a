import { expect, test } from 'vitest'
import { provider } from '../testing/provider.ts'
import { raceOnTable } from '../testing/race.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { askSentry, openLine } from './ask.ts'
import { FAILURES_MAX } from './hosts.ts'
import { startSentrySync } from './runner.ts'

const OUTAGE = { status: 503, body: 'Service unavailable' }

/** A connected Sentry that has stopped answering, until it was left alone. */
async function leftAlone() {
  const loop = await connectedToSentry()
  const { t, sentry, integration } = loop
  sentry.answerInstead(() => OUTAGE)
  const ask = (deps = t.deps) => askSentry(deps, integration.ref, (client) => client.issue('1'))
  for (let n = 0; n < FAILURES_MAX; n += 1) await ask()
  sentry.received.length = 0
  return { ...loop, ask }
}

test('a host that fails five times in a row is left alone, by every process, and the page says until when', async () => {
  const { t, sentry, ask, admin, integration } = await leftAlone()
  const off = { outcome: 'off', reason: expect.stringContaining('answered 503'), until: expect.any(Date) }
  expect(await ask()).toEqual(off)
  const other = await t.anotherServer()
  expect(await ask(other.deps)).toEqual(off)
  expect(sentry.received).toEqual([])
  const page = async () => (await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)).body
  expect(await page()).toMatchObject({
    pausedUntil: expect.any(String),
    waiting: { problem: expect.stringContaining('answered 503') },
  })
  t.clock.advance({ seconds: 15 })
  expect(await page()).toMatchObject({ pausedUntil: null })
})

test('who watches the server sees what came of requests, and what waits', async () => {
  const { t, sentry, deliver, integration } = await connectedToSentry()
  const issue = sentry.addIssue()
  await deliver(sentry.alert(issue))
  t.clock.advance({ minutes: 2 })
  for (const answer of [OUTAGE, { status: 429, body: {} }, { status: 401, body: {} }]) {
    await t.db.updateTable('sentry_connections').set({ paused_until: null }).execute()
    sentry.answerInstead(() => answer)
    await askSentry(t.deps, integration.ref, (client) => client.issue(issue.id))
  }
  const { text } = await t.nobody.get('/metrics')
  for (const line of [
    'opsknight_sentry_requests_total{result="away"} 1',
    'opsknight_sentry_requests_total{result="limited"} 1',
    'opsknight_sentry_requests_total{result="refused"} 1',
    'opsknight_outbox_waiting 1',
    'opsknight_outbox_oldest_seconds 120',
  ])
    expect(text).toContain(line)
})

test('a failure between answers leaves nobody alone', async () => {
  const { t, sentry, integration } = await connectedToSentry()
  const issue = sentry.addIssue()
  const ask = () => askSentry(t.deps, integration.ref, (client) => client.issue(issue.id))
  for (let n = 1; n <= FAILURES_MAX * 3; n += 1) {
    sentry.answerInstead(n % FAILURES_MAX === 0 ? null : () => OUTAGE)
    await ask()
  }
  expect(await ask()).toMatchObject({ outcome: 'ok' })
})

test('when its time is over one may try, of all processes; the others wait for what comes of it', async () => {
  const { t, sentry, ask } = await leftAlone()
  const other = await t.anotherServer()
  t.clock.advance({ seconds: 15 })
  // All of them have seen that its time is over before any of them says that it tries.
  const tries = await raceOnTable(t.db, 'sentry_hosts', [
    () => ask(),
    () => ask(other.deps),
    () => ask(),
    () => ask(other.deps),
  ])
  expect(tries.map(({ outcome }) => outcome).toSorted()).toEqual(['later', 'off', 'off', 'off'])
  expect(sentry.received).toHaveLength(1)

  // The second time it is left alone for longer.
  t.clock.advance({ seconds: 15 })
  expect(await ask()).toMatchObject({ outcome: 'off' })
  t.clock.advance({ seconds: 15 })
  sentry.answerInstead(null)
  expect(await ask()).toMatchObject({ outcome: 'rejected', status: 404 })
  expect(await ask()).toMatchObject({ outcome: 'rejected', status: 404 })
})

test('a process that ends during its try holds nobody up for long', async () => {
  const { t, ask, integration } = await leftAlone()
  t.clock.advance({ seconds: 15 })
  expect(await openLine(t.deps, integration.ref)).toHaveProperty('client')
  expect(await ask()).toMatchObject({ outcome: 'off' })
  t.clock.advance({ seconds: 30 })
  expect(await ask()).toMatchObject({ outcome: 'later' })
})

test('what waited for a host that is back is told within seconds, however often it was tried', async () => {
  const { t, sentry, deliver, member } = await connectedToSentry()
  const { client } = await member()
  const issues = [sentry.addIssue(), sentry.addIssue(), sentry.addIssue()]
  sentry.answerInstead(() => OUTAGE)
  for (const issue of issues) {
    const { body } = await deliver(sentry.alert(issue))
    await client.post(`/api/v1/incidents/${body.result.incident.id}/resolve`)
  }
  for (let minute = 0; minute < 30; minute += 1) {
    t.clock.advance({ minutes: 1 })
    await t.runWorker()
  }
  const during = sentry.received.length
  expect(during).toBeLessThan(30)
  // As after a day of failures.
  await t.db
    .updateTable('sentry_issues')
    .set({ due_at: new Date(t.clock.now().getTime() + 3_600_000) })
    .where('dedup_key', '<>', `sentry-${issues[0]?.id}`)
    .execute()

  sentry.answerInstead(null)
  const since = t.clock.now()
  while (issues.some(({ status }) => status !== 'resolved')) {
    t.clock.advance({ seconds: 5 })
    await t.runWorker()
    // It is left alone for five minutes at most.
    expect(t.clock.now().getTime() - since.getTime()).toBeLessThanOrEqual(315_000)
  }
})

test('a Sentry that asks for a pause gets it, for as long as it says', async () => {
  const { t, sentry, deliver, member, admin, integration } = await connectedToSentry()
  const { client } = await member()
  const issue = sentry.addIssue()
  const { body } = await deliver(sentry.alert(issue))
  await t.runWorker()
  sentry.answerInstead(({ method }) =>
    method === 'PUT' ? { status: 429, headers: { 'retry-after': '90' }, body: {} } : undefined,
  )
  await client.post(`/api/v1/incidents/${body.result.incident.id}/acknowledge`)
  await t.runWorker()
  const requests = sentry.received.length
  sentry.answerInstead(null)
  t.clock.advance({ seconds: 89 })
  await t.runWorker()
  expect(await askSentry(t.deps, integration.ref, (one) => one.issue(issue.id))).toMatchObject({
    outcome: 'off',
    reason: 'Sentry asks for a pause',
  })
  expect(sentry.received).toHaveLength(requests)
  const page = await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)
  expect(page.body.waiting).toMatchObject({ count: 1, problem: 'Sentry asks for a pause: too many requests' })

  t.clock.advance({ seconds: 11 })
  await t.runWorker()
  expect(issue.assignedTo).not.toBeNull()
})

test('the last request that Sentry takes is followed by a pause until it takes more', async () => {
  const { t, sentry, integration } = await connectedToSentry()
  const reset = t.clock.now().getTime() / 1_000 + 10
  sentry.answerInstead(() => ({
    headers: { 'x-sentry-rate-limit-remaining': '0', 'x-sentry-rate-limit-reset': String(reset) },
    body: {},
  }))
  const ask = () => askSentry(t.deps, integration.ref, (client) => client.issue('1'))
  expect((await ask()).outcome).toBe('ok')
  expect((await ask()).outcome).toBe('off')
  t.clock.advance({ seconds: 11 })
  expect((await ask()).outcome).toBe('ok')
})

test('a request that we break off ourselves says nothing about the host', async () => {
  const { t, integration } = await connectedToSentry()
  const silent = await provider(() => undefined)
  await t.db.updateTable('sentry_connections').set({ url: silent.url }).execute()
  const asked = await askSentry(t.deps, integration.ref, (client) => client.issue('1'), {
    signal: AbortSignal.timeout(30),
  })
  expect(asked).toMatchObject({ outcome: 'later' })
  expect(await t.db.selectFrom('sentry_hosts').selectAll().execute()).toEqual([])
})

test('a Sentry that is away holds up no other Sentry', async () => {
  const { t, sentry, deliver, member } = await connectedToSentry()
  const { client } = await member()
  const isAsked = Promise.withResolvers<void>()
  const silent = await provider(() => void isAsked.resolve())
  const other = await t.create.integration()
  const admin = await t.asRole('admin')
  await admin.put(`/api/v1/integrations/${other.ref}/sentry-connection`, sentry.connection)
  await t.db
    .updateTable('sentry_connections')
    .set({ url: silent.url })
    .where('integration_id', '=', other.ref)
    .execute()
  const { resource, body } = sentry.alert(sentry.addIssue())
  await t.deliver(other, body, { headers: { 'sentry-hook-resource': resource } })
  const stop = startSentrySync(t.deps)
  await isAsked.promise

  const isTold = Promise.withResolvers<void>()
  sentry.answerInstead(({ method }) => (method === 'PUT' ? void isTold.resolve() : undefined))
  const { body: opened } = await deliver(sentry.alert(sentry.addIssue()))
  await client.post(`/api/v1/incidents/${opened.result.incident.id}/resolve`)
  await isTold.promise
  await stop()
  const { problem, leased_until, attempts } = await t.db
    .selectFrom('sentry_issues')
    .selectAll()
    .where('integration_id', '=', other.ref)
    .executeTakeFirstOrThrow()
  expect([problem, leased_until, attempts]).toEqual(['OpsKnight was stopped', null, 0])
})
