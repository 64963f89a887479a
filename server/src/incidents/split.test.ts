import { expect, test } from 'vitest'
import type { TimelineEntry } from '#contract/incidents.ts'
import { raceOnIncident } from '../testing/race.ts'
import { exhaustedIntegration, issue, stormOf } from '../testing/storm.ts'

const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)

async function splittable(ids: readonly (number | string)[]) {
  const setting = await stormOf(ids)
  const responder = await setting.asRole('responder', 'Bo Example')
  const url = `/api/v1/incidents/${setting.storm.id}/split`
  return { ...setting, responder, url, split: (...keys: string[]) => responder.post(url, { keys }) }
}

const kinds = (timeline: readonly TimelineEntry[]) => timeline.map(({ kind, text }) => [kind, text])

test('a problem that is split off has an incident of its own, with what was known of it, and pages', async () => {
  const { deliver, sentry, clock, viewer, storm, split, read, db } = await splittable(['a', 'b'])
  const first = clock.now()
  clock.advance({ seconds: 30 })
  await deliver(sentry, issue('a', 'created', 'fatal'))
  const last = clock.now()
  clock.advance({ seconds: 20 })
  const { status, body } = await split('sentry-a')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    opened: 1,
    linked: 0,
    waiting: 1,
    items: [{ key: 'sentry-a', state: 'opened' }],
  })
  const { body: incident } = await viewer.get(`/api/v1/incidents/${body.items[0].incident.id}`)
  expect(incident).toMatchObject({
    ...{ dedupKey: 'sentry-a', title: 'Problem a', status: 'open', severity: 'critical', urgency: 'high' },
    ...{
      link: 'https://sentry.example/a',
      source: 'Sentry',
      eventCount: 2,
      integration: { ref: sentry.ref },
    },
    ...{ firstEventAt: first.toISOString(), lastEventAt: last.toISOString() },
    createdAt: clock.now().toISOString(),
    paging: { state: 'due' },
  })
  expect(incident.timeline).toMatchObject([
    {
      kind: 'triggered',
      text: `Split off from the alert storm #${storm.number}`,
      actor: { name: 'Bo Example' },
    },
  ])
  expect((await read()).storm.timeline[0]).toMatchObject({
    ...{ kind: 'split', text: 'Problem a', data: { opened: 1, linked: 0 }, actor: { name: 'Bo Example' } },
  })
  const due = await db
    .selectFrom('escalations')
    .select('due_at')
    .where('incident_id', '=', incident.id)
    .execute()
  expect(due).toEqual([{ due_at: clock.now() }])
  expect((await deliver(sentry, issue('a'))).body.result).toMatchObject({
    action: 'deduplicated',
    incident: { id: incident.id },
  })
})

test('the details that an alert brought come along when it is split off', async () => {
  const { t, viewer } = await exhaustedIntegration()
  const events = await t.create.integration({ newIncidentsPerMinute: 1 }, { type: 'events' })
  const { post } = t.client({ authorization: `Token token=${events.id}` })
  const send = (dedup_key: string, host: string) =>
    post('/api/events', {
      ...{ event_action: 'trigger', dedup_key },
      payload: { summary: 'Disk full', source: 'db1', severity: 'error', custom_details: { host } },
    })
  await send('one', 'db1')
  const { incident } = (await send('two', 'db2')).body.result
  await send('two', 'db3')
  const responder = await t.asRole('responder')
  const { body } = await responder.post(`/api/v1/incidents/${incident.number}/split`)
  const { body: own } = await viewer.get(`/api/v1/incidents/${body.items[0].incident.number}`)
  expect(own).toMatchObject({ dedupKey: 'two', details: { host: 'db3' }, eventCount: 2 })
})

test('without keys everything that waits is split off, the worst first, and then the storm resolves by itself', async () => {
  const { deliver, sentry, clock, url, responder, read, runWorker } = await splittable(range(5))
  await deliver(sentry, issue(3, 'created', 'fatal'))
  await deliver(sentry, issue(1, 'resolved'))
  const { body } = await responder.post(url)
  expect(body).toMatchObject({ opened: 4, linked: 0, waiting: 0 })
  expect(body.items.map(({ key }: { key: string }) => key)).toEqual(
    ['3', '0', '2', '4'].map((id) => `sentry-${id}`),
  )
  const { storm, list } = await read()
  expect(kinds(storm.timeline)[0]).toEqual(['split', 'Problem 3, Problem 0, Problem 2 and 1 more'])
  expect(list.filter(({ state }) => state === 'resolved').map(({ key }) => key)).toEqual(['sentry-1'])
  expect(storm).toMatchObject({ status: 'open', storm: { listed: 5, waiting: 0 } })
  clock.advance({ minutes: 5 })
  await runWorker()
  expect((await read()).storm.status).toBe('resolved')
})

test('one call opens two hundred incidents at most; the next one goes on', async () => {
  const { t, sentry, read } = await exhaustedIntegration()
  await Promise.all(range(250).map((id) => t.deliver(sentry, issue(id))))
  const { id } = (await read()).storm
  const responder = await t.asRole('responder')
  const call = async () => (await responder.post(`/api/v1/incidents/${id}/split`)).body
  expect(await call()).toMatchObject({ opened: 200, waiting: 50 })
  expect(await call()).toMatchObject({ opened: 50, waiting: 0 })
  expect(await call()).toEqual({ items: [], opened: 0, linked: 0, waiting: 0 })
  expect(await t.db.selectFrom('incidents').select('id').execute()).toHaveLength(252)
  expect(await t.db.selectFrom('escalations').select('incident_id').execute()).toHaveLength(252)
})

test('splitting again changes nothing and answers the same incident', async () => {
  const { split, read } = await splittable(['a', 'b'])
  const first = await split('sentry-a')
  const before = await read()
  const again = await split('sentry-a', 'sentry-a')
  expect(again.body).toEqual({ ...first.body, opened: 0 })
  expect(await read()).toEqual(before)
})

test('a problem that was reported as resolved is not opened any more', async () => {
  const { deliver, sentry, split, db } = await splittable(['a', 'b'])
  await deliver(sentry, issue('a', 'resolved'))
  expect((await split('sentry-a')).body).toMatchObject({
    ...{ opened: 0, linked: 0, waiting: 1 },
    items: [{ state: 'resolved', incident: null }],
  })
  expect(await db.selectFrom('incidents').select('id').execute()).toHaveLength(2)
})

test('a problem that has an active incident already is linked to it, and both say so', async () => {
  const { deliver, sentry, viewer, responder, storm, split, db } = await splittable(['a'])
  // Somebody reopens what had been resolved before the storm.
  const { body } = await deliver(sentry, issue('first', 'resolved'))
  await deliver(sentry, issue('first'))
  await responder.post(`/api/v1/incidents/${body.result.incident.id}/reopen`)
  expect((await split('sentry-first')).body).toMatchObject({
    ...{ opened: 0, linked: 1 },
    items: [{ state: 'opened', incident: { id: body.result.incident.id, status: 'open' } }],
  })
  const { body: incident } = await viewer.get(`/api/v1/incidents/${body.result.incident.id}`)
  expect(kinds(incident.timeline)[0]).toEqual([
    'noted',
    `1 alert about this was folded into the alert storm #${storm.number}`,
  ])
  expect(await db.selectFrom('incidents').select('id').execute()).toHaveLength(2)
})

test('two people who split everything at once, and alerts meanwhile, leave one incident a problem', async () => {
  const { t, sentry, storm, url, read } = await splittable(range(30))
  const other = await t.anotherServer()
  const people = [await t.asRole('responder'), await other.asRole('responder'), await t.asRole('admin')]
  const answers = await raceOnIncident(
    t.db,
    storm,
    people.map((person) => () => person.post(url)),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(answers.reduce((sum, { body }) => sum + body.opened, 0)).toBe(30)

  t.clock.advance({ seconds: 10 })
  await Promise.all([
    ...range(60, 20).map((id) => (id % 2 ? t : other).deliver(sentry, issue(id))),
    ...people.map((person) => person.post(url)),
    ...range(60, 20).map((id) =>
      (id % 2 ? t : other).deliver(sentry, issue(id, id % 5 ? 'created' : 'resolved')),
    ),
    ...people.map((person) => person.post(url)),
  ])
  const active = await t.db
    .selectFrom('incidents')
    .select(['dedup_key', 'id'])
    .where('status', '<>', 'resolved')
    .execute()
  expect(new Set(active.map(({ dedup_key }) => dedup_key)).size).toBe(active.length)
  const { list } = await read()
  expect(list).toHaveLength(80)
  const ids = new Map(active.map(({ dedup_key, id }) => [dedup_key, id]))
  for (const { key, state } of list) expect(state === 'folded' && ids.has(key)).toBe(false)
  expect(t.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
})

test('in a maintenance window what is split off pages nobody until it ends', async () => {
  const { t, storm, split, viewer, clock } = await splittable(['a'])
  const admin = await t.asRole('admin')
  const at = (minutes: number) => new Date(clock.now().getTime() + minutes * 60_000).toISOString()
  const window = { serviceIds: [storm.serviceId], start: at(0), end: at(30), reason: 'New disks' }
  expect((await admin.post('/api/v1/maintenance-windows', window)).status).toBe(201)
  const { items } = (await split('sentry-a')).body
  expect((await viewer.get(`/api/v1/incidents/${items[0].incident.id}`)).body.status).toBe('suppressed')
})

test('what cannot be split says why', async () => {
  const { t, responder, url, split, storm } = await splittable(['a'])
  expect(await split('sentry-a', 'sentry-x')).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ path: 'keys.1' }] },
  })
  expect((await responder.post(url, { keys: [] })).status).toBe(400)
  const { id } = await t.create.incident()
  expect(await responder.post(`/api/v1/incidents/${id}/split`)).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('not about a storm') },
  })
  expect((await responder.post('/api/v1/incidents/4711/split')).status).toBe(404)
  await responder.post(`/api/v1/incidents/${storm.id}/resolve`)
  expect(await responder.post(url)).toMatchObject({ status: 409, body: { code: 'incident_resolved' } })
  expect((await (await t.asRole('viewer')).post(url)).status).toBe(403)
})
