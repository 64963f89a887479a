import { expect, test } from 'vitest'
import { aPage } from '../../testing/pages.ts'
import { countdownWords, nextPage } from './next-page.ts'

const at = (minute: number) => `2026-11-03T04:${minute}:00.000Z`
const call = aPage({ channel: 'voice', status: 'due', sentAt: null, dueAt: at(45) })
test('next is the page that is due first', () => {
  const mail = aPage({ id: 'page-3', status: 'due', sentAt: null, dueAt: at(47) })
  expect(nextPage([aPage(), mail, call])).toEqual({ at: new Date(at(45)), who: 'Dana Ortiz by phone' })
  expect(nextPage([aPage()])).toBeNull()
})

test.each([
  [0, 'now'],
  [32, 'in 32 s'],
  [125, 'in 2 min 05 s'],
  [12 * 60 + 40, 'in 12 min'],
  [185 * 60, 'in 3 h 5 min'],
])('%i seconds are counted down as %s', (seconds, words) => {
  const now = new Date('2026-11-03T04:00:00.000Z')
  expect(countdownWords(new Date(now.getTime() + seconds * 1_000), now)).toBe(words)
})
