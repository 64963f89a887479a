import { type Selectable, sql } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { Db, Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import { idOf, idOfCursor, toPage } from '../platform/pages.ts'
import type { Schema } from '../platform/schema.ts'

/** A time in which new incidents of some services are recorded and page nobody. */
export type MaintenanceWindow = Selectable<Schema['maintenance_windows']> & { service_ids: string[] }

/** Newest first. The cursor is the last id of the page before. */
export async function listWindows(
  db: Db,
  { cursor, limit }: PageQuery,
): Promise<{ items: MaintenanceWindow[]; nextCursor: string | null }> {
  const start = idOfCursor(cursor)
  const before = start ? sql`where w.id < ${start}` : sql``
  const { rows } = await sql<MaintenanceWindow>`
    select w.*, array(
      select ws.service_id from maintenance_window_services ws join services s on s.id = ws.service_id
      where ws.window_id = w.id and s.deleted_at is null order by ws.service_id
    ) as service_ids
    from maintenance_windows w ${before} order by w.id desc limit ${limit + 1}`.execute(db)
  return toPage(rows, limit, idOf, (row) => row)
}

export async function insertWindow(
  trx: Trx,
  given: { serviceIds: readonly string[]; start: Date; end: Date; reason: string; createdBy: string },
  now: Date,
): Promise<MaintenanceWindow> {
  const window = await trx
    .insertInto('maintenance_windows')
    .values({
      id: newId(now),
      start_at: given.start,
      end_at: given.end,
      reason: given.reason,
      created_by: given.createdBy,
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const rows = given.serviceIds.map((id) => ({ window_id: window.id, service_id: id }))
  await trx.insertInto('maintenance_window_services').values(rows).execute()
  return { ...window, service_ids: [...given.serviceIds] }
}

export async function deleteWindow(trx: Trx, id: string): Promise<MaintenanceWindow> {
  const window = isUuid(id)
    ? await trx
        .selectFrom('maintenance_windows')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst()
    : undefined
  if (!window) throw notFound('Maintenance window')
  const covered = await trx
    .deleteFrom('maintenance_window_services')
    .where('window_id', '=', id)
    .returning('service_id')
    .execute()
  await trx.deleteFrom('maintenance_windows').where('id', '=', id).execute()
  return { ...window, service_ids: covered.map(({ service_id }) => service_id) }
}
