import type { Restriction, Rotation as RotationSettings } from '#contract/schedules.ts'
import { joined, type Stretch, within } from './stretches.ts'
import {
  DAY_MS,
  dayOf,
  PERIOD_MS,
  parseLocal,
  parseTimeOfDay,
  type WallClock,
  weekdayOf,
} from './wall-clock.ts'

/** Who has a rotation's turn at which times. */
export type Duty = Stretch & { userId: string }

export type Rotation = Pick<RotationSettings, 'start' | 'every' | 'members' | 'restrictions'>

/** The duties of a rotation within a window, in order. What came before costs nothing, however long ago it began. */
export function dutiesOf(rotation: Rotation, clock: WallClock, window: Stretch): Duty[] {
  const duties = turnsOf(rotation, clock, window)
  if (rotation.restrictions.length === 0) return duties
  return within(duties, openTimes(rotation.restrictions, clock, window))
}

function turnsOf({ start, every, members }: Rotation, clock: WallClock, window: Stretch): Duty[] {
  const handOver = handOvers(clock, parseLocal(start), every.count * PERIOD_MS[every.unit])
  const duties: Duty[] = []
  let turn = Math.max(0, handOver.turnAt(window.start))
  let begin = handOver.of(turn)
  while (begin < window.end && members.length > 0) {
    const end = handOver.of(turn + 1)
    const userId = members[turn % members.length]!
    const duty = { userId, start: Math.max(begin, window.start), end: Math.min(end, window.end) }
    if (duty.start < duty.end) duties.push(duty)
    begin = end
    turn += 1
  }
  return duties
}

/** When turns begin: always at the same local time, every `period` by the clock on the wall, hours too. */
function handOvers(clock: WallClock, first: number, period: number) {
  const of = (turn: number): number => {
    let local = first + turn * period
    let instant = clock.instantOf(local)
    // Where a change of the clock skips more than a turn, turns behind it begin first: those that are skipped have no time.
    const shown = clock.localOf(instant)
    while (local + period <= shown) {
      local += period
      instant = Math.min(instant, clock.instantOf(local))
    }
    return instant
  }
  /**
   * A turn that has begun at an instant: the one that goes on, as what the clock shows tells; just after a change of the
   * clock perhaps one of those before.
   */
  const turnAt = (instant: number): number => {
    let turn = Math.floor((clock.localOf(instant) - first) / period)
    while (of(turn) > instant) turn -= 1
    return turn
  }
  return { of, turnAt }
}

/** The times within a window at which restrictions let somebody be on call. */
function openTimes(restrictions: readonly Restriction[], clock: WallClock, window: Stretch): Stretch[] {
  const hours = restrictions.map(({ days, from, to }) => {
    const [opens, closes] = [parseTimeOfDay(from), parseTimeOfDay(to)]
    return { days: new Set(days), opens, closes: closes > opens ? closes : closes + DAY_MS }
  })
  const times: Stretch[] = []
  // What opens on the day before may go on; and a day may be skipped as a whole.
  const [firstDay, lastDay] = [dayOf(clock.localOf(window.start)) - 2, dayOf(clock.localOf(window.end)) + 1]
  for (let day = firstDay; day <= lastDay; day += 1) {
    const weekday = weekdayOf(day)
    for (const { days, opens, closes } of hours) {
      if (!days.has(weekday)) continue
      const start = clock.instantOf(day * DAY_MS + opens)
      const end = clock.instantOf(day * DAY_MS + closes)
      if (start < end && end > window.start && start < window.end) times.push({ start, end })
    }
  }
  return joined(times)
}
