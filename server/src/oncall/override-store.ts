import type { Insertable, Selectable } from 'kysely'
import type { Db, Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
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

export async function insertOverride(
  trx: Trx,
  given: Omit<Insertable<Schema['schedule_overrides']>, 'id' | 'created_at'>,
  now: Date,
): Promise<OverrideRow> {
  const values = { ...given, id: newId(now), created_at: now }
  return trx.insertInto('schedule_overrides').values(values).returningAll().executeTakeFirstOrThrow()
}

/** Throws `not_found`. The schedule is locked already. */
export async function getOverride(trx: Trx, scheduleId: string, id: string): Promise<OverrideRow> {
  const row = isUuid(id)
    ? await trx
        .selectFrom('schedule_overrides')
        .selectAll()
        .where('id', '=', id)
        .where('schedule_id', '=', scheduleId)
        .executeTakeFirst()
    : undefined
  if (!row) throw notFound('Override')
  return row
}

export const deleteOverrideRow = (trx: Trx, id: string) =>
  trx.deleteFrom('schedule_overrides').where('id', '=', id).execute()

/** How many overrides of the schedule are not over yet. */
export async function countOverrides(trx: Trx, scheduleId: string, now: Date): Promise<number> {
  const { count } = await trx
    .selectFrom('schedule_overrides')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('schedule_id', '=', scheduleId)
    .where('end_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(count)
}
