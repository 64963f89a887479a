import { expect, test } from 'vitest'
import { rangeOf, step } from './range.ts'

test('a week is the one of its day, from Monday on', () => {
  expect(rangeOf('week', '2026-11-25')).toEqual({
    first: '2026-11-23',
    count: 7,
    title: '23 – 29 November 2026',
  })
  expect(rangeOf('week', '2027-01-02').title).toBe('28 December 2026 – 3 January 2027')
})

test('a month has all weeks that touch it', () => {
  expect(rangeOf('month', '2026-11-25')).toEqual({ first: '2026-10-26', count: 42, title: 'November 2026' })
  expect(rangeOf('month', '2027-02-10')).toMatchObject({ first: '2027-02-01', count: 28 })
})

test('further and back, over the ends of years', () => {
  expect(step('month', '2026-12-31', 1)).toBe('2027-01-01')
  expect(step('month', '2026-03-31', -1)).toBe('2026-02-01')
  expect(step('week', '2026-12-30', 1)).toBe('2027-01-06')
})
