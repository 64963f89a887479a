import { sql } from 'kysely'
import type { Db } from '../platform/db.ts'
import { type Schedule, type Shift, shiftsOf } from './model.ts'
import { type OverrideRow, readOverrides } from './override-store.ts'
import type { Override } from './people-at.ts'
import { getSchedule, readSchedules, type ScheduleRow } from './store.ts'

/** A stretch of time during which the same people are on call; at least one, none of them disabled. */
export type FinalShift = { start: Date; end: Date; userIds: string[]; source: Shift['source'] }

const AN_INSTANT_MS = 1

/** Who is on call of each of these schedules at an instant; nobody of a schedule that does not exist. */
export async function whoIsOnCall(
  db: Db,
  scheduleIds: readonly string[],
  at: Date,
): Promise<Map<string, string[]>> {
  const window = { start: at.getTime(), end: at.getTime() + AN_INSTANT_MS }
  const schedules = await loadSchedules(db, await readSchedules(db, scheduleIds), at, new Date(window.end))
  const people = new Map(schedules.map(({ id, model }) => [id, shiftsOf(model, window)[0]?.userIds ?? []]))
  return new Map(scheduleIds.map((id) => [id, [...(people.get(id.toLowerCase()) ?? [])]]))
}

/** The shifts of a schedule from `from` until `to`, cut there. Throws `not_found`. */
export async function finalShifts(db: Db, scheduleId: string, from: Date, to: Date): Promise<FinalShift[]> {
  const [schedule] = await loadSchedules(db, [await getSchedule(db, scheduleId)], from, to)
  const window = { start: from.getTime(), end: to.getTime() }
  return schedule ? shiftsOf(schedule.model, window).map(toFinal) : []
}

export const toFinal = ({ start, end, userIds, source }: Shift): FinalShift => ({
  start: new Date(start),
  end: new Date(end),
  userIds: [...userIds],
  source,
})

export type LoadedSchedule = { id: string; name: string; timeZone: string; changedAt: Date; model: Schedule }

/** What the shifts of these schedules follow from between two times. */
export async function loadSchedules(
  db: Db,
  rows: readonly ScheduleRow[],
  from: Date,
  to: Date,
): Promise<LoadedSchedule[]> {
  const ids = rows.map(({ id }) => id)
  const overrides = Map.groupBy(await readOverrides(db, ids, from, to), ({ schedule_id }) => schedule_id)
  const named = [
    ...rows.flatMap(({ rotations }) => rotations.flatMap(({ members }) => members)),
    ...overrides.values().flatMap((rows) => rows.flatMap(({ user_id, replaces }) => [user_id, replaces])),
  ]
  const goneSince = await readGone(db, new Set(named.filter((id) => id !== null)))
  return rows.map(({ id, name, time_zone, updated_at, rotations }) => ({
    ...{ id, name, timeZone: time_zone },
    // Calendars tell by it that an entry is newer.
    changedAt: new Date(
      Math.max(+updated_at, ...(overrides.get(id) ?? []).map(({ created_at }) => +created_at)),
    ),
    model: {
      timeZone: time_zone,
      rotations,
      overrides: (overrides.get(id) ?? []).map(toOverride),
      goneSince,
    },
  }))
}

const toOverride = ({ start_at, end_at, user_id, replaces, beside }: OverrideRow): Override => ({
  ...{ start: start_at.getTime(), end: end_at.getTime(), userId: user_id, replaces, beside },
})

/** Since when those of these people are gone who are: the past keeps them. */
export async function readGone(db: Db, userIds: ReadonlySet<string>): Promise<Map<string, number>> {
  if (userIds.size === 0) return new Map()
  const { rows } = await sql<{ id: string; since: Date }>`
    select id, least(disabled_at, deleted_at) as since from users
    where id = any(${[...userIds]}::uuid[]) and (disabled_at is not null or deleted_at is not null)`.execute(
    db,
  )
  return new Map(rows.map(({ id, since }) => [id, since.getTime()]))
}
