import { expect, test } from 'vitest'
import { axisTop, columnsOf } from './chart.ts'

const hour = (accepted: number, ignored = 0, rejected = 0) => ({
  hour: '2026-11-03T04:00:00.000Z',
  accepted,
  ignored,
  rejected,
})

test.each([
  [0, 2],
  [1, 2],
  [3, 4],
  [7, 8],
  [9, 10],
  [11, 20],
  [42, 60],
  [99, 100],
  [101, 200],
  [1_250, 2_000],
])('an hour of %i deliveries stands below an axis that ends at %i', (most, top) => {
  expect(axisTop([hour(0), hour(most)])).toBe(top)
})

test('the axis holds all outcomes of an hour on top of each other', () => {
  expect(axisTop([hour(3, 3, 3)])).toBe(10)
})

test('one rejection among thousands is still to be seen', () => {
  const [column] = columnsOf([hour(1_900, 0, 1)], 2_000)
  expect(column?.heights.accepted).toBe(95)
  expect(column?.heights.rejected).toBeGreaterThanOrEqual(1)
  expect(column?.heights.ignored).toBe(0)
})
