import { expect, test } from 'vitest'
import { lengthWords, shortOf, spanIn } from './words.ts'

test('names where they have no room', () => {
  expect(
    [['Dana Okonjo'], ['You'], ['You', 'Bo Sandvik'], ['Dana Okonjo', 'Bo', 'Ana'], []].map(shortOf),
  ).toEqual(['DO', 'You', 'You +1', 'DO +2', '!'])
})

test('a shift over midnight names both days, in the zone asked for', () => {
  const [start, end] = [new Date('2026-11-26T22:30Z'), new Date('2026-11-27T05:30Z')]
  expect(spanIn('UTC', start, end)).toBe('Thu 26 Nov, 22:30 – Fri 27 Nov, 05:30')
  expect(spanIn('Asia/Kathmandu', start, end)).toBe('Fri 27 Nov, 04:15 – 11:15')
})

test('how long a shift is, in the two units that matter', () => {
  const from = new Date('2026-11-26T00:00Z')
  const after = (minutes: number) => lengthWords(from, new Date(from.getTime() + minutes * 60_000))
  expect([45, 60, 90, 1_440, 1_441, 1_560, 10_080].map(after)).toEqual([
    '45 min',
    '1 h',
    '1 h 30 min',
    '1 d',
    '1 d',
    '1 d 2 h',
    '7 d',
  ])
})
