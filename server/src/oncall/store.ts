import { type Selectable, sql } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { PutSchedule, Rotation } from '#contract/schedules.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import { refuseCursor, toPage } from '../platform/pages.ts'
import { isUniqueViolation } from '../platform/retry.ts'
import type { Schema } from '../platform/schema.ts'

type Row = Selectable<Schema['schedules']>
export type ScheduleRow = Row & { rotations: (Rotation & { id: string })[] }

/** The schedules with their rotations, as one statement sees them. */
export async function readSchedules(db: Db, ids: readonly string[]): Promise<ScheduleRow[]> {
  const possible = ids.filter(isUuid)
  if (possible.length === 0) return []
  const { rows } = await sql<ScheduleRow>`
    select s.*, (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', r.id, 'name', r.name, 'start', r.start_local,
        'every', jsonb_build_object('count', r.every_count, 'unit', r.every_unit),
        'members', array(select m.user_id from rotation_members m where m.rotation_id = r.id order by m.position),
        'restrictions', r.restrictions) order by r.position), '[]')
      from rotations r where r.schedule_id = s.id
    ) as rotations
    from schedules s where s.id = any(${possible}::uuid[]) order by lower(s.name)`.execute(db)
  return rows
}

export async function getSchedule(db: Db, id: string): Promise<ScheduleRow> {
  const [schedule] = await readSchedules(db, [id])
  if (!schedule) throw notFound('Schedule')
  return schedule
}

/** Schedules by name, which no two of them share. The cursor is the last name of the page before. */
export async function listSchedules(
  db: Db,
  { cursor, limit }: PageQuery,
): Promise<{ items: ScheduleRow[]; nextCursor: string | null }> {
  const after = nameOfCursor(cursor)
  const rows = await db
    .selectFrom('schedules')
    .select(['id', 'name'])
    .$if(after !== null, (query) => query.where(sql`lower(name)`, '>', sql`lower(${after})`))
    .orderBy(sql`lower(name)`)
    .limit(limit + 1)
    .execute()
  const { items, nextCursor } = toPage(
    rows,
    limit,
    ({ name }) => cursorOfName(name),
    ({ id }) => id,
  )
  return { items: await readSchedules(db, items), nextCursor }
}

const cursorOfName = (name: string) => Buffer.from(name, 'utf8').toString('base64url')

function nameOfCursor(cursor: string | undefined): string | null {
  if (!cursor) return null
  const name = Buffer.from(cursor, 'base64url').toString('utf8')
  return cursorOfName(name) === cursor && !name.includes('\0') ? name : refuseCursor()
}

/** Holds the schedule against other changes of it and against deletion. Throws `not_found`. */
export async function lockSchedule(trx: Trx, id: string): Promise<Row> {
  const row = isUuid(id)
    ? await trx.selectFrom('schedules').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()
    : undefined
  if (!row) throw notFound('Schedule')
  return row
}

/** Throws `name_taken` when another schedule has the name, in whatever case. */
export async function insertSchedule(trx: Trx, given: PutSchedule, now: Date): Promise<string> {
  const id = newId(now)
  const values = {
    ...{ id, name: given.name, time_zone: given.timeZone },
    ...{ created_at: now, updated_at: now },
  }
  await orNameTaken(given.name, trx.insertInto('schedules').values(values).execute())
  await insertRotations(trx, id, given.rotations, now)
  return id
}

export async function saveSchedule(trx: Trx, id: string, given: PutSchedule, now: Date): Promise<void> {
  const values = { name: given.name, time_zone: given.timeZone, updated_at: now }
  await orNameTaken(given.name, trx.updateTable('schedules').set(values).where('id', '=', id).execute())
  await trx.deleteFrom('rotations').where('schedule_id', '=', id).execute()
  await insertRotations(trx, id, given.rotations, now)
}

async function insertRotations(
  trx: Trx,
  scheduleId: string,
  rotations: readonly Rotation[],
  now: Date,
): Promise<void> {
  for (const [position, { name, start, every, members, restrictions }] of rotations.entries()) {
    const id = newId(now)
    await trx
      .insertInto('rotations')
      .values({
        ...{ id, schedule_id: scheduleId, position, name, start_local: start },
        ...{ every_count: every.count, every_unit: every.unit, restrictions: JSON.stringify(restrictions) },
      })
      .execute()
    const places = members.map((userId, place) => ({ rotation_id: id, position: place, user_id: userId }))
    await trx.insertInto('rotation_members').values(places).execute()
  }
}

async function orNameTaken<Result>(name: string, query: Promise<Result>): Promise<Result> {
  try {
    return await query
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    throw new AppError('name_taken', `Another schedule is called "${name}" already. Choose another name.`)
  }
}

export const deleteScheduleRow = (trx: Trx, id: string) =>
  trx.deleteFrom('schedules').where('id', '=', id).execute()

/** The names of the escalation policies that page through the schedule. */
export async function policiesThatUse(db: Db, scheduleId: string): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select distinct p.name from escalation_policies p join escalation_policy_targets t on t.policy_id = p.id
    where t.schedule_id = ${scheduleId} and p.deleted_at is null order by p.name`.execute(db)
  return rows.map(({ name }) => name)
}

/** Schedules of which the person is a member, or has an override. */
export async function schedulesWith(db: Db, userId: string): Promise<string[]> {
  const { rows } = await sql<{ schedule_id: string }>`
    select r.schedule_id from rotations r join rotation_members m on m.rotation_id = r.id where m.user_id = ${userId}
    union select schedule_id from schedule_overrides where user_id = ${userId}`.execute(db)
  return rows.map(({ schedule_id }) => schedule_id)
}
