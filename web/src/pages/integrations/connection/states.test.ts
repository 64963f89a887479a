import { expect, test } from 'vitest'
import { SentryBehaviour, type SentryConnectionView } from '#contract/sentry-connection.ts'
import { aConnection } from '../../../testing/integrations.ts'
import { statesOf } from './states.ts'

const NOW = new Date('2026-11-03T05:00:00.000Z')
const at = '2026-11-03T04:56:00.000Z'
const later = '2026-11-03T05:10:00.000Z'
const codesOf = (changes: Partial<SentryConnectionView>) =>
  statesOf(aConnection(changes), NOW).map(({ code }) => code)
const textOf = (changes: Partial<SentryConnectionView>) =>
  statesOf(aConnection(changes), NOW)
    .map(({ title, detail }) => `${title}: ${detail}`)
    .join('\n')
const check = aConnection().check!

test('a connection that works has nothing to say', () => {
  expect(codesOf({})).toEqual([])
})

test.each([
  ['refused', { readsRefused: { at }, writesRefused: { at }, refusal: 'Sentry answered 401' }],
  ['writes_refused', { writesRefused: { at }, refusal: 'Sentry answered 403' }],
  ['reads_refused', { readsRefused: { at }, refusal: 'Sentry answered 403' }],
  ['unchecked', { check: null }],
  ['check_failed', { check: { ...check, problem: 'Sentry knows no such organization' } }],
  ['paused', { pausedUntil: later }],
  ['waiting', { waiting: { count: 2, oldestAt: at, problem: null } }],
  ['stuck', { waiting: { count: 1, oldestAt: at, problem: 'Sentry answered 502' } }],
  ['not_compared', { reconciled: { at, problem: 'Sentry answered 502' } }],
] as const)('"%s" is told in words', (code, changes) => {
  expect(codesOf(changes as Partial<SentryConnectionView>)).toEqual([code])
})

test('what Sentry said when it refused is repeated, with what to do', () => {
  const writesRefused = { at }
  const text = textOf({ writesRefused, refusal: 'Sentry answered 403: You do not have permission.' })
  expect(text).toContain('Sentry answered 403: You do not have permission. Issues are not assigned')
  expect(text).toContain('"Issue & Event: Read & Write"')
})

test('each permission that is missing is named as Sentry names it, with what does not work for want of it', () => {
  const lacking = [
    { scope: 'event:write' as const, for: 'Issues are not assigned', optional: false },
    { scope: 'org:read' as const, for: 'Lost deliveries are not noticed', optional: false },
  ]
  expect(textOf({ check: { ...check, lacking } })).toBe(
    'The token lacks 2 permissions: Issues are not assigned. Lost deliveries are not noticed. Set "Issue & Event: Read & Write" and "Organization: Read" in Sentry, save, and check the connection; the token stays the same.',
  )
})

test('an optional permission that is missing is no trouble', () => {
  const lacking = [{ scope: 'project:read' as const, for: 'The suspect commit is not shown', optional: true }]
  expect(codesOf({ check: { ...check, lacking } })).toEqual([])
})

test('a token that was made to read only is no problem once nothing is to be written', () => {
  const lacking = [{ scope: 'event:write' as const, for: 'Issues are not assigned', optional: false }]
  const given = {
    check: { ...check, lacking },
    writesRefused: { at },
    refusal: 'The token lacks event:write',
  }
  expect(statesOf(aConnection(given), NOW)).toMatchObject([{ code: 'lacking', level: 'problem' }])
  const { enrich, reconcile, ...writing } = aConnection().behaviour
  const off = Object.fromEntries(
    Object.keys(writing).map((name) => [name, name === 'resolve' ? 'off' : false]),
  )
  const behaviour = SentryBehaviour.parse({ ...off, enrich, reconcile })
  expect(statesOf(aConnection({ ...given, behaviour }), NOW)).toMatchObject([
    { code: 'lacking', level: 'hint' },
  ])
})

test('what a check was told and what Sentry refused are said once', () => {
  const refusal = 'Sentry does not know this token.'
  const refused = { readsRefused: { at }, writesRefused: { at }, refusal }
  expect(codesOf({ ...refused, check: { ...check, granted: [], problem: refusal } })).toEqual(['refused'])
})

test('while Sentry is left alone, what waits is counted and no alarm is raised', () => {
  const waiting = { count: 1_200, oldestAt: at, problem: 'Sentry answered 502' }
  const [state, ...others] = statesOf(aConnection({ pausedUntil: later, waiting }), NOW)
  expect(others).toEqual([])
  expect(state).toMatchObject({ code: 'paused', level: 'waiting' })
  expect(state?.detail).toContain('1,200 changes wait, the oldest for 4 min.')
})

test('what waits for a token that is refused is not a second problem', () => {
  const waiting = { count: 1, oldestAt: at, problem: 'Sentry answered 401' }
  const refused = { readsRefused: { at }, writesRefused: { at }, refusal: 'Sentry answered 401' }
  expect(statesOf(aConnection({ ...refused, waiting }), NOW)).toMatchObject([
    { code: 'refused', level: 'problem' },
    { code: 'kept', level: 'waiting', title: '1 change kept for Sentry' },
  ])
})

test('a pause that is over is not mentioned', () => {
  expect(codesOf({ pausedUntil: at })).toEqual([])
})

test('the worst comes first', () => {
  const lacking = [{ scope: 'org:read' as const, for: 'Lost deliveries are not noticed', optional: false }]
  const reconciled = { at, problem: 'Sentry answered 502' }
  expect(codesOf({ check: { ...check, lacking }, pausedUntil: later, reconciled })).toEqual([
    'not_compared',
    'paused',
    'lacking',
  ])
})
