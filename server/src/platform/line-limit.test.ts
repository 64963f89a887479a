import { expect, test } from 'vitest'
import { testClock } from '../testing/clock.ts'
import { lineLimit } from './line-limit.ts'

test('of a flood only the first lines of each minute are logged, and the next one says how many were left out', () => {
  const clock = testClock()
  const limit = lineLimit(clock, 2)
  expect([1, 2, 3, 4].map(() => limit.take('flood'))).toEqual([{ leftOut: 0 }, { leftOut: 0 }, null, null])
  expect(limit.take('other')).toEqual({ leftOut: 0 })
  clock.advance({ minutes: 1 })
  expect([1, 2, 3].map(() => limit.take('flood'))).toEqual([{ leftOut: 2 }, { leftOut: 0 }, null])
})
