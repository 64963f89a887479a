import { sql } from 'kysely'
import type { Db } from '../platform/db.ts'

/**
 * Starts all contenders while `table` cannot be written, and lets go when every one of them waits for a lock, so that
 * they really meet. A contender that never waits makes the test time out.
 */
export async function raceOnTable<T>(db: Db, table: string, contenders: (() => Promise<T>)[]): Promise<T[]> {
  let running: Promise<T>[] = []
  await db.transaction().execute(async (trx) => {
    await sql`lock table ${sql.table(table)} in exclusive mode`.execute(trx)
    running = contenders.map((contend) => contend())
    while ((await waiting(trx)) < contenders.length);
  })
  return Promise.all(running)
}

/** The same while the row of an incident is held. */
export async function raceOnIncident<T>(
  db: Db,
  { id }: { id: string },
  contenders: (() => Promise<T>)[],
): Promise<T[]> {
  let running: Promise<T>[] = []
  await db.transaction().execute(async (trx) => {
    await sql`select from incidents where id = ${id} for update`.execute(trx)
    running = contenders.map((contend) => contend())
    while ((await waiting(trx)) < contenders.length);
  })
  return Promise.all(running)
}

async function waiting(db: Db): Promise<number> {
  // Within a transaction PostgreSQL keeps showing the activity that was first asked for.
  await sql`select pg_stat_clear_snapshot()`.execute(db)
  const { rows } = await sql<{ count: number }>`
    select count(distinct pid)::int as count from pg_locks
    where not granted and pid in (select pid from pg_stat_activity where datname = current_database())
  `.execute(db)
  return rows[0]?.count ?? 0
}
