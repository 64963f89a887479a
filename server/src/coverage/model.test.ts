import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EscalationTarget } from '#contract/escalation-policies.ts'
import { type Blind, gapsOf, type Ways } from './model.ts'

const WINDOW = { start: 0, end: 24 }
const shift = (start: number, end: number, ...userIds: string[]) => ({ start, end, userIds })

const ways = (more: Partial<Record<'days' | 'nights', ReturnType<typeof shift>[]>> = {}): Ways => ({
  obstacleOf: (id) => (['ana', 'bo'].includes(id) ? null : `${id} has no contact method`),
  membersOf: (id) => ({
    name: id,
    members:
      id === 'ops'
        ? [
            { userId: 'ana', isLead: false },
            { userId: 'cy', isLead: true },
          ]
        : [],
  }),
  shiftsOf: (id) => ({ name: id, shifts: more[id as 'days'] ?? [] }),
})

const user = (id: string): EscalationTarget => ({ type: 'user', id })
const schedule = (id: string): EscalationTarget => ({ type: 'schedule', id })
const team = (id: string, leadsOnly = false): EscalationTarget => ({ type: 'team', id, leadsOnly })
const words = (gaps: Blind[]) => gaps.map(({ start, end, causes }) => `${start}-${end} ${causes.join('; ')}`)

test.each<[string, EscalationTarget[], string[]]>([
  ['somebody who can be paged leaves no gap', [user('ana')], []],
  ['nor does somebody beside them who cannot', [user('cy'), user('ana')], []],
  ['somebody who cannot be paged leaves all of it', [user('cy')], ['0-24 cy has no contact method']],
  ['a team of which one can be paged', [team('ops')], []],
  ['a team whose lead cannot be paged', [team('ops', true)], ['0-24 cy has no contact method']],
  ['a team without members', [team('new')], ['0-24 new has no members']],
  ['a team without a lead', [team('new', true)], ['0-24 nobody leads new']],
  [
    'a schedule with gaps',
    [schedule('days')],
    ['0-8 nobody is on call in days', '12-14 cy has no contact method', '20-24 nobody is on call in days'],
  ],
  [
    'two schedules that leave the same time open',
    [schedule('days'), schedule('nights')],
    [
      '7-8 nobody is on call in days; nobody is on call in nights',
      '12-14 cy has no contact method; nobody is on call in nights',
    ],
  ],
  ['a schedule, and somebody who can be paged', [schedule('days'), user('bo')], []],
  [
    'a schedule, and somebody who cannot',
    [user('di'), schedule('nights')],
    ['7-19 di has no contact method; nobody is on call in nights'],
  ],
])('%s', (_what, targets, expected) => {
  const days = [shift(8, 12, 'ana'), shift(12, 14, 'cy'), shift(14, 20, 'cy', 'bo')]
  const nights = [shift(0, 7, 'bo'), shift(19, 24, 'bo')]
  expect(words(gapsOf(targets, ways({ days, nights }), WINDOW))).toEqual(expected)
})

const shifts = fc
  .array(fc.record({ length: fc.nat(5), userIds: fc.subarray(['ana', 'bo', 'cy', 'di']) }), { maxLength: 12 })
  .map((pieces) => {
    let at = 0
    return pieces.flatMap(({ length, userIds }) => {
      const one = { start: at, end: Math.min(at + length, WINDOW.end), userIds }
      at += length
      return one.start < one.end && userIds.length > 0 ? [one] : []
    })
  })
const targets = fc.array(
  fc.constantFrom(
    ...[user('ana'), user('cy'), schedule('days'), schedule('nights')],
    ...[team('ops'), team('ops', true), team('new')],
  ),
  { minLength: 1, maxLength: 4 },
)

test('at every moment there is a gap or somebody is reached, never both', () => {
  fc.assert(
    fc.property(shifts, shifts, targets, (days, nights, targets) => {
      const known = ways({ days, nights })
      const gaps = gapsOf(targets, known, WINDOW)
      for (const [index, gap] of gaps.entries()) {
        expect(gap.start).toBeLessThan(gap.end)
        expect(gap.causes).not.toEqual([])
        expect(gap.start).toBeGreaterThanOrEqual(gaps[index - 1]?.end ?? WINDOW.start)
      }
      for (let at = WINDOW.start; at < WINDOW.end; at += 0.5) {
        const people = targets.flatMap(({ type, id, leadsOnly }) => {
          if (type === 'user') return [id]
          if (type === 'team')
            return known
              .membersOf(id)
              .members.filter(({ isLead }) => isLead || !leadsOnly)
              .map(({ userId }) => userId)
          return known.shiftsOf(id).shifts.find(({ start, end }) => start <= at && at < end)?.userIds ?? []
        })
        const isReached = people.some((id) => known.obstacleOf(id) === null)
        expect(gaps.some(({ start, end }) => start <= at && at < end)).toBe(!isReached)
      }
    }),
    { seed: 4, numRuns: 2_000 },
  )
})

test('a schedule that every step names is looked at once', () => {
  let looks = 0
  const shiftsOf = (id: string) => {
    looks += 1
    return ways().shiftsOf(id)
  }
  const targets = Array.from({ length: 1_000 }, () => schedule('days'))
  expect(words(gapsOf(targets, { ...ways(), shiftsOf }, WINDOW))).toEqual(['0-24 nobody is on call in days'])
  expect(looks).toBe(1)
})
