import { sql } from 'kysely'
import type { Db, Trx } from '../platform/db.ts'

/**
 * Starts all contenders while `table` cannot be written, and lets go when every one of them waits for a lock, so that
 * they really meet. A contender that never waits makes the test time out.
 */
export const raceOnTable = <T>(db: Db, table: string, contenders: (() => Promise<T>)[]): Promise<T[]> =>
  raceWhile(db, (trx) => sql`lock table ${sql.table(table)} in exclusive mode`.execute(trx), contenders)

/** The same while the row of an incident is held. */
export const raceOnIncident = <T>(
  db: Db,
  { id }: { id: string },
  contenders: (() => Promise<T>)[],
): Promise<T[]> =>
  raceWhile(db, (trx) => sql`select from incidents where id = ${id} for update`.execute(trx), contenders)

/** The same while a transaction does `hold`; `last` is what it does when all of them wait. */
export async function raceWhile<T>(
  db: Db,
  hold: (trx: Trx) => Promise<unknown>,
  contenders: (() => Promise<T>)[],
  last: (trx: Trx) => Promise<unknown> = async () => {},
): Promise<T[]> {
  let running: Promise<T>[] = []
  await db.transaction().execute(async (trx) => {
    await hold(trx)
    running = contenders.map((contend) => contend())
    while ((await waiting(trx)) < contenders.length);
    await last(trx)
  })
  return Promise.all(running)
}

async function waiting(trx: Trx): Promise<number> {
  // Within a transaction PostgreSQL keeps showing the activity that was first asked for.
  await sql`select pg_stat_clear_snapshot()`.execute(trx)
  const { rows } = await sql<{ count: number }>`
    select count(distinct pid)::int as count from pg_locks
    where not granted and pid in (select pid from pg_stat_activity where datname = current_database())
  `.execute(trx)
  return rows[0]?.count ?? 0
}
