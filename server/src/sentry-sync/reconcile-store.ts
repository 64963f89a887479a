import { sql } from 'kysely'
import { OPENED_BY_HAND } from '../integrations/sentry/issue-link.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import { grants } from './scopes.ts'
import type { ActiveIncident } from './sightings.ts'

export const EVERY_SECONDS = 5 * 60
/** What was compared so lately is not compared again because a process has started. */
const LATELY_SECONDS = 60

/** An integration that is connected, as comparing needs it. */
export type Connected = {
  id: string
  name: string
  createdAt: Date
  appSlug: string | null
  /** Whether Sentry may be asked for its log of deliveries. */
  hasLog: boolean
  compares: boolean
  /** What Sentry shows of an issue is shown on its incidents. */
  enriches: boolean
  /** Sentry takes what it is told. */
  isTold: boolean
}

/**
 * Takes connections that are due: none else has them until they are due again. Not those whose token Sentry refuses, and nothing of
 * integrations that are switched off.
 */
export async function takeDue(db: Db, now: Date, limit: number): Promise<Connected[]> {
  const { rows } = await sql<Omit<Connected, 'hasLog'> & { scopes: string[] | null }>`
    with due as (
      select c.integration_id from sentry_connections c join integrations i on i.id = c.integration_id
      where c.reconcile_due_at <= ${now} and c.reads_refused_at is null and i.enabled and i.deleted_at is null
      order by c.reconcile_due_at limit ${limit} for update of c skip locked
    )
    update sentry_connections c set reconcile_due_at = ${addSeconds(now, EVERY_SECONDS)}
    from due join integrations i on i.id = due.integration_id
    where c.integration_id = due.integration_id
    returning i.id, i.name, i.created_at as "createdAt", c.app_slug as "appSlug", c.writes_refused_at is null as "isTold",
      c.scopes, coalesce((c.behaviour ->> 'reconcile')::boolean, true) as compares,
      coalesce((c.behaviour ->> 'enrich')::boolean, true) as enriches`.execute(db)
  return rows.map(({ scopes, ...row }) => ({ ...row, hasLog: grants(scopes ?? [], 'org:read') }))
}

/** After a downtime: all are due now. */
export async function makeAllDue(db: Db, now: Date): Promise<void> {
  await sql`
    update sentry_connections set reconcile_due_at = ${now}
    where reconcile_due_at > ${now} and coalesce(reconciled_at, '-infinity') < ${addSeconds(now, -LATELY_SECONDS)}`.execute(
    db,
  )
}

/** Comparing has come to its end, or to a hindrance. */
export async function noteCompared(
  db: Db,
  integrationId: string,
  { now, problem, dueAt }: { now: Date; problem: string | null; dueAt: Date },
): Promise<void> {
  await db
    .updateTable('sentry_connections')
    .set({
      reconcile_due_at: dueAt,
      reconcile_problem: problem,
      ...(problem === null ? { reconciled_at: now } : {}),
    })
    .where('integration_id', '=', integrationId)
    .execute()
}

const HELD = sql`i.status = 'acknowledged' and i.acknowledged_by ->> 'kind' = 'integration'`
const OF_ISSUE = '^sentry-[0-9]{1,30}$'

/** Active incidents about issues, newest first, those with smaller numbers than `before`. */
export async function readActive(
  db: Db,
  integrationId: string,
  before: number | null,
  limit: number,
): Promise<ActiveIncident[]> {
  const { rows } = await sql<ActiveIncident>`
    select i.id, i.number, substring(i.dedup_key from 8) as "issueId", i.dedup_key as "dedupKey", i.status,
      ${HELD} as "isHeldByTool", i.created_at as "knownSince", coalesce((
        select t.text like ${`${OPENED_BY_HAND}%`} from timeline_entries t where t.incident_id = i.id order by t.number limit 1
      ), false) as "isByHand", false as "isLinked"
    from incidents i
    where i.status <> 'resolved' and i.integration_id = ${integrationId} and i.dedup_key ~ ${OF_ISSUE}
      and i.number < coalesce(${before}::bigint, 9223372036854775807)
    order by i.number desc limit ${limit}`.execute(db)
  return rows
}

const LINKED_MAX = 1_000

/** Active incidents to which somebody has linked an issue, the newest links. */
export async function readLinked(db: Db, integrationId: string): Promise<ActiveIncident[]> {
  const { rows } = await sql<ActiveIncident>`
    select i.id, i.number, substring(l.dedup_key from 8) as "issueId", l.dedup_key as "dedupKey", i.status,
      ${HELD} as "isHeldByTool", greatest(i.created_at, l.created_at) as "knownSince", true as "isByHand", true as "isLinked"
    from incident_links l join incidents i on i.id = l.incident_id
    where l.integration_id = ${integrationId} and i.status <> 'resolved' and l.dedup_key ~ ${OF_ISSUE}
    order by l.created_at desc limit ${LINKED_MAX}`.execute(db)
  return rows
}

/** When the timelines of these incidents said that Sentry knows their issue no more, by their ids. */
export async function readGone(db: Db, incidentIds: readonly string[]): Promise<Map<string, Date>> {
  const { rows } = await sql<{ id: string; at: Date }>`
    select id, noted.at from unnest(${[...incidentIds]}::uuid[]) as id cross join lateral (
      select t.at from timeline_entries t where t.incident_id = id and t.kind = 'synced' and t.data ->> 'step' = 'gone' limit 1
    ) as noted`.execute(db)
  return new Map(rows.map(({ id, at }) => [id, at]))
}
