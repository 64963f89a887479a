import { expect, test } from 'vitest'
import { addMinutes } from '../platform/clock.ts'
import { afterStep, begin, isCycleInVain, nextTurn, type Plan, type Run, type StepResult } from './model.ts'

const OPENED = new Date('2026-03-01T09:00:00.000Z')
const at = (minutes: number) => addMinutes(OPENED, minutes)
const minuteOf = (time: Date) => (time.getTime() - OPENED.getTime()) / 60_000
const planOf = (waits: number[], repeat = 0): Plan => ({
  repeat,
  steps: waits.map((waitMinutes) => ({ waitMinutes })),
})

/** Who each step reaches: `a`, nobody (``), or whoever it names was paged before in this cycle (`=`). */
type Reach = string
const resultOf = (reach: Reach): StepResult => ({
  paged: /^[a-z]$/.test(reach) ? [reach] : [],
  wasPaged: reach === '=',
})

/** Everything that happens when the worker looks at these minutes (by default at every one): `minute step.cycle`, `end`. */
function play(
  plan: Plan,
  reaches: Reach[],
  looks = Array.from({ length: 300 }, (_, minute) => minute),
): string[] {
  let run: Run = begin(OPENED, plan)
  const said: string[] = []
  for (const minute of looks) {
    const now = at(minute)
    for (let turn = nextTurn(run, plan, now); turn.do !== 'wait'; turn = nextTurn(run, plan, now)) {
      if (turn.do === 'end') return [...said, `${minute} end`]
      said.push(`${minute} ${turn.step + 1}.${run.cycle}`)
      run = afterStep(run, plan, resultOf(reaches[turn.step] ?? ''), now)
    }
  }
  return [...said, 'goes on']
}

test.each<[string, Plan, Reach[], string[]]>([
  ['one step at once, and five minutes to answer', planOf([0]), ['a'], ['0 1.0', '5 end']],
  ['a first step that waits', planOf([3]), ['a'], ['3 1.0', '8 end']],
  ['steps after their waits', planOf([0, 5, 10]), ['a', 'b', 'c'], ['0 1.0', '5 2.0', '15 3.0', '20 end']],
  ['two steps that page at once', planOf([0, 0]), ['a', 'b'], ['0 1.0', '0 2.0', '5 end']],
  [
    'a repeat when the waits are over',
    planOf([0, 10], 1),
    ['a', 'b'],
    ['0 1.0', '10 2.0', '10 1.1', '20 2.1', '25 end'],
  ],
  [
    'a repeat after five minutes at the soonest',
    planOf([0], 2),
    ['a'],
    ['0 1.0', '5 1.1', '10 1.2', '15 end'],
  ],
  ['a repeat of a first step that waits', planOf([2], 1), ['a'], ['2 1.0', '7 1.1', '12 end']],
  [
    'an empty step, which is not waited for',
    planOf([0, 7, 4]),
    ['', 'b', 'c'],
    ['0 1.0', '0 2.0', '4 3.0', '9 end'],
  ],
  ['an empty step in the middle', planOf([0, 7, 4]), ['a', '', 'c'], ['0 1.0', '7 2.0', '7 3.0', '12 end']],
  ['an empty step at the end', planOf([0, 7]), ['a', ''], ['0 1.0', '7 2.0', '7 end']],
  [
    'an empty step at the end, moments after the one before',
    planOf([0, 1]),
    ['a', ''],
    ['0 1.0', '1 2.0', '5 end'],
  ],
  ['nobody at all', planOf([0, 7]), ['', ''], ['0 1.0', '0 2.0', '0 end']],
  [
    'nobody at all, again and again',
    planOf([0, 7], 1),
    ['', ''],
    ['0 1.0', '0 2.0', '5 1.1', '5 2.1', '5 end'],
  ],
  [
    'somebody who was paged before, who is waited for all the same',
    planOf([0, 7, 4]),
    ['a', '=', 'c'],
    ['0 1.0', '7 2.0', '11 3.0', '16 end'],
  ],
])('%s', (_what, plan, reaches, expected) => {
  expect(play(plan, reaches)).toEqual(expected)
})

test.each<[string, Plan, number[], string[]]>([
  ['before the first step', planOf([0, 5]), [60, 64, 65, 70], ['60 1.0', '65 2.0', '70 end']],
  ['within a first wait', planOf([3], 1), [0, 60, 61, 65], ['60 1.0', '65 1.1', 'goes on']],
  ['between two steps', planOf([0, 5, 5]), [0, 60, 64, 65, 70], ['0 1.0', '60 2.0', '65 3.0', '70 end']],
  ['before a repeat', planOf([0], 3), [0, 60, 64, 65], ['0 1.0', '60 1.1', '65 1.2', 'goes on']],
])(
  'after a downtime %s each step runs once and the next wait counts from then',
  (_what, plan, looks, expected) => {
    expect(play(plan, ['a', 'b', 'c'], looks)).toEqual(expected)
  },
)

test('a cycle is in vain when another follows and nobody was paged in it', () => {
  const plan = planOf([0, 0], 1)
  const first = begin(OPENED, plan)
  const nobody = resultOf('')
  const second = afterStep(first, plan, nobody, OPENED)
  expect(isCycleInVain(first, second, nobody)).toBe(false)
  const third = afterStep(second, plan, nobody, OPENED)
  expect(isCycleInVain(second, third, nobody)).toBe(true)
  expect(minuteOf(third.dueAt)).toBe(5)

  const reached = afterStep(first, plan, resultOf('a'), OPENED)
  expect(isCycleInVain(reached, afterStep(reached, plan, nobody, OPENED), nobody)).toBe(false)
  // The last cycle ends instead.
  const last = { ...second, cycle: 1 }
  expect(isCycleInVain(last, afterStep(last, plan, nobody, OPENED), nobody)).toBe(false)
})
