import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createIngest } from '../alerts/ingest.ts'
import { testApp } from '../testing/test-app.ts'
import { startWorker } from '../worker.ts'
import { wakeDueIncidents } from './commands.ts'

const setUp = async () => {
  const t = await testApp()
  const admin = await t.asRole('admin', 'Dana Example')
  const read = async (id: string) => (await admin.get(`/api/v1/incidents/${id}`)).body
  const act = async (id: string, action: string, body?: object) => {
    const answer = await admin.post(`/api/v1/incidents/${id}/${action}`, body)
    expect(answer.status, answer.text).toBe(200)
    return answer.body
  }
  const at = (minutes: number) => new Date(t.clock.now().getTime() + minutes * 60_000)
  const plan = async (serviceIds: string[], from: number, to: number) =>
    (
      await admin.post('/api/v1/maintenance-windows', {
        serviceIds,
        start: at(from).toISOString(),
        end: at(to).toISOString(),
        reason: 'New disks',
      })
    ).body
  const escalations = () =>
    t.db
      .selectFrom('escalations')
      .select(['incident_id', 'due_at', 'step', 'only_user_id'])
      .orderBy('incident_id')
      .execute()
  return { ...t, admin, read, act, at, plan, escalations }
}

test('every new incident has somebody to page from the first moment, whatever is configured', async () => {
  const { create, clock, escalations } = await setUp()
  const { id } = await create.incident({ severity: 'info' })
  expect(await escalations()).toEqual([{ incident_id: id, due_at: clock.now(), step: 0, only_user_id: null }])
})

test('incidents that commit together are each due when they were reported', async () => {
  const { create, deps, at, db } = await setUp()
  const { id: serviceId } = await create.service()
  const ingest = createIngest(deps)
  const actor = { kind: 'system', id: null, name: 'test' } as const
  const report = (title: string, minutes: number) =>
    ingest.submit({
      ...{ at: at(minutes), serviceId, actor, source: null, delivery: null, isReplay: false },
      verdict: { outcome: 'events', events: [{ ...ALERT, title, dedupKey: title }] },
    })
  // The first one commits alone; what is submitted meanwhile goes together.
  await Promise.all([report('first', 1), report('second', 2), report('third', 3)])
  const rows = await db
    .selectFrom('escalations as e')
    .innerJoin('incidents as i', 'i.id', 'e.incident_id')
    .select(['i.title', 'e.due_at'])
    .orderBy('i.number')
    .execute()
  expect(rows).toEqual([
    { title: 'first', due_at: at(1) },
    { title: 'second', due_at: at(2) },
    { title: 'third', due_at: at(3) },
  ])
})
const ALERT = {
  ...({ action: 'trigger', severity: 'error' } as const),
  ...{ aliases: [], source: 'db1', link: null, details: {}, occurredAt: null },
}

test('a snooze ends at its time, not before, and pages again', async () => {
  const { create, act, at, clock, runWorker, read, escalations } = await setUp()
  const { id } = await create.incident()
  await act(id, 'snooze', { until: at(30).toISOString() })
  expect(await escalations()).toEqual([])

  clock.advance({ minutes: 29, seconds: 59 })
  await runWorker()
  expect((await read(id)).status).toBe('snoozed')

  clock.advance({ seconds: 1 })
  await runWorker()
  expect(await read(id)).toMatchObject({
    status: 'open',
    snoozedUntil: null,
    paging: { state: 'ended' },
    timeline: [
      { kind: 'nobody_paged', at: clock.now().toISOString() },
      {
        kind: 'reopened',
        text: 'The snooze is over',
        actor: { kind: 'system', id: null, name: 'OpsKnight' },
        at: clock.now().toISOString(),
      },
      { kind: 'snoozed' },
      { kind: 'triggered' },
    ],
  })
  expect(await escalations()).toEqual([{ incident_id: id, due_at: null, step: 0, only_user_id: null }])
  await runWorker()
  expect((await read(id)).timeline).toHaveLength(4)
})

test('an acknowledgement lasts for ever, unless the service says how long', async () => {
  const { create, admin, act, clock, runWorker, read } = await setUp()
  const [lasting, limited] = [await create.incident(), await create.incident()]
  await admin.patch(`/api/v1/services/${limited.serviceId}`, { acknowledgementTimeoutMinutes: 30 })
  await act(lasting.id, 'acknowledge')
  await act(limited.id, 'acknowledge')

  clock.advance({ minutes: 29, seconds: 59 })
  await runWorker()
  expect((await read(limited.id)).status).toBe('acknowledged')

  clock.advance({ seconds: 1 })
  await runWorker()
  expect(await read(limited.id)).toMatchObject({
    status: 'open',
    acknowledgedBy: null,
    paging: { state: 'ended' },
    timeline: [{ kind: 'nobody_paged' }, { kind: 'reopened', text: 'The acknowledgement ran out' }, {}, {}],
  })

  clock.advance({ days: 2 })
  await runWorker()
  expect((await read(lasting.id)).status).toBe('acknowledged')
})

test('whoever resolves, acknowledges or snoozes anew stops the old timer', async () => {
  const { create, act, at, clock, runWorker, read } = await setUp()
  const [resolved, acknowledged, later] = [
    await create.incident(),
    await create.incident(),
    await create.incident(),
  ]
  for (const { id } of [resolved, acknowledged, later])
    await act(id, 'snooze', { until: at(10).toISOString() })
  await act(resolved.id, 'resolve')
  await act(acknowledged.id, 'acknowledge')
  await act(later.id, 'snooze', { until: at(20).toISOString() })

  clock.advance({ minutes: 10 })
  await runWorker()
  expect((await read(resolved.id)).status).toBe('resolved')
  expect((await read(acknowledged.id)).status).toBe('acknowledged')
  expect((await read(later.id)).status).toBe('snoozed')
  clock.advance({ minutes: 10 })
  await runWorker()
  expect((await read(later.id)).status).toBe('open')
})

test('what was suppressed opens when the window ends, and pages nobody before', async () => {
  const { create, plan, clock, runWorker, read, escalations } = await setUp()
  const on = await create.integration({}, { type: 'events' })
  await plan([on.serviceId], -5, 30)
  const { id } = await create.incident({ on })
  expect(await escalations()).toEqual([])
  expect(await read(id)).toMatchObject({
    status: 'suppressed',
    paging: { state: 'stopped', problem: null },
    timeline: [{ kind: 'suppressed', text: 'New disks' }, { kind: 'triggered' }],
  })

  clock.advance({ minutes: 29, seconds: 59 })
  await runWorker()
  expect((await read(id)).status).toBe('suppressed')
  clock.advance({ seconds: 1 })
  await runWorker()
  expect(await read(id)).toMatchObject({
    status: 'open',
    paging: { state: 'ended' },
    timeline: [
      { kind: 'nobody_paged' },
      { kind: 'reopened', text: 'The maintenance window is over' },
      {},
      {},
    ],
  })
  expect(await escalations()).toHaveLength(1)
})

test('what was suppressed stays so while another window covers the service', async () => {
  const { create, plan, clock, runWorker, read, at } = await setUp()
  const on = await create.integration({}, { type: 'events' })
  await plan([on.serviceId], -5, 30)
  const { id } = await create.incident({ on })
  await plan([on.serviceId], 20, 60)
  const end = at(60)

  clock.advance({ minutes: 30 })
  await runWorker()
  expect(await read(id)).toMatchObject({ status: 'suppressed', suppressedUntil: end.toISOString() })
  clock.advance({ minutes: 30 })
  await runWorker()
  expect((await read(id)).status).toBe('open')
})

test('a deleted window opens what it suppressed, and leaves what a person has taken', async () => {
  const { create, admin, plan, act, runWorker, read } = await setUp()
  const on = await create.integration({}, { type: 'events' })
  const window = await plan([on.serviceId], -5, 30)
  const [opening, taken, resolved] = [
    await create.incident({ on }),
    await create.incident({ on }),
    await create.incident({ on }),
  ]
  await act(taken.id, 'acknowledge')
  await act(resolved.id, 'resolve')
  expect((await admin.delete(`/api/v1/maintenance-windows/${window.id}`)).status).toBe(204)
  await runWorker()
  expect((await read(opening.id)).status).toBe('open')
  expect((await read(taken.id)).status).toBe('acknowledged')
  expect((await read(resolved.id)).status).toBe('resolved')
})

test('an incident that was open before the window goes on paging', async () => {
  const { create, plan, read, deliver } = await setUp()
  const { id, dedupKey, integration } = await create.incident()
  await plan([integration.serviceId], -5, 30)
  await deliver(integration, {
    event_action: 'trigger',
    dedup_key: dedupKey,
    payload: { summary: 'Again', source: 'x', severity: 'error' },
  })
  expect(await read(id)).toMatchObject({ status: 'open', eventCount: 2, paging: { state: 'due' } })
})

test('two workers at once wake each incident once', async () => {
  const { create, admin, at, clock, deps, anotherServer, db } = await setUp()
  const other = await anotherServer()
  const on = await create.integration({ newIncidentsPerMinute: null }, { type: 'events' })
  const incidents = await Promise.all(Array.from({ length: 150 }, () => create.incident({ on })))
  const ids = incidents.map(({ id }) => id)
  await admin.post('/api/v1/incidents/bulk', { ids, action: 'snooze', until: at(5).toISOString() })
  clock.advance({ minutes: 5 })

  const woken = await Promise.all(
    [deps, other.deps, deps, other.deps].map((worker) => wakeDueIncidents(worker, clock.now())),
  )
  expect(woken.reduce((sum, count) => sum + count)).toBe(150)
  const entries = await db
    .selectFrom('timeline_entries')
    .select('incident_id')
    .where('kind', '=', 'reopened')
    .execute()
  expect(new Set(entries.map(({ incident_id }) => incident_id)).size).toBe(150)
  expect(entries).toHaveLength(150)
  expect(await db.selectFrom('escalations').select('incident_id').execute()).toHaveLength(150)
})

test('more incidents than fit into one batch are all woken', async () => {
  const { create, admin, at, clock, runWorker, db } = await setUp()
  const on = await create.integration({ newIncidentsPerMinute: null }, { type: 'events' })
  const incidents = await Promise.all(Array.from({ length: 450 }, () => create.incident({ on })))
  for (let start = 0; start < 450; start += 150) {
    const ids = incidents.slice(start, start + 150).map(({ id }) => id)
    await admin.post('/api/v1/incidents/bulk', { ids, action: 'snooze', until: at(5).toISOString() })
  }
  clock.advance({ minutes: 5 })
  await runWorker()
  expect(await db.selectFrom('incidents').select('id').where('status', '<>', 'open').execute()).toEqual([])
})

test('a person who acts while the timer fires is not overruled twice', async () => {
  const { create, act, at, clock, deps, read } = await setUp()
  for (let round = 1; round <= 10; round += 1) {
    const { id } = await create.incident()
    await act(id, 'snooze', { until: at(5).toISOString() })
    clock.advance({ minutes: 5 })
    await Promise.all([act(id, 'acknowledge'), wakeDueIncidents(deps, clock.now())])
    expect((await read(id)).status).toBe('acknowledged')
  }
})

test('the worker of a server wakes by itself what is due, and stops when it is told to', async () => {
  const { create, act, at, clock, deps, read } = await setUp()
  const { id } = await create.incident()
  await act(id, 'snooze', { until: at(5).toISOString() })
  clock.advance({ minutes: 5 })

  const { promise: changed, resolve } = Promise.withResolvers<void>()
  deps.live.subscribe((message) => {
    if (message.kind === 'incidents' && message.ids.includes(id)) resolve()
  })
  const stop = await startWorker(deps, deps.databaseUrl)
  await changed
  await stop()
  expect((await read(id)).status).toBe('open')
})

test('an incident that cannot be woken holds up none of the others, and is tried again', async () => {
  const { create, act, at, clock, db, deps, read, logged } = await setUp()
  const until = at(5).toISOString()
  const [broken, ...others] = [await create.incident(), await create.incident(), await create.incident()]
  for (const { id } of [broken!, ...others]) await act(id, 'snooze', { until })
  await sql`alter table incidents add constraint asleep check (id <> ${sql.lit(broken!.id)} or status = 'snoozed')`.execute(
    db,
  )
  clock.advance({ minutes: 5 })
  while (await wakeDueIncidents(deps, clock.now()));
  for (const { id } of others) expect((await read(id)).status).toBe('open')
  expect((await read(broken!.id)).status).toBe('snoozed')
  expect(logged.filter((line) => line.includes('incident.not_woken'))).toHaveLength(1)
  await sql`alter table incidents drop constraint asleep`.execute(db)
  clock.advance({ minutes: 1 })
  await wakeDueIncidents(deps, clock.now())
  expect((await read(broken!.id)).status).toBe('open')
})
