import { sql } from 'kysely'
import { addMinutes } from '../platform/clock.ts'
import type { Db, Trx } from '../platform/db.ts'

/** An incident whose issue Sentry is to be asked about. */
export type DueFacts = {
  integrationId: string
  dedupKey: string
  incidentId: string
  /** Not a mere refreshment: it has not been completed yet. */
  wanted: boolean
  attempts: number
}

/** Longer than all requests about one issue may take together. */
const LEASE_MINUTES = 2
/** How often it is looked whether alerts have come again. */
const LOOK_EVERY_MINUTES = 5
/** Facts that are younger are not asked for again. */
const FRESH_MINUTES = 15

/** Sentry is to be asked about the issue of this incident, as soon as may be. */
export async function wantFacts(
  db: Db,
  { integrationId, dedupKey, incidentId }: Pick<DueFacts, 'integrationId' | 'dedupKey' | 'incidentId'>,
  now: Date,
): Promise<void> {
  const wish = { facts_incident_id: incidentId, facts_due_at: now, facts_wanted: true, facts_attempts: 0 }
  await db
    .insertInto('sentry_issues')
    .values({ integration_id: integrationId, dedup_key: dedupKey, updated_at: now, ...wish })
    .onConflict((conflict) => conflict.columns(['integration_id', 'dedup_key']).doUpdateSet(wish))
    .execute()
}

/** Connections with incidents that Sentry may be asked about. */
export async function connectionsToAsk(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.integration_id as id from sentry_connections c left join sentry_hosts h on h.host = c.url
    where c.reads_refused_at is null and coalesce((c.behaviour ->> 'enrich')::boolean, true)
      and coalesce(c.paused_until, '-infinity') <= ${now} and coalesce(h.closed_until, '-infinity') <= ${now}
      and exists (select from sentry_issues s where s.integration_id = c.integration_id and s.facts_due_at <= ${now})
    order by c.integration_id`.execute(db)
  return rows.map(({ id }) => id)
}

/**
 * Takes the incident that is due longest; nobody else has it until its lease is over. Those without new alerts wait for the next look,
 * and those that are over rest.
 */
export async function leaseFacts(trx: Trx, integrationId: string, now: Date): Promise<DueFacts | null> {
  await restFacts(trx, integrationId, now)
  const { rows } = await sql<DueFacts>`
    with due as (
      select integration_id, dedup_key from sentry_issues
      where integration_id = ${integrationId} and facts_due_at <= ${now}
      order by facts_due_at limit 1 for update skip locked
    )
    update sentry_issues s set facts_due_at = ${addMinutes(now, LEASE_MINUTES)}
    from due where s.integration_id = due.integration_id and s.dedup_key = due.dedup_key
    returning s.integration_id as "integrationId", s.dedup_key as "dedupKey", s.facts_incident_id as "incidentId",
      s.facts_wanted as wanted, s.facts_attempts as attempts`.execute(trx)
  return rows[0] ?? null
}

async function restFacts(trx: Trx, integrationId: string, now: Date): Promise<void> {
  await sql`
    with idle as (
      select s.dedup_key, coalesce(i.status, 'resolved') = 'resolved' as is_over
      from sentry_issues s left join incidents i on i.id = s.facts_incident_id
      where s.integration_id = ${integrationId} and s.facts_due_at <= ${now} and not s.facts_wanted
        and (coalesce(i.status, 'resolved') = 'resolved' or i.last_event_at <= s.facts_at
          or s.facts_at > ${addMinutes(now, -FRESH_MINUTES)})
      for update of s skip locked
    )
    update sentry_issues s
    set facts_due_at = case when idle.is_over then null else ${addMinutes(now, LOOK_EVERY_MINUTES)}::timestamptz end
    from idle where s.integration_id = ${integrationId} and s.dedup_key = idle.dedup_key`.execute(trx)
}

/** What came of asking: `at` when Sentry answered, `again` when it is to be asked once more in any case. */
export type Asked = { at: Date | null; again: Date | null; attempts: number }

/** Lets go of an incident until the next look. One that has taken its place meanwhile keeps its wish. */
export async function settleFacts(
  db: Db,
  { integrationId, dedupKey, incidentId }: DueFacts,
  { at, again, attempts }: Asked,
  now: Date,
): Promise<void> {
  await db
    .updateTable('sentry_issues')
    .set({
      facts_due_at: again ?? addMinutes(now, LOOK_EVERY_MINUTES),
      facts_wanted: again !== null,
      facts_attempts: attempts,
      ...(at ? { facts_at: at } : {}),
    })
    .where('integration_id', '=', integrationId)
    .where('dedup_key', '=', dedupKey)
    .where('facts_incident_id', '=', incidentId)
    .execute()
}
