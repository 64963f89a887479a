import { expect, test } from 'vitest'
import { gapsOf, type Schedule, shiftsOf } from './model.ts'
import type { Override } from './people-at.ts'
import type { Rotation } from './rotations.ts'

const daily = (start: string, ...members: string[]): Rotation => ({
  ...{ start, every: { count: 1, unit: 'day' }, members, restrictions: [] },
})
const hourly = (start: string, ...members: string[]): Rotation => ({
  ...daily(start, ...members),
  every: { count: 1, unit: 'hour' },
})

const schedule = (
  rotations: Rotation[],
  {
    timeZone = 'Europe/Berlin',
    overrides = [],
    gone = {},
  }: Partial<Pick<Schedule, 'timeZone'>> & { overrides?: Override[]; gone?: Record<string, string> } = {},
): Schedule => ({
  ...{ timeZone, rotations, overrides },
  goneSince: new Map(Object.entries(gone).map(([userId, since]) => [userId, Date.parse(since)])),
})

const window = (from: string, to: string) => ({ start: Date.parse(from), end: Date.parse(to) })
const short = (at: number) => new Date(at).toISOString().slice(5, 16)
/** `03-28T08:00 03-29T07:00 ana`, times in UTC. */
const shifts = (of: Schedule, from: string, to: string) =>
  shiftsOf(of, window(from, to)).map(
    ({ start, end, userIds, source }) =>
      `${short(start)} ${short(end)} ${userIds.join('+')}${source === 'override' ? '!' : ''}`,
  )

test('hand-over stays at 09:00 in Berlin when the clock goes forward and back', () => {
  const rotation = daily('2026-03-01T09:00', 'ana', 'bo')
  expect(shifts(schedule([rotation]), '2026-03-28T08:00Z', '2026-03-31T07:00Z')).toEqual([
    '03-28T08:00 03-29T07:00 bo',
    '03-29T07:00 03-30T07:00 ana',
    '03-30T07:00 03-31T07:00 bo',
  ])
  expect(shifts(schedule([rotation]), '2026-10-24T07:00Z', '2026-10-26T08:00Z')).toEqual([
    '10-24T07:00 10-25T08:00 bo',
    '10-25T08:00 10-26T08:00 ana',
  ])
})

test('a hand-over in the skipped hour happens an hour later by the clock, as long after the one before as ever', () => {
  expect(
    shifts(schedule([daily('2026-03-28T02:30', 'ana', 'bo')]), '2026-03-28T01:30Z', '2026-03-31T00:30Z'),
  ).toEqual(['03-28T01:30 03-29T01:30 ana', '03-29T01:30 03-30T00:30 bo', '03-30T00:30 03-31T00:30 ana'])
})

test('a hand-over in the repeated hour happens once, the first time', () => {
  expect(
    shifts(schedule([daily('2026-10-24T02:30', 'ana', 'bo')]), '2026-10-24T00:30Z', '2026-10-27T01:30Z'),
  ).toEqual(['10-24T00:30 10-25T00:30 ana', '10-25T00:30 10-26T01:30 bo', '10-26T01:30 10-27T01:30 ana'])
})

test('turns of hours go by the clock on the wall: 12 hours from 08:00 to 20:00 are 11 once and 13 once', () => {
  const rotation: Rotation = { ...daily('2026-03-27T20:00', 'ana', 'bo'), every: { count: 12, unit: 'hour' } }
  expect(shifts(schedule([rotation]), '2026-03-28T19:00Z', '2026-03-30T06:00Z')).toEqual([
    '03-28T19:00 03-29T06:00 ana',
    '03-29T06:00 03-29T18:00 bo',
    '03-29T18:00 03-30T06:00 ana',
  ])
  expect(shifts(schedule([rotation]), '2026-10-24T18:00Z', '2026-10-25T19:00Z')).toEqual([
    '10-24T18:00 10-25T07:00 ana',
    '10-25T07:00 10-25T19:00 bo',
  ])
})

test('a turn that is skipped as a whole has no time, and one in the repeated hour has it twice', () => {
  const rotation = hourly('2026-03-29T00:00', 'ana', 'bo', 'cy')
  expect(shifts(schedule([rotation]), '2026-03-28T23:00Z', '2026-03-29T03:00Z')).toEqual([
    '03-28T23:00 03-29T00:00 ana',
    '03-29T00:00 03-29T01:00 bo',
    '03-29T01:00 03-29T02:00 ana',
    '03-29T02:00 03-29T03:00 bo',
  ])
  const autumn = hourly('2026-10-25T00:00', 'ana', 'bo', 'cy')
  expect(shifts(schedule([autumn]), '2026-10-24T23:00Z', '2026-10-25T03:00Z')).toEqual([
    '10-24T23:00 10-25T00:00 bo',
    '10-25T00:00 10-25T02:00 cy',
    '10-25T02:00 10-25T03:00 ana',
  ])
})

test('where more is skipped than a turn lasts, everybody behind it keeps the hours that the clock shows', () => {
  const troll = { timeZone: 'Antarctica/Troll' }
  const rotation = hourly('2026-03-29T00:00', 'h0', 'h1', 'h2', 'h3', 'h4', 'h5')
  expect(shifts(schedule([rotation], troll), '2026-03-29T00:00Z', '2026-03-29T03:00Z')).toEqual([
    '03-29T00:00 03-29T01:00 h0',
    '03-29T01:00 03-29T02:00 h3',
    '03-29T02:00 03-29T03:00 h4',
  ])
  // A whole day was skipped on this island.
  const apia = daily('2011-12-28T09:00', 'd28', 'd29', 'd30', 'd31', 'd1')
  expect(
    shifts(schedule([apia], { timeZone: 'Pacific/Apia' }), '2011-12-28T19:00Z', '2011-12-31T19:00Z'),
  ).toEqual(['12-28T19:00 12-29T19:00 d28', '12-29T19:00 12-30T19:00 d29', '12-30T19:00 12-31T19:00 d31'])
})

test('a shift that lies within the skipped hour is held an hour later, one within the repeated hour once', () => {
  const quarter = [{ days: [7], from: '02:15', to: '02:45' }]
  const of = schedule([{ ...daily('2026-01-01T00:00', 'ana'), restrictions: quarter }])
  expect(shifts(of, '2026-03-29T00:00Z', '2026-03-29T23:00Z')).toEqual(['03-29T01:15 03-29T01:45 ana'])
  expect(shifts(of, '2026-10-25T00:00Z', '2026-10-25T23:00Z')).toEqual(['10-25T00:15 10-25T00:45 ana'])
})

test('hours that end before they begin, as their beginning is skipped, do not take place', () => {
  const hours = [{ days: [7], from: '02:30', to: '03:15' }]
  const of = schedule([{ ...daily('2026-01-01T00:00', 'ana'), restrictions: hours }])
  expect(shifts(of, '2026-03-29T00:00Z', '2026-03-29T23:00Z')).toEqual([])
  expect(shifts(of, '2026-10-25T00:00Z', '2026-10-25T23:00Z')).toEqual(['10-25T00:30 10-25T02:15 ana'])
})

test('hours that meet at a time that is skipped or repeated leave no gap between them', () => {
  const until = {
    ...daily('2026-01-01T00:00', 'ana'),
    restrictions: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '22:00', to: '02:30' }],
  }
  const since = {
    ...daily('2026-01-01T00:00', 'bo'),
    restrictions: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '02:30', to: '22:00' }],
  }
  for (const [from, to] of [
    ['2026-03-28T21:00Z', '2026-03-29T20:00Z'],
    ['2026-10-24T20:00Z', '2026-10-25T21:00Z'],
  ] as const) {
    expect(gapsOf(schedule([until, since]), window(from, to))).toEqual([])
    expect(shifts(schedule([until, since]), from, to)).toHaveLength(2)
  }
})

test('restrictions: days, a night that began the day before, and 24:00', () => {
  const of = (days: number[], from: string, to: string) =>
    shifts(
      schedule([{ ...daily('2026-01-01T00:00', 'ana'), restrictions: [{ days, from, to }] }], {
        timeZone: 'UTC',
      }),
      '2026-11-23T00:00Z',
      '2026-11-25T12:00Z',
    )
  expect(of([1, 3], '09:00', '17:00')).toEqual(['11-23T09:00 11-23T17:00 ana', '11-25T09:00 11-25T12:00 ana'])
  expect(of([7, 1], '22:00', '06:00')).toEqual(['11-23T00:00 11-23T06:00 ana', '11-23T22:00 11-24T06:00 ana'])
  expect(of([2], '00:00', '24:00')).toEqual(['11-24T00:00 11-25T00:00 ana'])
  expect(of([2], '09:00', '09:00')).toEqual(['11-24T09:00 11-25T09:00 ana'])
})

test('a member who holds several places has a turn for each, and neighbours of one person are one shift', () => {
  const of = schedule([daily('2026-11-23T09:00', 'ana', 'bo', 'ana')], { timeZone: 'UTC' })
  expect(shifts(of, '2026-11-23T09:00Z', '2026-11-29T09:00Z')).toEqual([
    '11-23T09:00 11-24T09:00 ana',
    '11-24T09:00 11-25T09:00 bo',
    '11-25T09:00 11-27T09:00 ana',
    '11-27T09:00 11-28T09:00 bo',
    '11-28T09:00 11-29T09:00 ana',
  ])
})

const base = daily('2026-11-23T00:00', 'ana', 'bo')
const evening = {
  ...daily('2026-11-23T00:00', 'cy'),
  restrictions: [{ days: [1], from: '18:00', to: '20:00' }],
}
const utc = { timeZone: 'UTC' }
const monday = ['2026-11-23T00:00Z', '2026-11-24T00:00Z'] as const

test('a later rotation lies on top of earlier ones where it has somebody', () => {
  expect(shifts(schedule([base, evening], utc), ...monday)).toEqual([
    '11-23T00:00 11-23T18:00 ana',
    '11-23T18:00 11-23T20:00 cy',
    '11-23T20:00 11-24T00:00 ana',
  ])
  expect(shifts(schedule([evening, base], utc), ...monday)).toEqual(['11-23T00:00 11-24T00:00 ana'])
})

const override = (
  userId: string | null,
  replaces: string | null = null,
  more: Partial<Override> = {},
): Override => ({
  ...window('2026-11-23T17:00Z', '2026-11-23T19:00Z'),
  ...{ userId, replaces, beside: false },
  ...more,
})

test.each([
  [
    'takes the place of everybody',
    [override('dee')],
    ['17:00 19:00 dee!', '19:00 20:00 cy', '20:00 00:00 ana'],
  ],
  [
    'takes the place of one person only',
    [override('dee', 'ana')],
    ['17:00 18:00 dee!', '18:00 20:00 cy', '20:00 00:00 ana'],
  ],
  [
    'of somebody who is not on call changes nothing',
    [override('dee', 'bo')],
    ['17:00 18:00 ana', '18:00 20:00 cy', '20:00 00:00 ana'],
  ],
  ['without a person leaves nobody', [override(null)], ['19:00 20:00 cy', '20:00 00:00 ana']],
  ['takes one person out', [override(null, 'cy')], ['17:00 18:00 ana', '19:00 20:00 cy', '20:00 00:00 ana']],
  [
    'adds somebody beside the others',
    [override('dee', null, { beside: true })],
    ['17:00 18:00 ana+dee!', '18:00 19:00 cy+dee!', '19:00 20:00 cy', '20:00 00:00 ana'],
  ],
  [
    'lies on top of those that were made before',
    [override('dee'), override('eve', 'dee', window('2026-11-23T18:00Z', '2026-11-23T21:00Z'))],
    ['17:00 18:00 dee!', '18:00 19:00 eve!', '19:00 20:00 cy', '20:00 00:00 ana'],
  ],
  [
    'for whoever is on call anyway changes nothing',
    [override('ana', null, window('2026-11-23T17:00Z', '2026-11-23T18:00Z'))],
    ['17:00 18:00 ana', '18:00 20:00 cy', '20:00 00:00 ana'],
  ],
])('an override %s', (_, overrides, expected) => {
  const found = shifts(
    schedule([base, evening], { ...utc, overrides }),
    '2026-11-23T17:00Z',
    '2026-11-24T00:00Z',
  )
  expect(found.map((line) => line.replaceAll(/\d\d-\d\dT/g, ''))).toEqual(expected)
})

test('who is gone leaves their turns to the rotation below, or a gap, and nobody else has a turn earlier', () => {
  const gone = { ana: '2026-11-23T12:00Z', cy: '2026-11-01T00:00Z' }
  const of = schedule([base, evening], { ...utc, gone })
  expect(shifts(of, '2026-11-23T00:00Z', '2026-11-26T00:00Z')).toEqual([
    '11-23T00:00 11-23T12:00 ana',
    '11-24T00:00 11-25T00:00 bo',
  ])
  expect(shifts(schedule([base, evening], { ...utc, gone: { cy: gone.cy } }), ...monday)).toEqual([
    '11-23T00:00 11-24T00:00 ana',
  ])
})

test('an override in favour of somebody who is gone is none; who stands in for somebody who is gone stays', () => {
  const with_ = (overrides: Override[], gone: Record<string, string>) =>
    shifts(schedule([base, evening], { ...utc, overrides, gone }), '2026-11-23T17:00Z', '2026-11-23T20:00Z')
  const left = '2026-11-20T00:00Z'
  expect(with_([override('dee')], { dee: left })).toEqual([
    '11-23T17:00 11-23T18:00 ana',
    '11-23T18:00 11-23T20:00 cy',
  ])
  expect(with_([override('dee', 'ana')], { ana: left })).toEqual([
    '11-23T17:00 11-23T18:00 dee!',
    '11-23T18:00 11-23T20:00 cy',
  ])
  expect(with_([override('dee', 'cy')], { cy: left })).toEqual([
    '11-23T17:00 11-23T18:00 ana',
    '11-23T18:00 11-23T19:00 dee!',
    '11-23T19:00 11-23T20:00 ana',
  ])
})

test('before its start a rotation has nobody; a thousand years later it is asked as quickly', () => {
  const of = schedule([hourly('1970-01-01T00:00', 'ana', 'bo', 'cy', 'dee', 'eve')])
  expect(shifts(schedule([base]), '2026-11-22T00:00Z', '2026-11-23T00:00Z')).toEqual([
    '11-22T23:00 11-23T00:00 ana',
  ])
  const began = performance.now()
  for (let index = 0; index < 100; index += 1)
    shiftsOf(of, window('2970-06-01T00:00:00.000Z', '2970-06-01T00:00:00.001Z'))
  expect(performance.now() - began).toBeLessThan(1_000)
})
