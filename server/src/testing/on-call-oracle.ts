import { DateTime } from 'luxon'
import type { Restriction, Rotation } from '#contract/schedules.ts'

type Turns = Pick<Rotation, 'start' | 'every' | 'members' | 'restrictions'>

/** What the clock of a zone shows at an instant. */
export type Reading = { weekday: number; minutes: number }

export function readingAt(instant: number, zone: string): Reading {
  const { weekday, hour, minute } = DateTime.fromMillis(instant, { zone })
  return { weekday, minutes: hour * 60 + minute }
}

/**
 * Says whose turn it is by walking from the first hand-over to the last, each found from the calendar with luxon. Knows
 * nothing of how the model does it: no offsets, no arithmetic with instants, no jump into the middle.
 */
export function oracleOf({ start, every, members, restrictions }: Turns, zone: string, until: number) {
  const handOvers: number[] = []
  let shown = DateTime.fromISO(start, { zone: 'utc' })
  while ((handOvers.at(-1) ?? Number.NEGATIVE_INFINITY) <= until) {
    handOvers.push(firstTimeOf(shown, zone))
    shown = shown.plus({ [`${every.unit}s`]: every.count })
  }
  let turn = -1
  /** Null for nobody. Must be asked about later and later times. */
  return (instant: number, reading: Reading): string | null => {
    while (handOvers[turn + 1]! <= instant) turn += 1
    if (turn < 0 || !(restrictions.length === 0 || restrictions.some((hours) => isOpen(hours, reading))))
      return null
    return members[turn % members.length]!
  }
}

/** Of a time that is shown twice, the earlier one; one that is skipped luxon moves on by as much as the clock is moved. */
const firstTimeOf = (shown: DateTime, zone: string): number =>
  Math.min(
    ...shown
      .setZone(zone, { keepLocalTime: true })
      .getPossibleOffsets()
      .map((at) => at.toMillis()),
  )

const minutesOf = (time: string) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3))

/** By reading the clock: good for hours that do not begin or end within a time that is skipped or repeated. */
function isOpen({ days, from, to }: Restriction, { weekday, minutes }: Reading): boolean {
  const [opens, closes] = [minutesOf(from), minutesOf(to)]
  const yesterday = weekday === 1 ? 7 : weekday - 1
  if (closes > opens) return days.includes(weekday) && minutes >= opens && minutes < closes
  return (days.includes(weekday) && minutes >= opens) || (days.includes(yesterday) && minutes < closes)
}
