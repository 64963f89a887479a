import { expect, test } from 'vitest'
import type { Shift } from '#contract/schedules.ts'
import { daysFrom, piecesOf, shareOf, withGaps } from './pieces.ts'

const week = daysFrom('Europe/Berlin', '2026-10-19', 7)
const [from, to] = [week[0]!.start, week[6]!.end]
const shift = (start: string, end: string, ...userIds: string[]): Shift => ({
  start: `2026-10-${start}:00.000Z`,
  end: `2026-10-${end}:00.000Z`,
  userIds,
  source: 'rotation',
})

test('what no shift covers is a gap: before, between, after, and where a shift has nobody', () => {
  const stretches = withGaps(
    [
      shift('19T07:00', '20T07:00', 'dana'),
      shift('20T12:00', '21T07:00', 'bo'),
      shift('21T07:00', '22T07:00'),
    ],
    from,
    to,
  )
  expect(
    stretches.map(({ kind, userIds, end }) => [kind, ...userIds, end.toISOString().slice(8, 16)]),
  ).toEqual([
    ['gap', '19T07:00'],
    ['rotation', 'dana', '20T07:00'],
    ['gap', '20T12:00'],
    ['rotation', 'bo', '21T07:00'],
    ['gap', '25T23:00'],
  ])
})

test('a shift that reaches beyond the week is cut there and keeps its times', () => {
  const stretches = withGaps([shift('18T07:00', '26T08:00', 'dana')], from, to)
  expect(piecesOf(week, stretches)).toMatchObject([{ left: 0, width: 1, isCutLeft: true, isCutRight: true }])
  expect(stretches[0]!.start.toISOString()).toBe('2026-10-18T07:00:00.000Z')
})

test('the day of 25 hours is as wide as the others', () => {
  const sunday = week[6]!
  expect(sunday.end.getTime() - sunday.start.getTime()).toBe(25 * 3_600_000)
  expect(shareOf(week, sunday.start)).toBeCloseTo(6 / 7)
  expect(shareOf(week, new Date(sunday.start.getTime() + 12.5 * 3_600_000))).toBeCloseTo(6.5 / 7)
  expect(shareOf(week, new Date(from.getTime() - 1))).toBe(0)
  expect(shareOf(week, to)).toBe(1)
})
