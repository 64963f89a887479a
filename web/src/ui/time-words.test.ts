import { expect, test } from 'vitest'
import { ageWords, agoWords, durationWords, momentWords } from './time-words.ts'

const now = new Date(2026, 10, 3, 14, 0, 0)
const after = (milliseconds: number) => new Date(now.getTime() + milliseconds)
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.each([
  [0, '0 s'],
  [59.9 * SECOND, '59 s'],
  [MINUTE, '1 min'],
  [90 * MINUTE, '1 h'],
  [47 * HOUR, '1 d'],
  [-5 * SECOND, '0 s'],
])('%d ms is %s', (length, words) => {
  expect(durationWords(length)).toBe(words)
})

test.each([
  [-2 * SECOND, 'now'],
  [-12 * SECOND, '12 s ago'],
  [-3 * HOUR, '3 h ago'],
  [2 * HOUR, 'in 2 h'],
  [-40 * DAY, '24 Sept 2026'],
])('%d ms from now is said as "%s"', (offset, words) => {
  expect(agoWords(after(offset), now)).toBe(words)
})

test('an age is said without "ago"', () => {
  expect(ageWords(after(-4 * MINUTE), now)).toBe('4 min')
  expect(ageWords(after(-1 * SECOND), now)).toBe('now')
})

test.each([
  [new Date(2026, 10, 3, 18, 30), '18:30'],
  [new Date(2026, 10, 4, 9, 0), 'tomorrow 09:00'],
  [new Date(2026, 10, 2, 23, 59), 'yesterday 23:59'],
  [new Date(2026, 10, 9, 9, 0), 'Mon 09:00'],
  [new Date(2026, 11, 24, 8, 5), '24 Dec 2026, 08:05'],
])('a moment is said as people say it: %s', (at, words) => {
  expect(momentWords(at, now)).toBe(words)
})
