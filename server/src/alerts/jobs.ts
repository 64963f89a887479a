import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import type { Trx } from '../platform/db.ts'

/** How long deliveries with their bodies are kept; they hold personal data. */
export const KEEP_DELIVERIES_DAYS = 30
const KEEP_IDEMPOTENCY_KEYS_DAYS = 3
const KEEP_MINUTES_DAYS = 8
const PREPARE_DAYS = 3
const DAY_MS = 24 * 3600 * 1000

/**
 * Makes the partitions of the coming days and drops those whose time is over, so that forgetting a day costs nothing.
 * Safe to run at any time and by several processes.
 */
export async function keepDeliveryLog(deps: Deps): Promise<void> {
  const { db, clock, log } = deps
  const now = clock.now()
  try {
    await keepPartitions(deps, Math.floor(now.getTime() / DAY_MS))
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    log.warn({ err: error }, 'deliveries.partitions_postponed')
  }
  await db
    .deleteFrom('deliveries')
    .where('received_at', '<', daysBefore(now, KEEP_DELIVERIES_DAYS + 1))
    .execute()
  await db
    .deleteFrom('idempotency_keys')
    .where('received_at', '<', daysBefore(now, KEEP_IDEMPOTENCY_KEYS_DAYS))
    .execute()
  await db
    .deleteFrom('integration_minutes')
    .where('minute', '<', daysBefore(now, KEEP_MINUTES_DAYS))
    .execute()
}

/**
 * Partitions come and go under a lock that waits for every reader of the log, a backup for example, and all deliveries
 * wait behind it. So it waits only for a moment; there are days enough in stock to try again next hour.
 */
async function keepPartitions({ db, log }: Deps, today: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select set_config('lock_timeout', '1s', true), pg_advisory_xact_lock(hashtextextended('deliveries partitions', 0))`.execute(
      trx,
    )
    const existing = await partitionDays(trx)
    for (let day = today; day <= today + PREPARE_DAYS; day += 1) {
      if (!existing.has(day) && !(await createPartition(trx, day)))
        log.warn({ day: dayOf(day) }, 'deliveries.day_in_default')
    }
    for (const day of existing) {
      if (day >= today - KEEP_DELIVERIES_DAYS) continue
      await sql`drop table ${sql.table(partitionName(day))}`.execute(trx)
      log.info({ day: dayOf(day) }, 'deliveries.day_dropped')
    }
  })
}

const LOCK_NOT_AVAILABLE = '55P03'
const isLockTimeout = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE

const daysBefore = (now: Date, days: number) => new Date(now.getTime() - days * DAY_MS)
const dayOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10)
const partitionName = (day: number) => `deliveries_${dayOf(day).replaceAll('-', '')}`

async function partitionDays(trx: Trx): Promise<Set<number>> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'deliveries'::regclass`.execute(trx)
  return new Set(
    rows.flatMap(({ name }) => {
      const [, year, month, day] = /^deliveries_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? []
      return year ? [Date.parse(`${year}-${month}-${day}T00:00:00Z`) / DAY_MS] : []
    }),
  )
}

/** False when deliveries of that day are in the default partition already: the day then stays there. */
async function createPartition(trx: Trx, day: number): Promise<boolean> {
  const [from, to] = [new Date(day * DAY_MS), new Date((day + 1) * DAY_MS)]
  const { rows } = await sql`
    select 1 from deliveries_default where received_at >= ${from} and received_at < ${to} limit 1`.execute(
    trx,
  )
  if (rows.length > 0) return false
  await sql`
    create table ${sql.table(partitionName(day))} partition of deliveries
    for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(trx)
  return true
}
