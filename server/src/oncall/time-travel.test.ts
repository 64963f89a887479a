import { expect, test } from 'vitest'
import { oracleOf, type Reading, readingAt } from '../testing/on-call-oracle.ts'
import { type Schedule, shiftsOf } from './model.ts'
import type { Override } from './people-at.ts'
import type { Rotation } from './rotations.ts'

const HOUR_MS = 3_600_000

/** Each with a year in which its clocks are changed, where it has one. */
const ZONES = [
  ['Europe/Berlin', 2026],
  ['America/New_York', 2026],
  ['Australia/Lord_Howe', 2026],
  ['Africa/Casablanca', 2026],
  ['Asia/Kathmandu', 2026],
  ['America/Sao_Paulo', 2018],
] as const

const [weekdays, weekend] = [
  [1, 2, 3, 4, 5],
  [6, 7],
]
const office = { days: weekdays, from: '09:00', to: '17:00' }
const nights = { days: weekdays, from: '22:00', to: '06:00' }
const weekends = { days: weekend, from: '00:00', to: '24:00' }

/** `monthDay` is of the year before, so that a turn is under way when the year begins. */
const every = (
  count: number,
  unit: 'hour' | 'day' | 'week',
  time: string,
  members: string,
  ...restrictions: Rotation['restrictions']
) => ({ every: { count, unit }, time, members: members.split(' '), restrictions })

const KINDS = {
  'every hour': every(1, 'hour', '00:00', 'ana bo cy dee eve'),
  'every 5 hours, at half past': every(5, 'hour', '08:30', 'ana bo cy'),
  'every 6 hours': every(6, 'hour', '02:00', 'ana bo cy dee eve'),
  'every 12 hours': every(12, 'hour', '08:00', 'ana bo cy'),
  'every day': every(1, 'day', '09:00', 'ana bo cy'),
  'every day at midnight': every(1, 'day', '00:00', 'ana bo'),
  'every day at 02:15': every(1, 'day', '02:15', 'ana bo cy'),
  'every day at 02:30': every(1, 'day', '02:30', 'ana bo cy'),
  'every 3 days': every(3, 'day', '18:45', 'ana bo cy dee'),
  'every week, one person in two places': every(1, 'week', '09:00', 'ana bo ana cy'),
  'every 2 weeks': every(2, 'week', '10:00', 'ana bo cy'),
  'every week in office hours': every(1, 'week', '09:00', 'ana bo cy', office),
  'every day in nights of weekdays': every(1, 'day', '12:00', 'ana bo cy', nights),
  'every 8 hours at weekends and in nights': every(8, 'hour', '06:00', 'ana bo cy dee', weekends, nights),
  'one person alone': every(1, 'week', '09:00', 'ana'),
}

const rotationOf = ({ time, ...kind }: (typeof KINDS)[keyof typeof KINDS], year: number): Rotation => ({
  ...kind,
  start: `${year - 1}-12-21T${time}`,
})

let checks = 0

/** Every hour of the year, and what the clock shows then. */
function hoursOf(zone: string, year: number): { instant: number; reading: Reading }[] {
  const [from, to] = [Date.UTC(year), Date.UTC(year + 1)]
  const instants = Array.from({ length: (to - from) / HOUR_MS }, (_, hour) => from + hour * HOUR_MS)
  return instants.map((instant) => ({ instant, reading: readingAt(instant, zone) }))
}

/** Asks the model twice: about the whole year at once, and about the instant alone. */
function modelOf(schedule: Schedule, year: number): (instant: number) => [string[], string[]] {
  const shifts = shiftsOf(schedule, { start: Date.UTC(year), end: Date.UTC(year + 1) })
  let index = 0
  return (instant) => {
    while (index < shifts.length && shifts[index]!.end <= instant) index += 1
    const shift = shifts[index]
    const ofYear = shift && shift.start <= instant ? shift.userIds : []
    const alone = shiftsOf(schedule, { start: instant, end: instant + 1 })[0]?.userIds ?? []
    return [[...ofYear], [...alone]]
  }
}

test.each(ZONES)('in %s every kind of rotation has the right person in every hour of %i', (zone, year) => {
  const hours = hoursOf(zone, year)
  for (const [kind, settings] of Object.entries(KINDS)) {
    const rotation = rotationOf(settings, year)
    const schedule = { timeZone: zone, rotations: [rotation], overrides: [], goneSince: new Map() }
    const [model, oracle] = [modelOf(schedule, year), oracleOf(rotation, zone, Date.UTC(year + 1))]
    for (const { instant, reading } of hours) {
      const expected = oracle(instant, reading)
      const people = expected === null ? [] : [expected]
      const answer = model(instant)
      checks += 2
      if (answer.join('|') !== `${people}|${people}`)
        expect(answer, `${kind} at ${new Date(instant).toISOString()}`).toEqual([people, people])
    }
  }
})

test.each(ZONES)(
  'in %s rotations, overrides and people who leave come together in every hour of %i',
  (zone, year) => {
    const layers = [
      KINDS['every week, one person in two places'],
      KINDS['every week in office hours'],
      KINDS['every day in nights of weekdays'],
    ]
    const rotations = layers.map((layer) => rotationOf(layer, year))
    const overrides = Array.from({ length: 120 }, (_, index) => overrideOf(index, year))
    const goneSince = new Map([['bo', Date.UTC(year, 7, 1, 12)]])
    const model = modelOf({ timeZone: zone, rotations, overrides, goneSince }, year)
    const oracles = rotations.map((rotation) => oracleOf(rotation, zone, Date.UTC(year + 1)))
    for (const { instant, reading } of hoursOf(zone, year)) {
      const turns = oracles.map((oracle) => oracle(instant, reading)).filter((person) => person !== null)
      const isGone = (person: string) => (goneSince.get(person) ?? Number.POSITIVE_INFINITY) <= instant
      const people = peopleByHand(
        turns.reverse(),
        overrides.filter(({ start, end }) => start <= instant && instant < end),
        isGone,
      )
      checks += 2
      const answer = model(instant)
      if (answer.join('|') !== `${people}|${people}`)
        expect(answer, new Date(instant).toISOString()).toEqual([people, people])
    }
  },
)

/** Three days and a bit apart, nine hours to four days long, of every kind in turn. */
function overrideOf(index: number, year: number): Override {
  const start = Date.UTC(year) + index * 73 * HOUR_MS
  const end = start + (9 + (index % 5) * 22) * HOUR_MS
  const kinds = [
    { userId: 'eve', replaces: null, beside: false },
    { userId: 'dee', replaces: 'ana', beside: false },
    { userId: null, replaces: 'cy', beside: false },
    { userId: 'fay', replaces: null, beside: true },
    { userId: null, replaces: null, beside: false },
    { userId: 'gil', replaces: 'bo', beside: false },
    { userId: 'bo', replaces: null, beside: false },
  ]
  return { start, end, ...kinds[index % kinds.length]! }
}

/** The rules of docs/on-call.md once more, in the most pedestrian way: who sits on which chair. */
function peopleByHand(turns: string[], overrides: Override[], isGone: (person: string) => boolean): string[] {
  const left = turns.filter((person, index) => isGone(person) && turns.slice(0, index).every(isGone))
  const first = turns.find((person) => !isGone(person))
  let chairs = first === undefined ? [] : [first]
  for (const { userId, replaces, beside } of overrides) {
    if (userId !== null && isGone(userId)) continue
    const sitting = userId === null ? [] : [userId]
    if (beside) chairs = [...chairs, ...sitting]
    else if (replaces === null) chairs = sitting
    else if (chairs.includes(replaces)) {
      const at = chairs.indexOf(replaces)
      chairs = [...chairs.slice(0, at), ...sitting, ...chairs.slice(at + 1)]
    } else if (left.includes(replaces) && userId !== null)
      chairs = [userId, ...chairs.filter((one) => one !== first)]
    chairs = chairs.filter((person, index) => chairs.indexOf(person) === index)
  }
  return chairs
}

test('those were 1,681,920 checks, none of them left out', () => {
  expect(checks).toBe(1_681_920)
})
