import { sql } from 'kysely'
import type { Db } from '../platform/db.ts'
import type { DatabaseFigures } from '../platform/metrics/index.ts'
import { countActive } from './list.ts'

/** What there is to be done now, for whoever watches the server. */
export async function readFigures(db: Db, now: Date): Promise<DatabaseFigures> {
  const { rows } = await sql<{ due: number; oldest: Date | null; swept: Date | null }>`
    select count(*) as due, min(due_at) as oldest, (select swept_at from worker_sweeps) as swept
    from escalations where due_at <= ${now}`.execute(db)
  const { due = 0, oldest = null, swept = null } = rows[0] ?? {}
  return {
    activeIncidents: await countActive(db),
    escalationsDue: due,
    oldestDueSeconds: oldest ? (now.getTime() - oldest.getTime()) / 1_000 : 0,
    lastSweepAt: swept,
  }
}
