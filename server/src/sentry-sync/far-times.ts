import { sql } from 'kysely'
import { addMinutes } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'

/** Longer than Sentry is ever left in peace, and than anything is held or put off. */
const FAR_MINUTES = 120

/** A clock that was ahead and has been put back leaves times behind that would hold everything up until they come. */
export async function retractFarTimes(db: Db, now: Date): Promise<void> {
  const far = addMinutes(now, FAR_MINUTES)
  await sql`update sentry_hosts set closed_until = ${now} where closed_until > ${far}`.execute(db)
  await sql`
    update sentry_connections set reconcile_due_at = least(reconcile_due_at, ${now}),
      paused_until = case when paused_until <= ${far} then paused_until end
    where paused_until > ${far} or reconcile_due_at > ${far}`.execute(db)
  await sql`
    update sentry_issues set due_at = case when due_at <= ${far} then due_at end,
      leased_until = case when leased_until <= ${far} then leased_until end,
      facts_due_at = case when facts_due_at > ${far} then ${now}::timestamptz else facts_due_at end
    where greatest(due_at, leased_until, facts_due_at) > ${far}`.execute(db)
}
