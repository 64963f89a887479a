import { sql } from 'kysely'
import type { Urgency } from '#contract/common.ts'
import type { NewTimelineEntry } from '../incidents/model.ts'
import type { Db, Trx } from '../platform/db.ts'
import type { Run } from './model.ts'

/** An incident that has somebody to page now. */
export type DueEscalation = {
  incidentId: string
  urgency: Urgency
  dueAt: Date
  /** It got worse, and only the person who has it is told. */
  onlyUserId: string | null
  /** The version that it runs on; null before it has begun. */
  policy: { policyId: string; version: number } | null
  /** What its service has now. */
  servicePolicyId: string | null
  /** Null before it has begun. */
  run: Run | null
}

type Row = {
  incident_id: string
  urgency: Urgency
  due_at: Date
  only_user_id: string | null
  policy_id: string | null
  policy_version: number | null
  service_policy_id: string | null
  step: number
  cycle: number
  cycle_started_at: Date | null
  reached: string[]
  reached_at: Date | null
}

/**
 * What is due longest, with its incidents, as every writer of those holds them first. What somebody else holds at this moment is
 * left for the next call.
 */
export async function lockDue(trx: Trx, now: Date, limit: number): Promise<DueEscalation[]> {
  const { rows } = await sql<Row>`
    ${dueRows} where e.due_at <= ${now} order by e.due_at limit ${limit}
    for no key update of i, e skip locked`.execute(trx)
  return rows.map(fromRow)
}

/** What has been due since long, waited for: alerts about an incident can hold it whenever somebody looks. In the order of all writers. */
export async function lockLate(trx: Trx, now: Date, since: Date, limit: number): Promise<DueEscalation[]> {
  const late = await trx
    .selectFrom('escalations')
    .select('incident_id')
    .where('due_at', '<=', since)
    .orderBy('due_at')
    .limit(limit)
    .execute()
  if (late.length === 0) return []
  const ids = late.map(({ incident_id }) => incident_id)
  const { rows } = await sql<Row>`
    ${dueRows} where e.incident_id = any(${ids}::uuid[]) and e.due_at <= ${now} order by i.id
    for no key update of i, e`.execute(trx)
  return rows.map(fromRow)
}

/** Those of these incidents that are still due and that nobody else holds. */
export async function lockThese(trx: Trx, ids: readonly string[], now: Date): Promise<DueEscalation[]> {
  const { rows } = await sql<Row>`
    ${dueRows} where e.incident_id = any(${[...ids]}::uuid[]) and e.due_at <= ${now} order by e.due_at
    for no key update of i, e skip locked`.execute(trx)
  return rows.map(fromRow)
}

export async function postpone(db: Db, incidentId: string, now: Date, until: Date): Promise<void> {
  await db
    .updateTable('escalations')
    .set({ due_at: until })
    .where('incident_id', '=', incidentId)
    .where('due_at', '<=', now)
    .execute()
}

const dueRows = sql`
  select e.incident_id, i.urgency, e.due_at, e.only_user_id, e.policy_id, e.policy_version,
    s.escalation_policy_id as service_policy_id, e.step, e.cycle, e.cycle_started_at, e.reached, e.reached_at
  from escalations e join incidents i on i.id = e.incident_id join services s on s.id = i.service_id`

const fromRow = (row: Row): DueEscalation => ({
  incidentId: row.incident_id,
  urgency: row.urgency,
  dueAt: row.due_at,
  onlyUserId: row.only_user_id,
  policy:
    row.policy_id && row.policy_version !== null
      ? { policyId: row.policy_id, version: row.policy_version }
      : null,
  servicePolicyId: row.service_policy_id,
  run: row.cycle_started_at && {
    step: row.step,
    cycle: row.cycle,
    cycleStartedAt: row.cycle_started_at,
    dueAt: row.due_at,
    reached: row.reached,
    reachedAt: row.reached_at,
  },
})

/** When each version of these policies was made, by policy, oldest first. */
export async function readVersionTimes(
  db: Db,
  policyIds: readonly string[],
): Promise<Map<string, { version: number; createdAt: Date }[]>> {
  if (policyIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('escalation_policy_versions')
    .select(['policy_id', 'version', 'created_at as createdAt'])
    .where('policy_id', 'in', [...new Set(policyIds)])
    .orderBy('version')
    .execute()
  return Map.groupBy(rows, ({ policy_id }) => policy_id)
}

/** Where an escalation goes on. `dueAt` null: it has ended, and why. */
export type NextState = {
  incidentId: string
  policyId: string | null
  policyVersion: number | null
  step: number
  cycle: number
  cycleStartedAt: Date | null
  dueAt: Date | null
  reached: string[]
  reachedAt: Date | null
  endedReason: string | null
}

/** Everything that a turn has decided, in one statement. `done`: nothing is left to be paged for, as somebody has the incident. */
export async function writeTurns(
  trx: Trx,
  turns: {
    entries: readonly NewTimelineEntry[]
    states: readonly NextState[]
    done: readonly string[]
  },
): Promise<void> {
  await sql`
    with timeline as (
      insert into timeline_entries (incident_id, at, kind, actor, text, data)
      select "incidentId", at, kind, actor, text, data from jsonb_to_recordset(${JSON.stringify(turns.entries)}::jsonb)
        as x("incidentId" uuid, at timestamptz, kind text, actor jsonb, text text, data jsonb)
    ), done as (
      delete from escalations where incident_id = any(${[...turns.done]}::uuid[])
    )
    insert into escalations (incident_id, policy_id, policy_version, step, cycle, cycle_started_at, due_at, ended_reason,
      reached, reached_at)
    select "incidentId", "policyId", "policyVersion", step, cycle, "cycleStartedAt", "dueAt", "endedReason",
      array(select jsonb_array_elements_text(reached)::uuid), "reachedAt"
    from jsonb_to_recordset(${JSON.stringify(turns.states)}::jsonb) as x(
      "incidentId" uuid, "policyId" uuid, "policyVersion" int, step int, cycle int, "cycleStartedAt" timestamptz,
      "dueAt" timestamptz, "endedReason" text, reached jsonb, "reachedAt" timestamptz)
    -- They are all there and held; said like this, each is found by its key, however many there are.
    on conflict (incident_id) do update set policy_id = excluded.policy_id, policy_version = excluded.policy_version,
      step = excluded.step, cycle = excluded.cycle, cycle_started_at = excluded.cycle_started_at,
      due_at = excluded.due_at, ended_reason = excluded.ended_reason, reached = excluded.reached,
      reached_at = excluded.reached_at`.execute(trx)
}
