import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import type { Db, Trx } from '../platform/db.ts'

// The delivery log has a partition for every day (UTC). Days are numbered from 1970 on.

export const DAY_MS = 24 * 3600 * 1000
export const dayAt = (at: Date): number => Math.floor(at.getTime() / DAY_MS)

/**
 * Making a day waits for whoever reads what has no day, dropping one for whoever reads the log at all, a backup for example;
 * and deliveries wait behind the latter. So it waits only for a moment; there are days enough in stock to try again next hour.
 */
const LOCK_TIMEOUT = '300ms'
const LOCK_NOT_AVAILABLE = '55P03'

/** Makes the days that are missing and drops those before `firstKept`, each on its own: nobody waits for more than one. */
export async function keepDays(
  { db, log }: Deps,
  { firstKept, today, last }: { firstKept: number; today: number; last: number },
): Promise<void> {
  try {
    const existing = await partitionDays(db)
    for (let day = today; day <= last; day += 1) {
      if (existing.has(day)) continue
      if (!(await alone(db, (trx) => makeDay(trx, day))))
        log.warn({ day: nameOf(day) }, 'deliveries.day_in_default')
    }
    for (const day of [...existing].filter((day) => day < firstKept)) {
      await alone(db, (trx) => sql`drop table if exists ${sql.table(tableOf(day))}`.execute(trx))
      log.info({ day: nameOf(day) }, 'deliveries.day_dropped')
    }
  } catch (error) {
    if (!isLockTimeout(error)) throw error
    log.warn({ err: error }, 'deliveries.partitions_postponed')
  }
}

/** One process at a time. */
const alone = <Result>(db: Db, work: (trx: Trx) => Promise<Result>): Promise<Result> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtextextended('deliveries partitions', 0))`.execute(trx)
    await sql`select set_config('lock_timeout', ${LOCK_TIMEOUT}, true)`.execute(trx)
    return work(trx)
  })

const isLockTimeout = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE

const nameOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10)
const tableOf = (day: number) => `deliveries_${nameOf(day).replaceAll('-', '')}`

async function partitionDays(db: Db): Promise<Set<number>> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'deliveries'::regclass`.execute(db)
  return new Set(
    rows.flatMap(({ name }) => {
      const [, year, month, day] = /^deliveries_(\d{4})(\d{2})(\d{2})$/.exec(name) ?? []
      return year ? [Date.parse(`${year}-${month}-${day}T00:00:00Z`) / DAY_MS] : []
    }),
  )
}

/**
 * False when deliveries of that day are in the default partition already: the day then stays there. Made by itself and attached,
 * a partition stops nobody who writes deliveries, which `partition of` would.
 */
async function makeDay(trx: Trx, day: number): Promise<boolean> {
  const [from, to] = [new Date(day * DAY_MS), new Date((day + 1) * DAY_MS)]
  const inDefault = await sql`
    select 1 from deliveries_default where received_at >= ${from} and received_at < ${to} limit 1`.execute(
    trx,
  )
  if (inDefault.rows.length > 0) return false
  if ((await partitionDays(trx)).has(day)) return true
  await sql`create table ${sql.table(tableOf(day))} (like deliveries including all)`.execute(trx)
  await sql`
    alter table deliveries attach partition ${sql.table(tableOf(day))}
    for values from (${sql.lit(from.toISOString())}) to (${sql.lit(to.toISOString())})`.execute(trx)
  return true
}
