import { expect, test } from 'vitest'
import type { Urgency } from '#contract/common.ts'
import { addSeconds } from '../platform/clock.ts'
import { gather } from './window.ts'

const NOW = new Date('2026-03-01T09:00:00.000Z')
const at = (seconds: number) => addSeconds(NOW, seconds)

type Case = {
  what: string
  /** Seconds ago, and how urgent. */
  paged: [number, Urgency] | null
  asked: Urgency
  lateBy?: number
  /** In seconds from now. */
  goes: number
  opens: boolean
}

test.each<Case>([
  { what: 'the first page goes at once', paged: null, asked: 'low', goes: 0, opens: true },
  { what: 'the next one waits for the end', paged: [10, 'high'], asked: 'high', goes: 20, opens: false },
  {
    what: 'one of the same instant waits too',
    paged: [0, 'medium'],
    asked: 'medium',
    goes: 30,
    opens: false,
  },
  { what: 'a less urgent one waits', paged: [29, 'high'], asked: 'low', goes: 1, opens: false },
  { what: 'a more urgent one breaks through', paged: [10, 'medium'], asked: 'high', goes: 0, opens: true },
  { what: 'after 30 seconds it begins anew', paged: [30, 'high'], asked: 'low', goes: 0, opens: true },
  {
    what: 'what is late has waited enough',
    ...{ paged: [1, 'high'], asked: 'high', lateBy: 31, goes: 0, opens: false },
  },
  {
    what: 'a little late is not late',
    paged: [1, 'high'],
    asked: 'high',
    lateBy: 30,
    goes: 29,
    opens: false,
  },
  {
    what: 'a clock that was ahead holds nothing up',
    paged: [-60, 'high'],
    asked: 'low',
    goes: 0,
    opens: true,
  },
])('$what', ({ paged, asked, lateBy = 0, goes, opens }) => {
  const window = paged && { openedAt: at(-paged[0]), urgency: paged[1] }
  const gathered = gather(window, { urgency: asked, dueAt: at(-lateBy) }, NOW)
  expect(gathered).toEqual({ at: at(goes), window: opens ? { openedAt: NOW, urgency: asked } : window })
})
