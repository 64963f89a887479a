import {
  type OnCallEntry,
  type OnCallQuery,
  PERSONAL_SHIFTS_DAYS,
  type PersonalShift,
  type PersonalShiftsQuery,
  type PreviewSchedule,
  SHIFTS_MAX_DAYS,
} from '#contract/schedules.ts'
import { getUser } from '../people/store.ts'
import type { Db } from '../platform/db.ts'
import { checkedSchedule } from './checks.ts'
import type { Schedule } from './model.ts'
import { type LoadedSchedule, loadSchedules, readGone } from './on-call.ts'
import { LOOK_AHEAD_MAX_DAYS, outlookOf, watchesOfPerson } from './outlook.ts'
import { type Person, readPeople, refusal } from './people.ts'
import { getSchedule, listSchedules, readSchedules, schedulesWith } from './store.ts'
import type { Stretch } from './stretches.ts'
import { toStretchView } from './views.ts'
import { DAY_MS } from './wall-clock.ts'

type Span = { from: string; to: string }
const windowOf = ({ from, to }: Span): Stretch => ({ start: Date.parse(from), end: Date.parse(to) })

/** What the shifts of a schedule between two times follow from. Throws `not_found`. */
export async function scheduleBetween(
  db: Db,
  id: string,
  span: Span,
): Promise<{ model: Schedule; window: Stretch }> {
  const window = windowOf(span)
  const rows = [await getSchedule(db, id)]
  const [loaded] = await loadSchedules(db, rows, new Date(window.start), new Date(window.end))
  return { model: loaded!.model, window }
}

/** The same of rotations that are not saved yet. */
export async function previewOf(
  db: Db,
  given: PreviewSchedule,
): Promise<{ model: Schedule; window: Stretch }> {
  const { timeZone, rotations } = await checkedSchedule(db, given)
  const goneSince = await readGone(db, new Set(rotations.flatMap(({ members }) => members)))
  return { model: { timeZone, rotations, overrides: [], goneSince }, window: windowOf(given) }
}

const daysAfter = (at: Date, days: number) => new Date(at.getTime() + days * DAY_MS)

/** One page of schedules by name: who is on call of each at a time, until when, and who comes next. */
export async function readOnCall(
  db: Db,
  query: OnCallQuery,
  at: Date,
): Promise<{ items: OnCallEntry[]; nextCursor: string | null }> {
  const { items: rows, nextCursor } = await listSchedules(db, query)
  const schedules = await loadSchedules(db, rows, at, daysAfter(at, LOOK_AHEAD_MAX_DAYS))
  const outlooks = schedules.map((schedule) => ({
    schedule,
    outlook: outlookOf(schedule.model, at.getTime()),
  }))
  const named = outlooks.flatMap(({ outlook: { now, next } }) => [...now, ...(next?.userIds ?? [])])
  const people = await readPeople(db, named)
  return { items: outlooks.map((entry) => toEntry(entry, people)), nextCursor }
}

function toEntry(
  { schedule, outlook }: { schedule: LoadedSchedule; outlook: ReturnType<typeof outlookOf> },
  people: ReadonlyMap<string, Person>,
): OnCallEntry {
  const named = (userIds: readonly string[]) =>
    userIds.map((userId) => ({ userId, name: people.get(userId)?.name ?? '' }))
  const { now, until, next } = outlook
  return {
    ...{ scheduleId: schedule.id, scheduleName: schedule.name, timeZone: schedule.timeZone },
    now: named(now),
    until: until === null ? null : new Date(until).toISOString(),
    next: next && { ...toStretchView(next), people: named(next.userIds) },
  }
}

/** When a person is on call, of whichever schedule, in order. Throws `not_found`. */
export async function readPersonalShifts(
  db: Db,
  userId: string,
  { from, to }: PersonalShiftsQuery,
  now: Date,
): Promise<PersonalShift[]> {
  const { id } = await getUser(db, userId)
  const start = from ? new Date(from) : now
  const end = to ? new Date(to) : daysAfter(start, PERSONAL_SHIFTS_DAYS)
  if (end <= start) throw refusal('to', 'must be after from, and without from after now')
  if (end > daysAfter(start, SHIFTS_MAX_DAYS))
    throw refusal('to', `must be at most ${SHIFTS_MAX_DAYS} days after from`)
  const schedules = await loadSchedules(db, await readSchedules(db, await schedulesWith(db, id)), start, end)
  const window = { start: start.getTime(), end: end.getTime() }
  return schedules
    .flatMap(({ id: scheduleId, name, timeZone, model }) =>
      watchesOfPerson(model, window, id).map((watch) => ({
        ...{ scheduleId, scheduleName: name, timeZone, ...toStretchView(watch) },
      })),
    )
    .sort((a, b) => (a.start < b.start ? -1 : 1))
}
