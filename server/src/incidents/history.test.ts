import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Actor } from '#contract/common.ts'
import type { Db } from '../platform/db.ts'
import {
  type Actors,
  apiHistories,
  type History,
  histories,
  KEYS,
  type Step,
  WORDS,
  World,
} from '../testing/incident-history.ts'
import { type Answer, type Client, NO_LIMITS, testApp } from '../testing/test-app.ts'
import { wakeDueIncidents } from './commands.ts'
import { decide } from './decide.ts'
import type { Decision, Incident } from './model.ts'

// fast-check prints seed and path of what failed; put them beside numRuns to run just that again.
const SEED = 20_260_301

const START = new Date('2026-03-01T09:00:00.000Z')
const later = (at: Date, minutes: number) => new Date(at.getTime() + minutes * 60_000)

const ACTORS: Actors = {
  tool: { kind: 'integration', id: 'integration', name: 'Sentry' },
  program: { kind: 'api-key', id: 'key', name: 'cron' },
  ana: { kind: 'user', id: 'ana', name: 'Ana Example' },
  bo: { kind: 'user', id: 'bo', name: 'Bo Example' },
  script: { kind: 'api-key', id: 'key', name: 'cron' },
  worker: { kind: 'system', id: null, name: 'OpsKnight' },
}

test('whatever happens in whatever order, what is decided keeps its promises', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const world = new World(history, ACTORS)
      let now = START
      for (const step of history.steps) {
        const before = snapshot(world)
        if (step.do === 'wait') now = later(now, step.minutes)
        for (const decision of play(world, step, now)) expectConsistent(world, before, decision)
        expectPromises(world)
        expectRepeatToChangeNothing(world, step, now)
      }
    }),
    { seed: SEED, numRuns: 3_000 },
  )
})

function play(world: World, step: Step, now: Date): Decision[] {
  switch (step.do) {
    case 'event':
      return [world.event(step, now)]
    case 'ask':
      return [world.ask(step, now)].filter((decision) => decision !== null)
    case 'wait':
      return world.wake(now)
    case 'maintain':
      world.maintain(now, later(now, step.minutes), 'Work')
      return []
  }
}

type Before = { incidents: Map<string, Incident>; entries: number; rows: Set<string> }
const snapshot = ({ incidents, entries, escalations }: World): Before => ({
  incidents: new Map(incidents.map((incident) => [incident.id, incident])),
  entries: entries.length,
  rows: new Set(escalations.keys()),
})

/** One decision against what was there before it. */
function expectConsistent(world: World, before: Before, decision: Decision): void {
  if (decision.outcome !== 'changed') return
  const { incident, entries, isNew } = decision
  const old = before.incidents.get(incident.id)
  expect(old === undefined).toBe(isNew)
  expect(entries.every(({ incidentId }) => incidentId === incident.id)).toBe(true)
  if (!old) {
    expect(entries[0]?.kind).toBe('triggered')
    return
  }

  expect(incident.eventCount).toBeGreaterThanOrEqual(old.eventCount)
  expect(incident.lastEventAt >= old.lastEventAt).toBe(true)
  if (incident.status !== old.status) expect(entries).not.toEqual([])
  if (incident.status === 'acknowledged' && old.status === 'acknowledged') {
    const isTakenOver = old.acknowledgedBy?.kind === 'integration' && incident.acknowledgedBy?.kind === 'user'
    if (!isTakenOver) expect(incident.acknowledgedBy).toEqual(old.acknowledgedBy)
  }
  // Paging begins only when something opens or gets more urgent.
  const isPaged = world.escalations.has(incident.id)
  if (isPaged && !before.rows.has(incident.id)) {
    expect(incident.status === 'open' || rankOf(incident) > rankOf(old)).toBe(true)
  }
}
const rankOf = ({ urgency }: Incident) => ['low', 'medium', 'high'].indexOf(urgency)

/** What is true of every state, however it was reached. */
function expectPromises({ incidents, entries, escalations, triggers }: World): void {
  for (const incident of incidents) {
    const { id, status, wakeAt, acknowledgedAt, acknowledgedBy, resolvedAt, resolvedBy } = incident
    expect((acknowledgedAt === null) === (acknowledgedBy === null)).toBe(true)
    expect((resolvedAt === null) === (resolvedBy === null)).toBe(true)
    expect(resolvedAt !== null).toBe(status === 'resolved')
    if (status === 'acknowledged') expect(acknowledgedAt).not.toBeNull()
    if (status === 'open' || status === 'suppressed') expect(acknowledgedAt).toBeNull()
    if (status === 'snoozed' || status === 'suppressed') expect(wakeAt).not.toBeNull()
    if (status === 'open' || status === 'resolved') expect(wakeAt).toBeNull()

    const row = escalations.get(id)
    if (status === 'open') expect(row).toMatchObject({ onlyUserId: null })
    if (status === 'resolved' || status === 'suppressed') expect(row).toBeUndefined()
    if (row?.onlyUserId) expect(acknowledgedBy).toMatchObject({ kind: 'user', id: row.onlyUserId })

    expect(incident.eventCount).toBe(triggers.get(id))
    const own = entries.filter(({ incidentId }) => incidentId === id)
    expect(statusSaidBy(own.map(({ kind }) => kind))).toBe(status)
  }
  for (const key of KEYS) {
    const active = incidents.filter(({ dedupKey, status }) => dedupKey === key && status !== 'resolved')
    expect(active.length).toBeLessThanOrEqual(1)
  }
}

const statusOfKind: Record<string, string> = {
  ...{ triggered: 'open', reopened: 'open', acknowledged: 'acknowledged' },
  ...{ resolved: 'resolved', snoozed: 'snoozed', suppressed: 'suppressed' },
}
/** The status that a timeline leads to. */
const statusSaidBy = (kinds: readonly string[]) => kinds.flatMap((kind) => statusOfKind[kind] ?? []).at(-1)

/** Asked for the same again, whoever asks gets the same and nothing is different but the count of a trigger. */
function expectRepeatToChangeNothing(world: World, step: Step, now: Date): void {
  if (step.do !== 'ask' && step.do !== 'event') return
  const isNote = step.do === 'ask' ? step.what.action === 'note' : step.event.action === 'note'
  const incident = step.do === 'ask' ? world.find(step) : world.activeOf(step.key)
  if (!incident || isNote) return
  const command =
    step.do === 'ask'
      ? world.commandOf(step.what, now)
      : ({ kind: 'event', event: { ...step.event, ...WORDS, dedupKey: step.key } } as const)
  const repeat = decide(incident, command, world.contextOf(incident, step.by, now, step.key))
  if (repeat.outcome !== 'changed') return
  expect(repeat).toMatchObject({ result: 'deduplicated', entries: [], paging: null })
  expect(repeat.incident).toEqual({ ...incident, eventCount: incident.eventCount + 1, lastEventAt: now })
}

test('one after the other through the front door, the database holds what the decisions foretell', async () => {
  const house = await openHouse()
  await fc.assert(
    fc.asyncProperty(apiHistories, async (history) => {
      const { play, actors, rows } = await house.open(history)
      const world = new World(history, actors)
      for (const step of history.steps) {
        const now = house.clock.now()
        const expected = playedIn(world, step, now)
        const answer = await play(step, world)
        if (expected && answer) expectSameAnswer(answer, expected)
      }
      expect(await rows()).toEqual(foretold(world))
    }),
    { seed: SEED, numRuns: 40 },
  )
})

/** The same step in the world; time has to move there as it does in the house. */
function playedIn(world: World, step: Step, now: Date): Decision | null {
  if (step.do !== 'wait') return play(world, step, now)[0] ?? null
  world.wake(later(now, step.minutes))
  return null
}

function expectSameAnswer({ status, body }: Answer, expected: Decision): void {
  if (expected.outcome === 'refused') {
    expect([status, body.code]).toEqual([expected.code === 'invalid_request' ? 400 : 409, expected.code])
  } else if (body.result) {
    expect([status, body.result.action]).toEqual([
      202,
      expected.outcome === 'changed' ? expected.result : 'ignored',
    ])
  } else {
    expect([status, body.status]).toEqual([200, expected.incident?.status])
  }
}

test('all at once, on two servers, everybody is answered and every promise is kept', async () => {
  const house = await openHouse()
  await fc.assert(
    fc.asyncProperty(fc.array(apiHistories, { minLength: 2, maxLength: 3 }), async (three) => {
      const { play, counted, serviceId } = await house.open(three[0]!)
      for (const { steps } of three) {
        const answers = await Promise.all(steps.map((step) => play(step, null)))
        for (const answer of answers) if (answer) expect(answer.status, answer.text).toBeLessThan(500)
      }
      expect(await brokenPromises(house.db, serviceId)).toEqual([])
      expect(await house.eventsOf(serviceId)).toBe(counted())
    }),
    { seed: SEED, numRuns: 25 },
  )
})

/** A server, and another one on the same database, in which histories are played, each on a service of its own. */
async function openHouse() {
  const t = await testApp()
  const other = await t.anotherServer()
  const [ana, bo] = [
    await t.create.user({ name: 'Ana Example' }),
    await t.create.user({ name: 'Bo Example' }),
  ]
  const admin = await t.asRole('admin')
  const key = await t.create.apiKey('write', 'events')
  const { items } = (await admin.get('/api/v1/api-keys')).body
  const program: Actor = { kind: 'api-key', id: items[0].id, name: 'test' }
  const people: Record<string, Client> = {
    ana: await t.as(ana),
    bo: await other.as(bo),
    script: other.withKey(key),
  }
  const userIds = { ana: ana.id, bo: bo.id }

  return {
    db: t.db,
    clock: t.clock,
    async eventsOf(serviceId: string) {
      const { rows } = await sql<{ count: number }>`
        select coalesce(sum(event_count), 0)::int as count from incidents where service_id = ${serviceId}`.execute(
        t.db,
      )
      return rows[0]?.count
    },
    async open({ acknowledgementTimeoutMinutes }: History) {
      const { id: serviceId } = await t.create.service({ acknowledgementTimeoutMinutes })
      const tool = await t.create.integration(NO_LIMITS, { type: 'events', serviceId })
      let accepted = 0
      const actors: Actors = {
        ...{ program, script: program, worker: ACTORS.worker },
        tool: { kind: 'integration', id: tool.ref, name: 'Events API' },
        ana: { kind: 'user', id: ana.id, name: ana.name },
        bo: { kind: 'user', id: bo.id, name: bo.name },
      }

      async function play(step: Step, world: World | null): Promise<Answer | null> {
        switch (step.do) {
          case 'event':
            return send(step)
          case 'ask':
            return ask(step, world)
          case 'maintain':
            return maintain(step.minutes)
          case 'wait':
            t.clock.advance({ minutes: step.minutes })
            while (await wakeDueIncidents(t.deps, t.clock.now()));
            return null
        }
      }

      async function send({ key: dedup_key, by, event }: Step & { do: 'event' }): Promise<Answer> {
        const { action: event_action, severity } = event
        const body = {
          event_action,
          dedup_key,
          payload: { summary: WORDS.title, source: WORDS.source, severity },
        }
        const answer =
          by === 'tool'
            ? await t.deliver(tool, body)
            : await other.withKey(key).post('/api/events', { ...body, service_id: serviceId })
        if (event_action === 'trigger' && answer.body.result?.action !== 'ignored') accepted += 1
        return answer
      }

      async function ask(step: Step & { do: 'ask' }, world: World | null): Promise<Answer | null> {
        // With a world it is known whom the step means; else the database is asked, as a person would look.
        const list = `/api/v1/incidents?serviceId=${serviceId}&dedupKey=${step.key}&limit=200`
        const own = (await people.ana!.get(list)).body.items
        const incident = step.of === 'newest' ? own[0] : own.at(-1)
        if (world) expect(incident === undefined).toBe(world.find(step) === undefined)
        if (!incident) return null
        const { action, ...rest } = step.what
        const until = 'minutes' in rest ? later(t.clock.now(), rest.minutes).toISOString() : undefined
        const userId = 'to' in rest ? userIds[rest.to] : undefined
        const path = action === 'note' ? 'notes' : action
        return people[step.by]!.post(`/api/v1/incidents/${incident.id}/${path}`, { ...rest, until, userId })
      }

      async function maintain(minutes: number): Promise<null> {
        const start = t.clock.now()
        const window = { serviceIds: [serviceId], start, end: later(start, minutes), reason: 'Work' }
        expect((await admin.post('/api/v1/maintenance-windows', window)).status).toBe(201)
        return null
      }

      return { play, actors, serviceId, counted: () => accepted, rows: () => stored(t.db, serviceId) }
    },
  }
}

/** A service's incidents with everything about them, in words that do not depend on ids. */
async function stored(db: Db, serviceId: string) {
  const incidents = await db
    .selectFrom('incidents')
    .selectAll()
    .where('service_id', '=', serviceId)
    .orderBy('number')
    .execute()
  const entries = await db.selectFrom('timeline_entries').selectAll().orderBy('number').execute()
  const escalations = await db.selectFrom('escalations').selectAll().execute()
  const indexOf = (id: string | null) => incidents.findIndex((incident) => incident.id === id)
  const first = incidents[0]?.number ?? 0
  return incidents.map((row) => {
    const escalation = escalations.find(({ incident_id }) => incident_id === row.id)
    return {
      ...{ key: row.dedup_key, status: row.status, count: row.event_count, wakeAt: row.wake_at },
      ...{ severity: row.severity, reported: row.reported_severity, urgency: row.urgency },
      ...{ created: row.created_at, last: row.last_event_at, assigned: row.assigned_to },
      acknowledged: [row.acknowledged_at, row.acknowledged_by],
      resolved: [row.resolved_at, row.resolved_by],
      previous: indexOf(row.previous_id),
      escalation: escalation ? [escalation.due_at, escalation.only_user_id] : null,
      timeline: entries
        .filter(({ incident_id }) => incident_id === row.id)
        .map(({ at, kind, actor, text, data }) => ({ at, kind, actor, text, data })),
      number: row.number - first + 1,
    }
  })
}

const foretold = ({ incidents, entries, escalations }: World): Awaited<ReturnType<typeof stored>> =>
  incidents.map((incident) => {
    const escalation = escalations.get(incident.id)
    return {
      ...{
        key: incident.dedupKey,
        status: incident.status,
        count: incident.eventCount,
        wakeAt: incident.wakeAt,
      },
      ...{ severity: incident.severity, reported: incident.reportedSeverity, urgency: incident.urgency },
      ...{ created: incident.createdAt, last: incident.lastEventAt, assigned: incident.assignedTo },
      acknowledged: [incident.acknowledgedAt, incident.acknowledgedBy],
      resolved: [incident.resolvedAt, incident.resolvedBy],
      previous: incidents.findIndex(({ id }) => id === incident.previousId),
      escalation: escalation ? [escalation.dueAt, escalation.onlyUserId] : null,
      timeline: entries
        .filter(({ incidentId }) => incidentId === incident.id)
        .map(({ at, kind, actor, text, data }) => ({ at, kind, actor, text, data })),
      number: incident.number,
    }
  })

/** Incidents of which something is not as it must be, with what it is. */
async function brokenPromises(db: Db, serviceId: string) {
  const { rows } = await sql<{ number: number; promise: string }>`
    with own as (select * from incidents where service_id = ${serviceId}),
    said as (
      select i.id, (
        select t.kind from timeline_entries t where t.incident_id = i.id
          and t.kind in ('triggered', 'reopened', 'acknowledged', 'resolved', 'snoozed', 'suppressed')
        order by t.number desc limit 1
      ) as kind from own i
    )
    select number, 'an open incident pages' as promise from own i
    where status = 'open' and not exists (
      select from escalations e where e.incident_id = i.id and e.only_user_id is null)
    union all
    select number, 'what is over or suppressed does not page' from own i
    where status in ('resolved', 'suppressed') and exists (select from escalations e where e.incident_id = i.id)
    union all
    select number, 'only who has it is told' from own i join escalations e on e.incident_id = i.id
    where e.only_user_id::text <> coalesce(i.acknowledged_by ->> 'id', '')
    union all
    select min(number), 'one active incident for a key' from own where status <> 'resolved'
    group by dedup_key having count(*) > 1
    union all
    select number, 'the timeline begins with the trigger' from own i where 'triggered' is distinct from (
      select t.kind from timeline_entries t where t.incident_id = i.id order by t.number limit 1)
    union all
    select number, 'the timeline leads to the status' from own i join said using (id)
    where i.status <> case kind when 'triggered' then 'open' when 'reopened' then 'open' else kind end
    union all
    select i.number, 'the one before is older and resolved' from own i join own p on p.id = i.previous_id
    where p.number >= i.number or (p.status <> 'resolved' and i.status <> 'resolved')
    union all
    select number, 'what is over has no other names' from own i
    where status = 'resolved' and exists (select from incident_aliases a where a.incident_id = i.id)`.execute(
    db,
  )
  return rows
}
