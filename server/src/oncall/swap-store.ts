import { type Selectable, sql } from 'kysely'
import type { ShiftSwapView, SwapsQuery } from '#contract/schedules.ts'
import type { Db, Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import { idOf, idOfCursor, toPage } from '../platform/pages.ts'
import type { Schema } from '../platform/schema.ts'

export type SwapRow = Selectable<Schema['shift_swaps']> & {
  schedule_name: string
  from_name: string
  to_name: string
}

const swaps = (db: Db) =>
  db
    .selectFrom('shift_swaps')
    .innerJoin('schedules', 'schedules.id', 'shift_swaps.schedule_id')
    .innerJoin('users as giver', 'giver.id', 'shift_swaps.from_user_id')
    .innerJoin('users as taker', 'taker.id', 'shift_swaps.to_user_id')
    .selectAll('shift_swaps')
    .select(['schedules.name as schedule_name', 'giver.name as from_name', 'taker.name as to_name'])

/** Throws `not_found`. */
export async function getSwap(db: Db, id: string): Promise<SwapRow> {
  const row = isUuid(id) ? await swaps(db).where('shift_swaps.id', '=', id).executeTakeFirst() : undefined
  if (!row) throw notFound('Swap')
  return row
}

/** Newest first. Of what nobody has answered only what is not over yet. */
export async function listSwaps(
  db: Db,
  { status, scheduleId, userId, cursor, limit }: SwapsQuery,
  now: Date,
): Promise<{ items: SwapRow[]; nextCursor: string | null }> {
  const before = idOfCursor(cursor)
  if ([scheduleId, userId].some((id) => id !== undefined && !isUuid(id)))
    return { items: [], nextCursor: null }
  const rows = await swaps(db)
    .$if(before !== null, (query) => query.where('shift_swaps.id', '<', before!))
    .$if(status !== undefined, (query) => query.where('status', '=', status!))
    .$if(status === 'requested', (query) => query.where('end_at', '>', now))
    .$if(scheduleId !== undefined, (query) => query.where('schedule_id', '=', scheduleId!))
    .$if(userId !== undefined, (query) =>
      query.where(sql<boolean>`${userId}::uuid in (from_user_id, to_user_id)`),
    )
    .orderBy('shift_swaps.id', 'desc')
    .limit(limit + 1)
    .execute()
  return toPage(rows, limit, idOf, (row) => row)
}

/** Whether the override is what somebody agreed to. */
export async function isOfSwap(trx: Trx, overrideId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('shift_swaps')
    .select('id')
    .where('override_id', '=', overrideId)
    .executeTakeFirst()
  return row !== undefined
}

export const toSwapView = (row: SwapRow): ShiftSwapView => ({
  id: row.id,
  scheduleId: row.schedule_id,
  scheduleName: row.schedule_name,
  start: row.start_at.toISOString(),
  end: row.end_at.toISOString(),
  from: { userId: row.from_user_id, name: row.from_name },
  to: { userId: row.to_user_id, name: row.to_name },
  requestedBy: row.requested_by,
  status: row.status,
  createdAt: row.created_at.toISOString(),
  decidedAt: row.decided_at?.toISOString() ?? null,
})
