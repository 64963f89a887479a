import { expect, test } from 'vitest'
import { exhaustedIntegration, issue, stormOf } from '../testing/storm.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)
const tally = (values: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, same]) => [value, same.length]))

const states = (list: readonly { key: string; state: string }[]) =>
  Object.fromEntries(list.map(({ key, state }) => [key, state]))

const waitingNames = ({ db }: TestApp) => db.selectFrom('folded_names').select('name').execute()

test('a storm lists each problem that it has folded, with its count, times, severity and link', async () => {
  const { deliver, sentry, clock, read } = await stormOf(['a'])
  clock.advance({ seconds: 10 })
  await deliver(sentry, issue('b', 'created', 'fatal'))
  await deliver(sentry, issue('a', 'created', 'warning'))
  const { storm, list } = await read()
  expect(list).toEqual([
    {
      ...{ key: 'sentry-b', title: 'Problem b', severity: 'critical', source: 'Sentry' },
      ...{ link: 'https://sentry.example/b', state: 'folded', incident: null, eventCount: 1 },
      ...{ firstEventAt: clock.now().toISOString(), lastEventAt: clock.now().toISOString() },
    },
    expect.objectContaining({
      ...{ key: 'sentry-a', severity: 'error', eventCount: 2, lastEventAt: clock.now().toISOString() },
      firstEventAt: new Date(clock.now().getTime() - 10_000).toISOString(),
    }),
  ])
  expect(storm).toMatchObject({
    eventCount: 3,
    storm: { listed: 2, waiting: 2, notListed: 0 },
    details: {
      folded: { problems: 2, severities: { error: 1, critical: 1 }, first: ['Problem a', 'Problem b'] },
    },
  })
})

test('a storm pages once, and again when a critical problem raises its urgency', async () => {
  const { deliver, sentry, clock, db, storm, read } = await stormOf(['a', 'b'])
  const page = () =>
    db.selectFrom('escalations').select('due_at').where('incident_id', '=', storm.id).execute()
  const first = clock.now()
  clock.advance({ seconds: 20 })
  await deliver(sentry, issue('c'))
  expect(await page()).toEqual([{ due_at: first }])
  expect(storm.urgency).toBe('medium')
  await deliver(sentry, issue('d', 'created', 'fatal'))
  expect(await page()).toEqual([{ due_at: clock.now() }])
  const after = (await read()).storm
  expect(after).toMatchObject({ urgency: 'high', severity: 'critical' })
  expect(after.timeline.map(({ kind }) => kind)).toEqual(['severity_changed', 'triggered'])
})

test('a folded problem that is reported as resolved is marked so, and comes back when it is broken again', async () => {
  const { t, deliver, sentry, storm, read } = await stormOf(['a', 'b'])
  const resolved = await deliver(sentry, issue('a', 'resolved'))
  expect(resolved.body.result).toMatchObject({ action: 'noted', incident: { id: storm.id, status: 'open' } })
  expect(states((await read()).list)).toEqual({ 'sentry-a': 'resolved', 'sentry-b': 'folded' })
  expect((await deliver(sentry, issue('a', 'resolved'))).body.result.action).toBe('ignored')
  expect((await deliver(sentry, issue('a'))).body.result.action).toBe('folded')
  const { storm: after, list } = await read()
  expect(list).toMatchObject([
    { key: 'sentry-a', state: 'folded', eventCount: 2 },
    { key: 'sentry-b', eventCount: 1 },
  ])
  expect(after.storm).toEqual({ listed: 2, waiting: 2, notListed: 0 })
  expect(await waitingNames(t)).toHaveLength(2)
})

test('what else is said of a folded problem has no effect, and the log says where it is', async () => {
  const { deliver, sentry, storm } = await stormOf(['a'])
  const { body } = await deliver(sentry, issue('a', 'ignored'))
  expect(body.result).toMatchObject({
    action: 'ignored',
    reason: expect.stringContaining('folded into the incident about a storm'),
    incident: { id: storm.id },
  })
})

test('a folded problem that comes again after the storm is listed as opened, with its incident', async () => {
  const { t, deliver, sentry, clock, read } = await stormOf(['a', 'b'])
  clock.advance({ minutes: 1 })
  const { incident } = (await deliver(sentry, issue('a'))).body.result
  expect((await read()).list).toMatchObject([
    {
      key: 'sentry-a',
      state: 'opened',
      incident: { id: incident.id, number: incident.number, status: 'open' },
    },
    { key: 'sentry-b', state: 'folded', incident: null },
  ])
  expect(await waitingNames(t)).toEqual([{ name: 'sentry-b' }])
  await deliver(sentry, issue('a', 'resolved'))
  expect((await read()).list[0]).toMatchObject({ state: 'opened', incident: { status: 'resolved' } })
})

test('a problem that goes by another name is found in the storm', async () => {
  const { t, deliver, sentry, read } = await exhaustedIntegration()
  const metric = (id: string, action: string) =>
    deliver(
      sentry,
      { action, data: { metric_alert: { id, title: 'Slow', alert_rule: { id: 7, name: 'Slow' } } } },
      { headers: { 'sentry-hook-resource': 'metric_alert' } },
    )
  expect((await metric('1', 'critical')).body.result.action).toBe('folded')
  expect((await metric('2', 'critical')).body.result.action).toBe('folded')
  expect((await read()).list).toMatchObject([{ key: 'sentry-metric-1', eventCount: 2, state: 'folded' }])
  expect((await metric('3', 'resolved')).body.result.action).toBe('noted')
  expect((await read()).list).toMatchObject([{ key: 'sentry-metric-1', state: 'resolved' }])
  expect(await waitingNames(t)).toEqual([])
})

test('a problem waits in one storm only: another integration of the service counts it there', async () => {
  const { t, deliver, sentry, read, db } = await stormOf(['a'])
  const second = await t.create.integration({ newIncidentsPerMinute: 1 }, { serviceId: sentry.serviceId })
  await deliver(second, issue('its own'))
  expect((await deliver(second, issue('a'))).body.result.action).toBe('folded')
  expect((await read()).list).toMatchObject([{ key: 'sentry-a', eventCount: 2 }])
  expect(await db.selectFrom('storms').select('incident_id').execute()).toHaveLength(1)
})

test('beyond a thousand problems a storm counts, and does not resolve by itself', async () => {
  const { t, deliver, sentry, clock, db, read, runWorker } = await exhaustedIntegration()
  await Promise.all(range(1_010).map((id) => deliver(sentry, issue(id))))
  const { storm } = await read()
  expect(storm).toMatchObject({
    eventCount: 1_010,
    storm: { listed: 1_000, waiting: 1_000, notListed: 10 },
    details: { folded: { problems: 1_000, furtherAlerts: 10, severities: { error: 1_000 } } },
  })
  expect(storm.details.folded).toMatchObject({ first: { length: 10 } })
  // Those in the list go on being counted in it.
  const { key } = (await read()).list[0]!
  await deliver(sentry, issue(key.replace('sentry-', '')))
  expect((await read()).storm.storm?.notListed).toBe(10)
  await Promise.all(range(1_010).map((id) => deliver(sentry, issue(id, 'resolved'))))
  clock.advance({ minutes: 30 })
  await runWorker()
  expect((await read()).storm).toMatchObject({ status: 'open', storm: { waiting: 0 } })
  expect(await waitingNames(t)).toEqual([])
  expect(await db.selectFrom('storms').select('not_listed').execute()).toEqual([{ not_listed: 10 }])
})

test('a storm in which nothing waits resolves by itself once it has taken in nothing for five minutes', async () => {
  const { deliver, sentry, clock, read, runWorker, db } = await stormOf(['a', 'b'])
  for (const id of ['a', 'b']) await deliver(sentry, issue(id, 'resolved'))
  clock.advance({ minutes: 4 })
  await runWorker()
  expect((await read()).storm.status).toBe('open')
  clock.advance({ minutes: 1 })
  await runWorker()
  const { storm, list } = await read()
  expect(storm).toMatchObject({ status: 'resolved', resolvedBy: { kind: 'system' } })
  expect(storm.timeline[0]).toMatchObject({
    kind: 'resolved',
    text: expect.stringContaining('Every problem'),
  })
  expect(states(list)).toEqual({ 'sentry-a': 'resolved', 'sentry-b': 'resolved' })
  expect(await db.selectFrom('storms').select('incident_id').execute()).toEqual([])
})

test('a storm in which something waits stays, and so does one that a person has reopened', async () => {
  const { deliver, sentry, clock, read, runWorker, asRole, storm } = await stormOf(['a', 'b'])
  await deliver(sentry, issue('a', 'resolved'))
  clock.advance({ minutes: 60 })
  await runWorker()
  expect((await read()).storm.status).toBe('open')
  const responder = await asRole('responder')
  await responder.post(`/api/v1/incidents/${storm.id}/resolve`)
  await responder.post(`/api/v1/incidents/${storm.id}/reopen`)
  clock.advance({ minutes: 60 })
  await runWorker()
  expect((await read()).storm.status).toBe('open')
})

test('what waits in a storm that a person resolves waits no longer; its list stays, and goes on when it is reopened', async () => {
  const { t, deliver, sentry, read, asRole, storm } = await stormOf(['a', 'b'])
  const responder = await asRole('responder')
  await responder.post(`/api/v1/incidents/${storm.id}/resolve`)
  expect(await waitingNames(t)).toEqual([])
  expect((await deliver(sentry, issue('a', 'resolved'))).body.result.action).toBe('ignored')
  await responder.post(`/api/v1/incidents/${storm.id}/reopen`)
  for (const id of ['a', 'c']) await deliver(sentry, issue(id))
  const { storm: after, list } = await read()
  expect(list.map(({ key }) => key)).toEqual(['sentry-a', 'sentry-b', 'sentry-c'])
  expect(after).toMatchObject({
    ...{ eventCount: 4, storm: { listed: 3, waiting: 3, notListed: 0 } },
    details: { folded: { severities: { error: 3 }, first: ['Problem a', 'Problem b', 'Problem c'] } },
  })
})

test('a storm of the release before, which only counted, goes on as a list', async () => {
  const { t, deliver, sentry, read, db } = await stormOf(['a', 'b'])
  await db.deleteFrom('folded_names').execute()
  await db.deleteFrom('folded_problems').execute()
  await db.deleteFrom('storms').execute()
  await deliver(sentry, issue('a'))
  const { storm, list } = await read()
  expect(list).toMatchObject([{ key: 'sentry-a', eventCount: 1 }])
  expect(storm.storm).toEqual({ listed: 1, waiting: 1, notListed: 2 })
  expect(await waitingNames(t)).toHaveLength(1)
})

test('the list is read page by page, the worst first, and only what is a cursor is one', async () => {
  const { deliver, sentry, viewer, read } = await exhaustedIntegration()
  const levels = ['info', 'warning', 'error', 'fatal']
  for (const id of range(10)) await deliver(sentry, issue(id, 'created', levels[id % 4]))
  const { id } = (await read()).storm
  const keys: string[] = []
  let cursor = ''
  do {
    const { body } = await viewer.get(
      `/api/v1/incidents/${id}/folded?limit=3${cursor && `&cursor=${cursor}`}`,
    )
    keys.push(...body.items.map(({ key }: { key: string }) => key.replace('sentry-', '')))
    cursor = body.nextCursor ?? ''
  } while (cursor)
  expect(keys).toEqual(['3', '7', '2', '6', '1', '5', '9', '0', '4', '8'])
  for (const wrong of ['x', '5.1', "1.1'"])
    expect((await viewer.get(`/api/v1/incidents/${id}/folded?cursor=${wrong}`)).status).toBe(400)
})

test('an incident that is about no storm has none, and an empty list', async () => {
  const t = await testApp()
  const { id } = await t.create.incident()
  const viewer = await t.asRole('viewer')
  expect((await viewer.get(`/api/v1/incidents/${id}`)).body.storm).toBeNull()
  expect((await viewer.get(`/api/v1/incidents/${id}/folded`)).body).toEqual({ items: [], nextCursor: null })
})

test('a repeated delivery of a folded problem counts once and is answered as the first', async () => {
  const { t, sentry, deliver, read } = await exhaustedIntegration()
  const other = await t.anotherServer()
  const headers = { 'idempotency-key': 'once' }
  const answers = await Promise.all(
    range(20).map((index) => (index % 2 ? t : other).deliver(sentry, issue('a'), { headers })),
  )
  const later = await deliver(sentry, issue('a'), { headers })
  expect(new Set([...answers, later].map(({ text }) => text)).size).toBe(1)
  expect(later.body.result.action).toBe('folded')
  expect((await read()).list).toMatchObject([{ eventCount: 1 }])
})

test('after a storm on two servers every alert is in exactly one place, and no integration has two storms', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const integrations = [await t.create.integration({ newIncidentsPerMinute: 7 })]
  const { serviceId } = integrations[0]!
  integrations.push(await t.create.integration({ newIncidentsPerMinute: 9 }, { serviceId }))
  const actions = ['created', 'created', 'created', 'resolved', 'unresolved', 'ignored']
  const results: string[] = []
  for (const round of range(3)) {
    const answers = await Promise.all(
      range(400).map((index) => {
        const id = (index * 7919 + round * 31) % 90
        const level = index % 50 === 0 ? 'fatal' : 'warning'
        const body = issue(id, actions[(index * 31 + round) % actions.length], level)
        return (index % 2 ? t : other).deliver(integrations[index % 3 ? 0 : 1]!, body)
      }),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
    results.push(...answers.map(({ body }) => body.result.action))
    t.clock.advance({ minutes: 1 })
  }
  const counts = tally(results)
  expect(counts.folded).toBeGreaterThan(100)
  expect(counts.triggered).toBeLessThanOrEqual(3 * (7 + 9))

  const storms = await t.db
    .selectFrom('incidents')
    .selectAll()
    .where('title', 'like', 'Alert storm%')
    .execute()
  expect(storms.length).toBeLessThanOrEqual(2)
  const problems = await t.db.selectFrom('folded_problems').selectAll().execute()
  const states = await t.db.selectFrom('storms').selectAll().execute()
  const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
  expect(sum(storms.map(({ event_count }) => event_count))).toBe(counts.folded)
  for (const { id, event_count } of storms) {
    const own = problems.filter(({ storm_id }) => storm_id === id)
    const state = states.find(({ incident_id }) => incident_id === id)
    expect(sum(own.map((problem) => problem.event_count)) + (state?.not_listed ?? 0)).toBe(event_count)
    expect(state?.listed).toBe(own.length)
  }
  const names = await t.db.selectFrom('folded_names').select(['name', 'storm_id']).execute()
  const waiting = problems.filter(({ state }) => state === 'folded')
  expect(names.map(({ name, storm_id }) => `${storm_id} ${name}`).toSorted()).toEqual(
    waiting.map(({ storm_id, dedup_key }) => `${storm_id} ${dedup_key}`).toSorted(),
  )
  expect(t.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
})
