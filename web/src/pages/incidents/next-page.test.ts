import { expect, test } from 'vitest'
import { aWholeIncident } from '../../testing/incidents.ts'
import { aPage } from '../../testing/pages.ts'
import { countdownWords, nextPage } from './next-page.ts'

const at = (minute: number) => `2026-11-03T04:${minute}:00.000Z`
const call = aPage({ channel: 'voice', status: 'due', sentAt: null, dueAt: at(45) })
const escalating = (minute: number) =>
  aWholeIncident({
    paging: {
      ...{ state: 'due', problem: null, policy: null },
      next: { at: at(minute), step: 2, of: 3, cycle: 0, repeat: 0, who: 'whoever is on call in Nights' },
    },
  })

test('next is what is due first: a page that waits for its delay, or the next step', () => {
  expect(nextPage(escalating(47), [aPage(), call])?.who).toBe('Dana Ortiz by phone')
  expect(nextPage(escalating(44), [aPage(), call])).toEqual({
    at: new Date(at(44)),
    who: 'whoever is on call in Nights',
  })
  expect(nextPage(aWholeIncident(), [aPage()])).toBeNull()
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
