import { sql } from 'kysely'
import { addSeconds } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import { backoffSeconds, HOST_BACKOFF } from './backoff.ts'

/** So many failures in a row, and the host is left alone. */
export const FAILURES_MAX = 5

/**
 * Null when the host may be asked, else until when it is left alone, by all processes. Of those who come when that time is over one
 * may try; it counts as failed until it has answered, so that a process that ends meanwhile holds nobody up.
 */
export async function findClosed(
  db: Db,
  host: string,
  now: Date,
): Promise<{ until: Date; problem: string } | null> {
  const row = await db
    .selectFrom('sentry_hosts')
    .select(['failures', 'closed_until', 'problem'])
    .where('host', '=', host)
    .executeTakeFirst()
  if (!row?.closed_until) return null
  const problem = row.problem ?? 'Sentry does not answer'
  if (row.closed_until > now) return { until: row.closed_until, problem }
  const next = addSeconds(now, secondsClosed(row.failures + 1))
  const { numUpdatedRows } = await db
    .updateTable('sentry_hosts')
    .set({ failures: row.failures + 1, closed_until: next })
    .where('host', '=', host)
    .where('failures', '=', row.failures)
    .where('closed_until', '=', row.closed_until)
    .executeTakeFirst()
  return numUpdatedRows > 0n ? null : { until: next, problem }
}

/** What is still on its way when a host is closed adds nothing: it would be closed for longer the more was asked of it. */
export async function hostFailed(db: Db, host: string, problem: string, now: Date): Promise<void> {
  const closing = addSeconds(now, secondsClosed(FAILURES_MAX))
  await sql`
    insert into sentry_hosts as h (host, failures, problem) values (${host}, 1, ${problem})
    on conflict (host) do update set failures = h.failures + 1, problem = ${problem},
      closed_until = case when h.failures + 1 >= ${FAILURES_MAX} then ${closing}::timestamptz end
      where h.failures < ${FAILURES_MAX}`.execute(db)
}

/** Says whether it had been left alone. */
export async function hostAnswered(db: Db, host: string): Promise<boolean> {
  const { rows } = await sql<{ was_closed: boolean }>`
    update sentry_hosts h set failures = 0, closed_until = null, problem = null
    from (select host, closed_until from sentry_hosts where host = ${host} and failures > 0 for update) before
    where h.host = before.host
    returning before.closed_until is not null as was_closed`.execute(db)
  return rows[0]?.was_closed ?? false
}

const secondsClosed = (failures: number) => backoffSeconds(failures - FAILURES_MAX, HOST_BACKOFF)
