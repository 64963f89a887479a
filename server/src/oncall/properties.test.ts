import fc from 'fast-check'
import { expect, test } from 'vitest'
import { gapsOf, type Schedule, type Shift, shiftsOf } from './model.ts'
import { areSame, type Override } from './people-at.ts'
import type { Rotation } from './rotations.ts'
import { DAY_MS, formatLocal } from './wall-clock.ts'

// fast-check prints seed and path of what failed; put them beside numRuns to run just that again.
const SEED = 20_261_125
const RUNS = 120
const check = (name: string, holds: (made: Made) => void) =>
  test(name, () => fc.assert(fc.property(made, holds), { numRuns: RUNS, seed: SEED }))

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const PEOPLE = ['ana', 'bo', 'cy', 'dee', 'eve']
const person = fc.constantFrom(...PEOPLE)
/** Windows lie around days on which one of these clocks is changed. */
const zone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'UTC',
)
const middle = fc.constantFrom(
  '2026-02-15',
  '2026-03-08',
  '2026-03-22',
  '2026-03-29',
  '2026-04-05',
  '2026-10-04',
  '2026-10-25',
  '2026-11-01',
)
const timeOfDay = fc
  .integer({ min: 0, max: 95 })
  .map((quarter) => formatLocal(quarter * 15 * MINUTE_MS).slice(11))

const restriction = fc.record({
  days: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
  from: timeOfDay,
  to: fc.oneof(timeOfDay, fc.constant('24:00')),
})
const rotation = fc.record({
  /** Days before the window's middle at which it began, and when. */
  age: fc.integer({ min: -5, max: 800 }),
  time: timeOfDay,
  every: fc.oneof(
    fc.record({ count: fc.integer({ min: 1, max: 30 }), unit: fc.constant('hour' as const) }),
    fc.record({ count: fc.integer({ min: 1, max: 9 }), unit: fc.constant('day' as const) }),
    fc.record({ count: fc.integer({ min: 1, max: 3 }), unit: fc.constant('week' as const) }),
  ),
  members: fc.array(person, { minLength: 1, maxLength: 6 }),
  restrictions: fc.array(restriction, { maxLength: 3 }),
})
/** Minutes from the window's middle. */
const when = fc.integer({ min: -9 * 24 * 60, max: 9 * 24 * 60 })
const override = fc
  .record({
    start: when,
    minutes: fc.integer({ min: 1, max: 6 * 24 * 60 }),
    userId: fc.option(person),
    replaces: fc.option(person),
    beside: fc.boolean(),
  })
  .map((made) => ({ ...made, beside: made.beside && made.userId !== null && made.replaces === null }))

type Made = { schedule: Schedule; window: { start: number; end: number }; middle: number }

const made: fc.Arbitrary<Made> = fc
  .record({
    ...{ zone, middle },
    rotations: fc.array(rotation, { minLength: 1, maxLength: 4 }),
    overrides: fc.array(override, { maxLength: 6 }),
    gone: fc.dictionary(person, when, { maxKeys: 2 }),
    days: fc.integer({ min: 1, max: 8 }),
  })
  .map(({ zone, middle, rotations, overrides, gone, days }) => {
    const noon = Date.parse(`${middle}T12:00Z`)
    return {
      middle: noon,
      window: { start: noon - days * DAY_MS, end: noon + days * DAY_MS },
      schedule: {
        timeZone: zone,
        rotations: rotations.map(
          ({ age, time, ...rest }): Rotation => ({
            ...rest,
            start: `${formatLocal(noon - age * DAY_MS).slice(0, 10)}T${time}`,
          }),
        ),
        overrides: overrides.map(
          ({ start, minutes, ...rest }): Override => ({
            ...rest,
            start: noon + start * MINUTE_MS,
            end: noon + (start + minutes) * MINUTE_MS,
          }),
        ),
        goneSince: new Map(Object.entries(gone).map(([userId, at]) => [userId, noon + at * MINUTE_MS])),
      },
    }
  })

const peopleAt = (schedule: Schedule, at: number): readonly string[] =>
  shiftsOf(schedule, { start: at, end: at + 1 })[0]?.userIds ?? []
const within = (shifts: readonly Shift[], at: number): readonly string[] =>
  shifts.find(({ start, end }) => start <= at && at < end)?.userIds ?? []
/** Every hour, and the moments around each change. */
function momentsOf({ schedule, window }: Made): number[] {
  const hours = Array.from(
    { length: (window.end - window.start) / (5 * HOUR_MS) },
    (_, n) => window.start + n * 5 * HOUR_MS,
  )
  const changes = shiftsOf(schedule, window)
    .slice(0, 30)
    .flatMap(({ start, end }) => [start - 1, start, end - 1, end])
  return [...hours, ...changes].filter((at) => at >= window.start && at < window.end)
}

check(
  'shifts are in order, apart, within the window, never empty, and as few as possible',
  ({ schedule, window }) => {
    const shifts = shiftsOf(schedule, window)
    for (const [index, { start, end, userIds, source }] of shifts.entries()) {
      expect(start).toBeLessThan(end)
      expect(userIds.length).toBeGreaterThan(0)
      expect(new Set(userIds).size).toBe(userIds.length)
      const before = shifts[index - 1]
      expect(start).toBeGreaterThanOrEqual(before?.end ?? window.start)
      expect(before?.end === start && before.source === source && areSame(before.userIds, userIds)).toBe(
        false,
      )
    }
    expect(shifts.at(-1)?.end ?? window.end).toBeLessThanOrEqual(window.end)
  },
)

check('shifts and gaps make up the whole window', ({ schedule, window }) => {
  const parts = [...shiftsOf(schedule, window), ...gapsOf(schedule, window)]
  expect(parts.reduce((sum, { start, end }) => sum + end - start, 0)).toBe(window.end - window.start)
})

check('who is on call at a moment is who has the shift that contains it', (given) => {
  const shifts = shiftsOf(given.schedule, given.window)
  for (const at of momentsOf(given)) expect(peopleAt(given.schedule, at)).toEqual(within(shifts, at))
})

check('it does not matter where one begins to look', ({ schedule, window, middle }) => {
  const whole = shiftsOf(schedule, window)
  const halves = [
    ...shiftsOf(schedule, { ...window, end: middle }),
    ...shiftsOf(schedule, { ...window, start: middle }),
  ]
  const cut = whole.flatMap((shift) =>
    shift.start < middle && shift.end > middle
      ? [
          { ...shift, end: middle },
          { ...shift, start: middle },
        ]
      : [shift],
  )
  expect(halves).toEqual(cut)
})

check('an override changes nothing before it begins and after it ends', (given) => {
  const { schedule } = given
  const [first, ...others] = schedule.overrides
  if (!first) return
  for (const at of momentsOf(given)) {
    if (at >= first.start && at < first.end) continue
    expect(peopleAt({ ...schedule, overrides: others }, at)).toEqual(peopleAt(schedule, at))
  }
})

check('the uppermost rotation that has somebody who is there has the shift', (given) => {
  const schedule = { ...given.schedule, overrides: [] }
  const alone = schedule.rotations.map((one) => ({ ...schedule, rotations: [one] })).reverse()
  for (const at of momentsOf({ ...given, schedule })) {
    const expected = alone.map((one) => peopleAt(one, at)).find((people) => people.length > 0) ?? []
    expect(peopleAt(schedule, at)).toEqual(expected)
  }
})

check("somebody who goes changes nobody else's turn", (given) => {
  const [one] = given.schedule.rotations
  const schedule = {
    ...given.schedule,
    rotations: [one!],
    overrides: [],
    goneSince: new Map<string, number>(),
  }
  const without = { ...schedule, goneSince: new Map([['ana', 0]]) }
  for (const at of momentsOf({ ...given, schedule })) {
    expect(peopleAt(without, at)).toEqual(peopleAt(schedule, at).filter((userId) => userId !== 'ana'))
  }
})
