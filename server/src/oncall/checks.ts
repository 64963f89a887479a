import type { PutSchedule, Rotation } from '#contract/schedules.ts'
import type { Db } from '../platform/db.ts'
import { AppError, type FieldError } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import { clockOf, formatLocal, parseLocal, type WallClock } from './wall-clock.ts'

/**
 * The schedule as it is stored: ids and the zone as they are really written. Throws `invalid_request` that names every
 * place that cannot be: people who are not there, and times that the clocks of the zone never show.
 */
export async function checkedSchedule<Given extends Pick<PutSchedule, 'timeZone' | 'rotations'>>(
  db: Db,
  given: Given,
  known: ReadonlySet<string> = new Set(),
): Promise<Given & { names: ReadonlyMap<string, string> }> {
  const rotations = given.rotations.map((rotation) => ({
    ...rotation,
    members: rotation.members.map((id) => id.toLowerCase()),
  }))
  const names = await namesOf(
    db,
    rotations.flatMap(({ members }) => members),
    known,
  )
  const clock = clockOf(given.timeZone)
  const errors = rotations.flatMap((rotation, index) =>
    problemsOf(rotation, clock, names).map(({ path, message }) => ({
      path: `rotations.${index}.${path}`,
      message,
    })),
  )
  if (errors.length > 0) throw invalid(errors)
  return { ...given, timeZone: clock.zone, rotations, names }
}

const ERRORS_MAX = 20
const invalid = (errors: FieldError[]) => {
  const shown = errors.slice(0, ERRORS_MAX)
  const words = shown.map(({ path, message }) => `${path}: ${message}`).join('; ')
  return new AppError('invalid_request', `The schedule cannot be like this. ${words}`, { errors: shown })
}

function problemsOf(
  { start, members }: Rotation,
  clock: WallClock,
  names: ReadonlyMap<string, string>,
): FieldError[] {
  const unknown = members.flatMap((id, place) =>
    names.has(id) ? [] : [{ path: `members.${place}`, message: 'There is no such person' }],
  )
  const local = parseLocal(start)
  if (!clock.skips(local)) return unknown
  const shown = formatLocal(clock.localOf(clock.instantOf(local)))
  const message = `There is no ${start} in ${clock.zone}: the clock is put forward then. Take ${shown} instead.`
  return [{ path: 'start', message }, ...unknown]
}

/**
 * The names of those who are there, held against deletion; people who were deleted count only where they are `known` already.
 */
async function namesOf(
  db: Db,
  userIds: readonly string[],
  known: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const ids = [...new Set([...userIds, ...known])].filter(isUuid)
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('users')
    .select(['id', 'name', 'deleted_at'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return new Map(
    rows.flatMap(({ id, name, deleted_at }) => (deleted_at && !known.has(id) ? [] : [[id, name]])),
  )
}
