import { areSame, type OnCall, type Override, peopleAt } from './people-at.ts'
import { type Duty, dutiesOf, type Rotation } from './rotations.ts'
import { gapsBetween, type Stretch } from './stretches.ts'
import { clockOf } from './wall-clock.ts'

export type Schedule = {
  timeZone: string
  /** Later ones lie on top. */
  rotations: readonly Rotation[]
  /** In the order in which they were made; later ones lie on top. */
  overrides: readonly Override[]
  /** Since when people are disabled or deleted. */
  goneSince: ReadonlyMap<string, number>
}

/** A stretch of time during which the same people are on call; at least one. */
export type Shift = Stretch & OnCall

/** Who is on call within a window, everything considered: in order, without overlaps, in as few shifts as possible. */
export function shiftsOf(schedule: Schedule, window: Stretch): Shift[] {
  const clock = clockOf(schedule.timeZone)
  const layers = schedule.rotations.map((rotation) => dutiesOf(rotation, clock, window)).reverse()
  const times = boundariesOf(schedule, layers, window)
  const turnsAt = advancing(layers)
  const overridesAt = inForce(schedule.overrides)

  const shifts: Shift[] = []
  for (let index = 0; index + 1 < times.length; index += 1) {
    const [start, end] = [times[index]!, times[index + 1]!]
    const isGone = (userId: string) => (schedule.goneSince.get(userId) ?? Number.POSITIVE_INFINITY) <= start
    append(shifts, { start, end, ...peopleAt(turnsAt(start), overridesAt(start), isGone) })
  }
  return shifts
}

/** When nobody is on call within a window. */
export const gapsOf = (schedule: Schedule, window: Stretch): Stretch[] =>
  gapsBetween(shiftsOf(schedule, window), window)

/** Every time at which something may change, the window's ends among them. */
function boundariesOf(
  { overrides, goneSince }: Schedule,
  layers: readonly Duty[][],
  window: Stretch,
): Float64Array {
  const times = new Set([window.start, window.end, ...goneSince.values()])
  for (const { start, end } of [...layers.flat(), ...overrides]) times.add(start).add(end)
  const inside = [...times].filter((time) => time >= window.start && time <= window.end)
  return Float64Array.from(inside).sort()
}

/** Whose turn it is in each layer, for times that only go forward. */
function advancing(layers: readonly Duty[][]): (at: number) => string[] {
  const positions = layers.map(() => 0)
  return (at) =>
    layers.flatMap((duties, layer) => {
      while ((duties[positions[layer]!]?.end ?? Number.POSITIVE_INFINITY) <= at) positions[layer]! += 1
      const duty = duties[positions[layer]!]
      return duty && duty.start <= at ? [duty.userId] : []
    })
}

/** The overrides in force, in their order, for times that only go forward. */
function inForce(overrides: readonly Override[]): (at: number) => readonly Override[] {
  const order = new Map(overrides.map((override, index) => [override, index]))
  const waiting = overrides.toSorted((a, b) => b.start - a.start)
  let active: Override[] = []
  return (at) => {
    while (waiting.length > 0 && waiting.at(-1)!.start <= at) {
      active.push(waiting.pop()!)
      active.sort((a, b) => order.get(a)! - order.get(b)!)
    }
    if (active.some(({ end }) => end <= at)) active = active.filter(({ end }) => end > at)
    return active
  }
}

function append(shifts: Shift[], shift: Shift): void {
  if (shift.userIds.length === 0) return
  const last = shifts.at(-1)
  const goesOn =
    last?.end === shift.start && last.source === shift.source && areSame(last.userIds, shift.userIds)
  if (goesOn) last.end = shift.end
  else shifts.push(shift)
}
