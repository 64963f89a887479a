import { expect, test } from 'vitest'
import { SentryBehaviour } from '#contract/sentry-connection.ts'
import { type Happening, planOf } from './plan.ts'

const ANA = { kind: 'user', id: 'ana', name: 'Ana' } as const
const PROGRAM = { kind: 'api-key', id: 'key', name: 'deploy' } as const
const SENTRY = { kind: 'integration', id: 'sentry', name: 'Sentry' } as const
const OPSKNIGHT = { kind: 'system', id: null, name: 'OpsKnight' } as const

/** `resolved by Ana`, one after the other. */
const happened = (...of: [kind: string, actor: Happening['actor'], text?: string][]): Happening[] =>
  of.map(([kind, actor, text = null], n) => ({
    ...{ number: n + 1, incidentId: 'one', at: new Date(n * 1_000), kind, actor, text },
    data: kind === 'assigned' ? { toId: 'bo' } : {},
  }))

const ALL = SentryBehaviour.parse({ comments: true })

/** What is done, in words, and the rows that are settled with it. */
function planned(happenings: Happening[], behaviour = ALL) {
  const { steps, settled } = planOf(happenings, behaviour)
  const words = steps.map((step) => {
    const what = 'status' in step ? step.status : 'userId' in step ? step.userId : ''
    return `${step.kind}${what && ` ${what}`}${step.isDoubtful ? '?' : ''}${step.rows.length ? ` #${step.rows}` : ''}`
  })
  return [...words, ...(settled.length ? [`settled #${settled}`] : [])].join(', ')
}

test.each<[string, Happening[], string]>([
  ['a new incident', happened(['triggered', SENTRY]), 'enrich, link #1'],
  ['an acknowledgement', happened(['acknowledged', ANA]), 'assign ana #1'],
  ['the acknowledgement of a program', happened(['acknowledged', PROGRAM]), 'settled #1'],
  ['a resolution by a program', happened(['resolved', PROGRAM]), 'status resolved #1'],
  ['a resolution by Sentry', happened(['resolved', SENTRY]), 'look #1'],
  ['an acknowledgement that has run out', happened(['reopened', OPSKNIGHT]), 'link #1'],
  [
    'the last of several wishes',
    happened(['acknowledged', ANA], ['resolved', ANA], ['reopened', ANA], ['resolved', ANA]),
    'assign ana #1, link #3, status resolved #4, settled #2',
  ],
  [
    'the last of several people',
    happened(['acknowledged', ANA], ['assigned', ANA]),
    'assign bo #2, settled #1',
  ],
  ['every comment', happened(['noted', ANA, 'one'], ['noted', ANA, 'two']), 'comment #1, comment #2'],
  ['a comment of Sentry', happened(['noted', SENTRY, 'one']), 'settled #1'],
  [
    'a wish after which Sentry has spoken',
    happened(['reopened', ANA], ['resolved', SENTRY]),
    'status unresolved?, link? #1, look #2',
  ],
  [
    'a wish after Sentry has spoken',
    happened(['resolved', SENTRY], ['reopened', ANA]),
    'status unresolved, link #2, settled #1',
  ],
  [
    'an alert that came again',
    happened(['triggered', SENTRY], ['resolved', ANA], ['triggered', SENTRY]),
    'status resolved? #2, enrich, link #3, settled #1',
  ],
])('%s', (_of, happenings, plan) => {
  expect(planned(happenings)).toBe(plan)
})

test('what is switched off is settled at once', () => {
  const off = SentryBehaviour.parse({
    ...{ enrich: false, assign: false, resolve: 'off', reopen: false, link: false, reconcile: false },
  })
  const all = happened(
    ['triggered', SENTRY],
    ['acknowledged', ANA],
    ['assigned', ANA],
    ['noted', ANA, 'one'],
    ['resolved', ANA],
    ['reopened', ANA],
    ['resolved', SENTRY],
  )
  expect(planned(all, off)).toBe('settled #1,2,3,4,5,6,7')
})

test('what a program has noted all day while Sentry was away is planned in no time', () => {
  const notes = happened(
    ...Array.from(
      { length: 20_000 },
      (_, n) => ['noted', PROGRAM, `note ${n}`] as [string, Happening['actor'], string],
    ),
  )
  const began = performance.now()
  const { steps } = planOf(notes, ALL)
  expect(performance.now() - began).toBeLessThan(2_000)
  expect(steps.map(({ rows }) => rows)).toEqual(notes.map(({ number }) => [number]))
})
