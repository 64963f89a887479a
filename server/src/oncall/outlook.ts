import { type Schedule, shiftsOf } from './model.ts'
import { areSame } from './people-at.ts'
import type { Stretch } from './stretches.ts'
import { DAY_MS } from './wall-clock.ts'

/** A stretch of time during which the same people are on call, for whatever reason. */
export type Watch = Stretch & { userIds: readonly string[] }

export type Outlook = {
  /** Empty: a gap. */
  now: readonly string[]
  /** When that changes; null when it does not within the days that are looked ahead. */
  until: number | null
  next: Watch | null
}

/** Most changes come within days; only who waits long for theirs pays for looking further. */
const LOOK_AHEAD_DAYS = [2, 16, 128, 400]
export const LOOK_AHEAD_MAX_DAYS = 400

/** Who is on call at an instant, until when, and who comes next. */
export function outlookOf(schedule: Schedule, at: number): Outlook {
  for (const days of LOOK_AHEAD_DAYS) {
    const end = at + days * DAY_MS
    const watches = watchesOf(schedule, { start: at, end })
    const now = watches[0]?.start === at ? watches[0] : null
    const next = watches[now ? 1 : 0] ?? null
    // What reaches the end of the look goes on behind it.
    const isWhole = next !== null && next.end < end
    if (isWhole || days === LOOK_AHEAD_MAX_DAYS) {
      const change = now ? (now.end < end ? now.end : null) : (next?.start ?? null)
      return { now: now?.userIds ?? [], until: change, next }
    }
  }
  throw new Error('The last look is taken as it is')
}

/** Shifts without regard to why the people are on call. */
export function watchesOf(schedule: Schedule, window: Stretch): Watch[] {
  return joinedWatches(shiftsOf(schedule, window))
}

/** The times of one person within a window, whoever is on call beside them. */
export function watchesOfPerson(schedule: Schedule, window: Stretch, userId: string): Watch[] {
  const theirs = shiftsOf(schedule, window).filter(({ userIds }) => userIds.includes(userId))
  return joinedWatches(theirs.map(({ start, end }) => ({ start, end, userIds: [userId] })))
}

function joinedWatches(watches: readonly Watch[]): Watch[] {
  const result: Watch[] = []
  for (const { start, end, userIds } of watches) {
    const last = result.at(-1)
    if (last?.end === start && areSame(last.userIds, userIds)) last.end = end
    else result.push({ start, end, userIds })
  }
  return result
}
