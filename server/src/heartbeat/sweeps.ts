import { sql } from 'kysely'
import type { Db } from '../platform/db.ts'

/**
 * Notes that a worker has done everything that was due, for whoever asks, in whatever process. The latest note counts, also
 * an earlier time: a clock that was ahead for a moment must not vouch for a worker that has stopped since.
 */
export async function noteSweep(db: Db, now: Date): Promise<void> {
  await sql`
    insert into worker_sweeps (swept_at) values (${now})
    on conflict (only_row) do update set swept_at = excluded.swept_at`.execute(db)
}

/** Null when no worker has ever run. */
export async function lastSweep(db: Db): Promise<Date | null> {
  const row = await db.selectFrom('worker_sweeps').select('swept_at').executeTakeFirst()
  return row?.swept_at ?? null
}
