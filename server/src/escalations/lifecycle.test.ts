import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Db } from '../platform/db.ts'
import { onCallApp, step, toUser } from '../testing/on-call-people.ts'
import { raceOnIncident, raceOnTable } from '../testing/race.ts'
import { runDueEscalations } from './engine.ts'

/** Ana at once and Bo ten minutes later, about an incident that has just opened. */
const setUp = async (more: { severity?: 'critical' | 'warning' } = {}) => {
  const t = await onCallApp()
  const [ana, bo] = [await t.person('Ana'), await t.person('Bo')]
  const policy = await t.policy([step(0, toUser(ana)), step(10, toUser(bo))])
  const on = await t.service(policy.id)
  const incident = await t.create.incident({ on, ...more })
  const statuses = async () => {
    const rows = await t.db.selectFrom('pages').select(['status', 'reason']).orderBy('id').execute()
    return rows.map(({ status, reason }) => [status, reason].filter(Boolean).join(': '))
  }
  return { ...t, ana, bo, policy, on, incident, id: incident.id, statuses }
}

test.each([
  ['acknowledge', 'acknowledged'],
  ['resolve', 'resolved'],
])('to %s stops everything that is due, and what has not gone out yet', async (action, status) => {
  const t = await setUp()
  await t.work()
  await t.act(t.id, action)
  expect(await t.statuses()).toEqual([`cancelled: The incident was ${status} before this was sent`])
  expect((await t.read(t.id)).paging).toEqual({ state: 'stopped', problem: null, next: null, policy: null })
  await t.pass(30)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0'])
})

test('what is reopened pages from the first step again, in the same moment too', async () => {
  const t = await setUp()
  await t.work()
  await t.act(t.id, 'acknowledge')
  await t.act(t.id, 'reopen')
  await t.work()
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '0 Ana 1.0'])
  await t.pass(10)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '0 Ana 1.0', '10 Bo 2.0'])
})

test('a snooze stops paging, and its end begins it anew', async () => {
  const t = await setUp()
  await t.work()
  await t.act(t.id, 'snooze', { until: new Date(t.clock.now().getTime() + 30 * 60_000).toISOString() })
  await t.pass(29)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0'])
  await t.pass(11)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '30 Ana 1.0', '40 Bo 2.0'])
})

test('an acknowledgement that runs out pages again', async () => {
  const t = await setUp()
  await t.ok(t.admin.patch(`/api/v1/services/${t.on.serviceId}`, { acknowledgementTimeoutMinutes: 20 }))
  await t.work()
  await t.pass(3)
  await t.act(t.id, 'acknowledge')
  await t.pass(19)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0'])
  await t.pass(1)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '23 Ana 1.0'])
})

test('a maintenance window pages nobody; what is still active at its end pages', async () => {
  const t = await setUp()
  const now = t.clock.now().getTime()
  const window = { start: new Date(now).toISOString(), end: new Date(now + 15 * 60_000).toISOString() }
  await t.ok(t.admin.post('/api/v1/maintenance-windows', { serviceIds: [t.on.serviceId], ...window }), 201)
  const suppressed = await t.create.incident({ on: t.on })
  await t.work()
  await t.pass(14)
  expect(await t.paged(suppressed)).toEqual([])
  // What was open before goes on.
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '10 Bo 2.0'])
  await t.pass(1)
  expect(await t.paged(suppressed)).toEqual(['15 Ana 1.0'])
})

test('what gets more urgent while it is open pages from the first step again', async () => {
  const t = await setUp({ severity: 'warning' })
  await t.work()
  await t.pass(3)
  await t.create.incident({ on: t.on, dedupKey: t.incident.dedupKey, severity: 'warning' })
  await t.work()
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0'])
  await t.create.incident({ on: t.on, dedupKey: t.incident.dedupKey, severity: 'critical' })
  await t.work()
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '3 Ana 1.0'])
  const rows = await t.db.selectFrom('pages').select('urgency').orderBy('id').execute()
  expect(rows.map(({ urgency }) => urgency)).toEqual(['medium', 'high'])
  await t.pass(10)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '3 Ana 1.0', '13 Bo 2.0'])
})

test('of an incident that somebody has only they hear that it got worse', async () => {
  const t = await setUp({ severity: 'warning' })
  await t.work()
  await (await t.as(t.bo)).post(`/api/v1/incidents/${t.id}/acknowledge`)
  await t.create.incident({ on: t.on, dedupKey: t.incident.dedupKey, severity: 'critical' })
  expect((await t.read(t.id)).paging).toMatchObject({ state: 'due', next: { step: null, who: 'Bo' } })
  await t.work()
  await t.pass(30)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '0 Bo worse'])
  expect((await t.said(t.incident)).at(-1)).toBe('escalated: It got worse: Bo is paged.')
  expect((await t.read(t.id)).paging.state).toBe('stopped')
})

test('where whoever has it cannot be reached any more, the administrators hear that it got worse', async () => {
  const t = await setUp({ severity: 'warning' })
  await t.administrator('Cy')
  await t.work()
  await (await t.as(t.bo)).post(`/api/v1/incidents/${t.id}/acknowledge`)
  await t.ok(t.admin.patch(`/api/v1/users/${t.bo.id}`, { disabled: true }))
  await t.create.incident({ on: t.on, dedupKey: t.incident.dedupKey, severity: 'critical' })
  await t.work()
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '0 Cy administrators'])
  expect((await t.said(t.incident)).at(-1)).toBe(
    'nobody_paged: It got worse, and whoever has it cannot be paged: Bo is disabled. The administrator Cy is paged.',
  )
})

test('an incident finishes on the version of its policy that it started with, and says so', async () => {
  const t = await setUp()
  const cy = await t.person('Cy')
  const path = `/api/v1/escalation-policies/${t.policy.id}`
  // Changed before any worker has seen the incident: it opened on the version of that time.
  t.clock.advance({ seconds: 1 })
  await t.ok(t.admin.patch(path, { steps: [step(0, toUser(cy)), step(1, toUser(cy))] }))
  await t.work()
  expect(await t.paged(t.incident)).toEqual([expect.stringMatching(/ Ana 1\.0$/)])
  expect((await t.read(t.id)).paging).toMatchObject({
    next: { step: 2, who: 'Bo' },
    policy: { version: 1, isOutdated: true },
  })
  await t.pass(10)
  expect((await t.said(t.incident)).at(-1)).toBe(
    'escalated: Step 2 of 2 pages Bo. The policy was changed meanwhile; this incident finishes on the one before.',
  )
  const later = await t.create.incident({ on: t.on })
  await t.work()
  expect(await t.paged(later)).toEqual([expect.stringMatching(/ Cy 1\.0$/)])
})

test('what runs already goes on when its service is given another policy, or none', async () => {
  const t = await setUp()
  await t.work()
  await t.ok(t.admin.patch(`/api/v1/services/${t.on.serviceId}`, { escalationPolicyId: null }))
  await t.ok(t.admin.delete(`/api/v1/escalation-policies/${t.policy.id}`), 204)
  await t.pass(10)
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '10 Bo 2.0'])
  expect((await t.said(t.incident)).at(-1)).toBe(
    'escalated: Step 2 of 2 pages Bo. The policy was deleted meanwhile; this incident finishes on it.',
  )
})

test('after a downtime a step that is long overdue runs once, and the next wait counts from then', async () => {
  const t = await setUp()
  await t.work()
  t.clock.advance({ hours: 3 })
  await t.work()
  expect(await t.paged(t.incident)).toEqual(['0 Ana 1.0', '180 Bo 2.0'])
  await t.pass(5)
  expect((await t.read(t.id)).paging.state).toBe('ended')
})

test('more incidents than fit into one batch all page', async () => {
  const t = await setUp()
  const more = await Promise.all(Array.from({ length: 450 }, () => t.create.incident({ on: t.on })))
  await t.work()
  const rows = await t.db.selectFrom('pages').select('incident_id').where('user_id', '=', t.ana.id).execute()
  expect(new Set(rows.map(({ incident_id }) => incident_id)).size).toBe(more.length + 1)
  expect(rows).toHaveLength(more.length + 1)
})

test('workers at once page each person once in a cycle', async () => {
  const t = await setUp()
  const other = await t.anotherServer()
  await Promise.all(Array.from({ length: 250 }, () => t.create.incident({ on: t.on })))
  for (const minutes of [0, 10]) {
    t.clock.advance({ minutes })
    const workers = [t.deps, other.deps, t.deps, other.deps].map(async (deps) => {
      while (await runDueEscalations(deps, t.clock.now()));
    })
    await Promise.all(workers)
    // What one of them skipped, as another one held it.
    await t.work()
  }
  const rows = await t.db.selectFrom('pages').select(['incident_id', 'user_id', 'cycle']).execute()
  expect(rows).toHaveLength(2 * 251)
  expect(new Set(rows.map((row) => JSON.stringify(row))).size).toBe(2 * 251)
})

test('an acknowledgement that comes while a step is being written holds back its pages', async () => {
  const t = await setUp()
  const ana = await t.as(t.ana)
  const acknowledgeOnceStepWaits = async () => {
    while ((await waiting(t.db)) === 0);
    return (await ana.post(`/api/v1/incidents/${t.id}/acknowledge`)).status
  }
  const work = () => runDueEscalations(t.deps, t.clock.now())
  expect(await raceOnTable<number>(t.db, 'pages', [work, acknowledgeOnceStepWaits])).toEqual([1, 200])
  expect(await t.statuses()).toEqual(['cancelled: The incident was acknowledged before this was sent'])
  expect((await t.read(t.id)).paging.state).toBe('stopped')
})

test('an incident that somebody holds is passed over, but not for long', async () => {
  const t = await setUp()
  const other = await t.create.incident({ on: t.on })
  const work = () => runDueEscalations(t.deps, t.clock.now())
  await t.db.transaction().execute(async (trx) => {
    await sql`select from incidents where id = ${t.id} for no key update`.execute(trx)
    expect(await work()).toBe(1)
    expect(await work()).toBe(0)
  })
  expect(await t.paged(other)).toEqual(['0 Ana 1.0'])
  t.clock.advance({ seconds: 3 })
  // Now it waits: nothing else lets this end.
  expect(await raceOnIncident(t.db, { id: t.id }, [work])).toEqual([1])
  expect(await t.paged(t.incident)).toHaveLength(1)
})

/** How many connections to this database wait for a lock. */
async function waiting(db: Db): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(distinct pid)::int as count from pg_locks
    where not granted and pid in (select pid from pg_stat_activity where datname = current_database())`.execute(
    db,
  )
  return rows[0]?.count ?? 0
}
