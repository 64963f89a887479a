import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { getUser } from '../people/store.ts'
import { type CalendarEntry, calendarOf } from './calendar.ts'
import { findFeed } from './feed-store.ts'
import { type LoadedSchedule, loadSchedules } from './on-call.ts'
import { type Watch, watchesOf, watchesOfPerson } from './outlook.ts'
import { readPeople } from './people.ts'
import { readSchedules, schedulesWith } from './store.ts'

const MONTHS_BACK = 1
const MONTHS_AHEAD = 6

/** The file behind a secret address; null when it leads nowhere. */
export async function readCalendar(deps: Deps, token: string): Promise<string | null> {
  const feed = await findFeed(deps.db, token)
  if (!feed) return null
  const { userId, scheduleId } = feed
  const { from, to } = monthsAround(deps.clock.now())
  const ids = userId ? await schedulesWith(deps.db, userId) : [scheduleId].filter((id) => id !== null)
  const schedules = await loadSchedules(deps.db, await readSchedules(deps.db, ids), from, to)
  const window = { start: from.getTime(), end: to.getTime() }
  const link = (id: string) => `${publicUrlOf(deps.config)}/schedules/${id}`

  if (userId) {
    const { name } = await getUser(deps.db, userId)
    const entries = schedules.flatMap((schedule) =>
      watchesOfPerson(schedule.model, window, userId).map((watch) => ({
        ...entryOf(schedule, watch, link(schedule.id)),
        id: `${watch.start}-${schedule.id}-${userId}`,
        title: `On call: ${schedule.name}`,
      })),
    )
    return calendarOf(`On call: ${name}`, entries)
  }
  const [schedule] = schedules
  if (!schedule) return null
  const watches = watchesOf(schedule.model, window)
  const people = await readPeople(deps.db, new Set(watches.flatMap(({ userIds }) => userIds)))
  const entries = watches.map((watch) => ({
    ...entryOf(schedule, watch, link(schedule.id)),
    title: `${watch.userIds.map((id) => people.get(id)?.name ?? '').join(', ')}: ${schedule.name}`,
  }))
  return calendarOf(`On call: ${schedule.name}`, entries)
}

const entryOf = (
  { id, changedAt }: LoadedSchedule,
  { start, end }: Watch,
  url: string,
): Omit<CalendarEntry, 'title'> => ({
  ...{ id: `${start}-${id}`, start: new Date(start), end: new Date(end), url, changedAt },
})

/** From the beginning of a month to that of another: what is cut there stays the same for a month, and so do entries. */
function monthsAround(now: Date): { from: Date; to: Date } {
  const month = (difference: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + difference))
  return { from: month(-MONTHS_BACK), to: month(MONTHS_AHEAD + 1) }
}
