import { type RawBuilder, sql } from 'kysely'
import type { Deps } from '../deps.ts'
import type { Db } from '../platform/db.ts'
import { DAY_MS, dayAt, keepDays } from './partitions.ts'

/** How long deliveries with their bodies are kept; they hold personal data. */
export const KEEP_DELIVERIES_DAYS = 30
/** A day is promised; a weekend is behind us when somebody looks why a tool has sent something again. */
const KEEP_IDEMPOTENCY_KEYS_DAYS = 3
const KEEP_MINUTES_DAYS = 8
const PREPARE_DAYS = 3

/**
 * Makes the partitions of the coming days and drops those whose time is over, so that forgetting a day costs nothing.
 * Safe to run at any time and by several processes.
 */
export async function keepDeliveryLog(deps: Deps): Promise<void> {
  const { db, clock } = deps
  const now = clock.now()
  const today = dayAt(now)
  await keepDays(deps, { firstKept: today - KEEP_DELIVERIES_DAYS, today, last: today + PREPARE_DAYS })
  const before = (days: number) => new Date(now.getTime() - days * DAY_MS)
  await forget(db, deliveriesOfNoDay(before(KEEP_DELIVERIES_DAYS + 1)))
  await forget(db, idempotencyKeys(before(KEEP_IDEMPOTENCY_KEYS_DAYS)))
  await forget(db, minutes(before(KEEP_MINUTES_DAYS)))
}

const AT_ONCE = 5_000

/** So many at a time: a single statement would hold what it deletes, and keep vacuum from cleaning up, for as long as it runs. */
async function forget(db: Db, deleting: RawBuilder<unknown>): Promise<void> {
  let deleted: bigint | undefined
  do deleted = (await deleting.execute(db)).numAffectedRows
  while (deleted && deleted >= BigInt(AT_ONCE))
}

/** What came on a day without a partition. Everything else goes with its day. */
const deliveriesOfNoDay = (before: Date) => sql`
  delete from deliveries_default where ctid = any(array(
    select ctid from deliveries_default where received_at < ${before} limit ${AT_ONCE}))`

const idempotencyKeys = (before: Date) => sql`
  delete from idempotency_keys where ctid = any(array(
    select ctid from idempotency_keys where received_at < ${before} order by received_at limit ${AT_ONCE}))`

/** Integration by integration, along the key. */
const minutes = (before: Date) => sql`
  delete from integration_minutes where ctid = any(array(
    select old.ctid from integrations i cross join lateral (
      select ctid from integration_minutes m where m.integration_id = i.id and m.minute < ${before}
      order by m.minute limit ${AT_ONCE}
    ) as old limit ${AT_ONCE}))`
