import { sql } from 'kysely'
import { addSeconds } from '../platform/clock.ts'
import type { Db, Trx } from '../platform/db.ts'
import type { Happening } from './plan.ts'

/** A problem of which its Sentry has not been told everything yet. */
export type Problem = { integrationId: string; dedupKey: string; attempts: number }

/** Longer than all requests about one issue may take together. */
const LEASE_SECONDS = 120

/**
 * Takes problems whose time has come; nobody else has them until their lease is over. Those of a connection that was refused, and of a
 * host that is left alone, wait.
 */
export async function leaseDue(trx: Trx, now: Date, limit: number): Promise<Problem[]> {
  const { rows } = await sql<Problem>`
    with due as (
      select o.integration_id, o.dedup_key
      from (select distinct integration_id, dedup_key from incident_outbox) o
      join sentry_connections c on c.integration_id = o.integration_id
      left join sentry_hosts h on h.host = c.url
      left join sentry_issues s on s.integration_id = o.integration_id and s.dedup_key = o.dedup_key
      where c.writes_refused_at is null and coalesce(c.paused_until, '-infinity') <= ${now}
        and coalesce(h.closed_until, '-infinity') <= ${now}
        and coalesce(s.due_at, '-infinity') <= ${now} and coalesce(s.leased_until, '-infinity') <= ${now}
      order by o.integration_id, o.dedup_key limit ${limit}
    )
    insert into sentry_issues as s (integration_id, dedup_key, leased_until, updated_at)
    select integration_id, dedup_key, ${addSeconds(now, LEASE_SECONDS)}, ${now} from due
    on conflict (integration_id, dedup_key) do update set leased_until = excluded.leased_until, updated_at = ${now}
      where coalesce(s.due_at, '-infinity') <= ${now} and coalesce(s.leased_until, '-infinity') <= ${now}
    returning s.integration_id as "integrationId", s.dedup_key as "dedupKey", s.attempts`.execute(trx)
  return rows
}

export async function readHappenings(db: Db, { integrationId, dedupKey }: Problem): Promise<Happening[]> {
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

/** Lets go of a problem: for good, or until it is to be tried again. */
export async function release(
  db: Db,
  { integrationId, dedupKey, attempts }: Problem,
  again: { dueAt: Date; problem: string } | null,
): Promise<void> {
  await db
    .updateTable('sentry_issues')
    .set({
      leased_until: null,
      due_at: again?.dueAt ?? null,
      attempts: again ? attempts + 1 : 0,
      problem: again?.problem ?? null,
    })
    .where('integration_id', '=', integrationId)
    .where('dedup_key', '=', dedupKey)
    .execute()
}
