import { type RawBuilder, sql } from 'kysely'
import { addSeconds } from '../platform/clock.ts'
import type { Db, Trx } from '../platform/db.ts'
import type { Happening } from './plan.ts'

/** A problem of which its Sentry has not been told everything yet, held until `leasedUntil`: nobody else has it meanwhile. */
export type Problem = { integrationId: string; dedupKey: string; attempts: number; leasedUntil: Date }

/** Longer than all requests of one step may take together. */
const LEASE_SECONDS = 120

/**
 * Connections with something to do. Those that are paused wait, and those of a host that is left alone. Where Sentry refuses to be
 * written to, only what is read is due: for a new incident, and for one that Sentry has resolved.
 */
export async function dueConnections(db: Db, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select c.integration_id as id from ${openConnections(now)} c cross join lateral ${oldestDue(now, 1)}
    order by c.integration_id`.execute(db)
  return rows.map(({ id }) => id)
}

/** An issue with so much to be told takes no more room than this from those behind it. */
const LOOKED_AT_EACH = 50

/** Takes problems of a connection whose time has come, the one that has waited longest first. */
export async function leaseDue(
  trx: Trx,
  integrationId: string,
  now: Date,
  limit: number,
): Promise<Problem[]> {
  return lease(
    trx,
    now,
    sql`
    select c.integration_id, o.dedup_key
    from ${openConnections(now)} c cross join lateral ${oldestDue(now, limit * LOOKED_AT_EACH)}
    where c.integration_id = ${integrationId}
    group by c.integration_id, o.dedup_key order by min(o.number) limit ${limit}`,
  )
}

// What waits for a token that is refused altogether is not looked through each time.
const openConnections = (now: Date) => sql`(
  select * from (
    select c.integration_id, c.writes_refused_at is null as takes_writes,
      c.reads_refused_at is null and coalesce((c.behaviour->>'enrich')::boolean, true) as enriches,
      c.reads_refused_at is null and coalesce((c.behaviour->>'reconcile')::boolean, true) as looks
    from sentry_connections c left join sentry_hosts h on h.host = c.url
    where coalesce(c.paused_until, '-infinity') <= ${now} and coalesce(h.closed_until, '-infinity') <= ${now}
  ) c where takes_writes or enriches or looks
)`

/** Of the connection `c`, in the order of its index: however much waits, only the first of it is looked at. */
const oldestDue = (now: Date, limit: number) => sql`(
  select o.dedup_key, o.number from incident_outbox o
  where o.integration_id = c.integration_id
    and (c.takes_writes or (c.enriches and o.kind = 'triggered' and not o.data ? 'enriched')
      or (c.looks and o.kind = 'resolved' and o.actor ->> 'kind' = 'integration'))
    and coalesce((
      select greatest(s.due_at, s.leased_until) from sentry_issues s
      where s.integration_id = o.integration_id and s.dedup_key = o.dedup_key
    ), '-infinity') <= ${now}
  order by o.number limit ${limit}
) o`

/** Problems with something to tell that happened before then, however their connection stands. */
export async function leaseOlder(trx: Trx, than: Date, now: Date, limit: number): Promise<Problem[]> {
  return lease(
    trx,
    now,
    sql`
    select o.integration_id, o.dedup_key from incident_outbox o
    join sentry_connections c on c.integration_id = o.integration_id
    left join sentry_issues s on s.integration_id = o.integration_id and s.dedup_key = o.dedup_key
    where o.at <= ${than} and coalesce(s.leased_until, '-infinity') <= ${now}
    group by o.integration_id, o.dedup_key limit ${limit}`,
  )
}

/** `found` is what may be taken; of several that find the same, one has it. */
async function lease(trx: Trx, now: Date, found: RawBuilder<unknown>): Promise<Problem[]> {
  const until = addSeconds(now, LEASE_SECONDS)
  const { rows } = await sql<Omit<Problem, 'leasedUntil'>>`
    with found as (${found})
    insert into sentry_issues as s (integration_id, dedup_key, leased_until, updated_at)
    select integration_id, dedup_key, ${until}, ${now} from found order by integration_id, dedup_key
    on conflict (integration_id, dedup_key) do update set leased_until = excluded.leased_until, updated_at = ${now}
      where coalesce(s.leased_until, '-infinity') <= ${now}
    returning s.integration_id as "integrationId", s.dedup_key as "dedupKey", s.attempts`.execute(trx)
  return rows.map((row) => ({ ...row, leasedUntil: until }))
}

/** Holds it for as long again; false when somebody else has it by now. */
export async function prolong(db: Db, problem: Problem, now: Date): Promise<boolean> {
  const until = addSeconds(now, LEASE_SECONDS)
  const { numUpdatedRows } = await held(db, problem).set({ leased_until: until }).executeTakeFirst()
  problem.leasedUntil = until
  return numUpdatedRows > 0n
}

const held = (db: Db, { integrationId, dedupKey, leasedUntil }: Problem) =>
  db
    .updateTable('sentry_issues')
    .where('integration_id', '=', integrationId)
    .where('dedup_key', '=', dedupKey)
    .where('leased_until', '=', leasedUntil)

export async function readHappenings(
  db: Db,
  { integrationId, dedupKey }: Pick<Problem, 'integrationId' | 'dedupKey'>,
): Promise<Happening[]> {
  const rows = await db
    .selectFrom('incident_outbox')
    .selectAll()
    .where('integration_id', '=', integrationId)
    .where('dedup_key', '=', dedupKey)
    .orderBy('number')
    .execute()
  return rows.map(({ number, incident_id, at, kind, actor, text, data }) => ({
    ...{ number, incidentId: incident_id, at, kind, actor, text, data },
  }))
}

export async function settle(db: Db, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return
  await sql`delete from incident_outbox where number = any(${[...numbers]}::bigint[])`.execute(db)
}

/** The incident knows of its issue what Sentry knows, though there is more to tell of it. */
export async function noteEnriched(db: Db, numbers: readonly number[]): Promise<void> {
  if (numbers.length === 0) return
  await sql`
    update incident_outbox set data = data || '{"enriched": true}' where number = any(${[...numbers]}::bigint[])`.execute(
    db,
  )
}

/** What is left to do, and when: as soon as nothing else stands in the way, or not before then. */
export type Again = { problem: string; dueAt: Date | null; isAttempt: boolean }

/** Lets go of a problem, for good or until it is tried again. Whoever has it by now keeps it. */
export async function release(db: Db, problem: Problem, again: Again | null): Promise<void> {
  await held(db, problem)
    .set({
      leased_until: null,
      due_at: again?.dueAt ?? null,
      attempts: again ? problem.attempts + (again.isAttempt ? 1 : 0) : 0,
      problem: again?.problem ?? null,
    })
    .execute()
}
