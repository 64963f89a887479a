import type { Selectable } from 'kysely'
import type { Db } from '../platform/db.ts'
import type { Schema } from '../platform/schema.ts'

export type OverrideRow = Selectable<Schema['schedule_overrides']>

/** The overrides that matter at some time from `from` until before `to`, the oldest first. */
export async function readOverrides(
  db: Db,
  scheduleIds: readonly string[],
  from: Date,
  to: Date | null,
): Promise<OverrideRow[]> {
  if (scheduleIds.length === 0) return []
  return db
    .selectFrom('schedule_overrides')
    .selectAll()
    .where('schedule_id', 'in', scheduleIds)
    .where('end_at', '>', from)
    .$if(to !== null, (query) => query.where('start_at', '<', to))
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}
