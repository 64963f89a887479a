import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addMinutes } from '../platform/clock.ts'
import type { PolicyVersion } from '../services/policies.ts'
import type { Attempted } from './attempts.ts'
import type { FindPeople } from './people.ts'
import { needsAdministrators, record } from './record.ts'
import type { DueEscalation, NextState } from './store.ts'
import { attemptOf, type Turn, turnOf } from './turns.ts'

const OPENED = new Date('2026-03-01T09:00:00.000Z')
const NAMES = ['ana', 'bo', 'cy', 'di']
const NOBODY = 'nobody can be told'

type Case = {
  repeat: number
  steps: { wait: number; people: string[] }[]
  fallback: string[] | null
  /** Whom nobody can page from one minute until another. */
  away: { name: string; from: number; minutes: number }[]
  administrator: boolean
  /** How many minutes pass between two looks of the worker, in turn. */
  pauses: number[]
}

const someone = fc.subarray(NAMES, { minLength: 1 })
const cases: fc.Arbitrary<Case> = fc.record({
  repeat: fc.nat(3),
  steps: fc.array(fc.record({ wait: fc.constantFrom(0, 0, 1, 3, 5, 20), people: someone }), {
    minLength: 1,
    maxLength: 4,
  }),
  fallback: fc.option(someone),
  away: fc.array(
    fc.record({
      name: fc.constantFrom(...NAMES),
      from: fc.nat(40),
      minutes: fc.integer({ min: 1, max: 100 }),
    }),
    { maxLength: 5 },
  ),
  administrator: fc.boolean(),
  pauses: fc.array(fc.constantFrom(1, 1, 1, 1, 2, 60), { minLength: 1, maxLength: 8 }),
})

const isThere = ({ away }: Case, name: string, minute: number) =>
  !away.some((one) => one.name === name && one.from <= minute && minute < one.from + one.minutes)

function* looksOf({ pauses }: Case): Generator<number> {
  for (let [minute, index] = [0, 0]; ; index += 1) {
    yield minute
    minute += pauses[index % pauses.length]!
  }
}

/** `minute cause step.cycle names`, in order, until it has ended. */
function engine(given: Case): string[] {
  const policy: PolicyVersion = {
    ...{
      policyId: 'p',
      version: 1,
      name: 'Primary',
      newestVersion: 1,
      isDeleted: false,
      repeat: given.repeat,
    },
    steps: given.steps.map(({ wait, people }) => ({ waitMinutes: wait, targets: people.map(toUser) })),
    fallback: given.fallback?.map(toUser) ?? null,
  }
  const find: FindPeople = (targets) => ({
    people: targets.map(({ id }) => ({ id, name: id })),
    problems: [],
  })
  const said: string[] = []
  let row: DueEscalation = {
    ...{ incidentId: 'i', urgency: 'high', dueAt: OPENED, onlyUserId: null },
    ...{ policy: null, servicePolicyId: 'p', run: null },
  }
  for (const minute of looksOf(given)) {
    const now = addMinutes(OPENED, minute)
    while (row.dueAt <= now) {
      const state = turn(turnOf(row, policy, now), now, minute)
      if (!state.dueAt) return said
      row = rowOf(row, state)
    }
  }
  throw new Error('It never ends')

  function turn(turn: Turn, now: Date, minute: number): NextState {
    const attempt = attemptOf(turn, find)
    let attempted: Attempted | undefined
    if (attempt) {
      const paged = attempt.people.filter(({ id }) => isThere(given, id, minute))
      attempted = { paged, already: attempt.already, problems: [] }
      const where = attempt.step === null ? attempt.cause : `${attempt.step}.${attempt.cycle}`
      said.push(`${minute} ${where} ${paged.map(({ id }) => id)}`)
    }
    let administrators: Attempted | undefined
    if (needsAdministrators(turn, attempted, now)) {
      const paged = given.administrator ? [{ id: 'adm', name: 'adm' }] : []
      administrators = { paged, already: [], problems: [] }
      said.push(`${minute} administrators ${given.administrator ? 'adm' : NOBODY}`)
    }
    const { state } = record(turn, { attempted, administrators, whyNobody: 'nobody is there', now })
    if (!state) throw new Error('Nothing says where it goes on')
    return state
  }
}

const toUser = (id: string) => ({ type: 'user' as const, id })
const rowOf = (row: DueEscalation, state: NextState): DueEscalation => ({
  ...row,
  dueAt: state.dueAt!,
  policy: { policyId: 'p', version: 1 },
  run: { ...state, dueAt: state.dueAt!, cycleStartedAt: state.cycleStartedAt! },
})

/** The same, straight from what docs/escalation.md says. */
function oracle(given: Case): string[] {
  const { steps, repeat, fallback } = given
  const looks = looksOf(given)
  let looked = looks.next().value as number
  const lookFrom = (minute: number) => {
    while (looked < minute) looked = looks.next().value as number
    return looked
  }
  const administrators = given.administrator ? 'adm' : NOBODY
  const said: string[] = []
  // Lateness moves everything that follows.
  let cycleStart = 0
  let due = steps[0]!.wait
  let lastPaged = Number.NEGATIVE_INFINITY
  for (let cycle = 0; cycle <= repeat; cycle += 1) {
    const paged = new Set<string>()
    let at = due
    for (const [index, { people }] of steps.entries()) {
      at = lookFrom(due)
      cycleStart += at - due
      const already = people.some((name) => paged.has(name))
      const fresh = people.filter((name) => !paged.has(name) && isThere(given, name, at))
      said.push(`${at} ${index + 1}.${cycle} ${fresh}`)
      for (const name of fresh) paged.add(name)
      if (fresh.length > 0) lastPaged = at
      due = fresh.length > 0 || already ? at + (steps[index + 1]?.wait ?? 0) : at
    }
    const again = Math.max(at, cycleStart + 5)
    if (cycle < repeat) {
      if (paged.size === 0) said.push(`${at} administrators ${administrators}`)
      cycleStart = again
      due = again + steps[0]!.wait
    } else due = paged.size === 0 ? at : Math.max(again, lastPaged + 5)
  }
  const at = lookFrom(due)
  const reached = fallback?.filter((name) => isThere(given, name, at)) ?? []
  if (fallback) said.push(`${at} fallback ${reached}`)
  if (reached.length === 0) said.push(`${at} administrators ${administrators}`)
  return said
}

test('whatever the policy, whoever is away and whenever the worker looks: who is paged when is what the rules say', () => {
  fc.assert(
    fc.property(cases, (given) => {
      expect(engine(given)).toEqual(oracle(given))
    }),
    { seed: 20_261_125, numRuns: 3_000 },
  )
})

test('nobody is paged twice in a cycle, who is there is never left out, and somebody hears of the end', () => {
  fc.assert(
    fc.property(cases, (given) => {
      const said = engine(given).map((line) => {
        const [minute, where, names = ''] = line.split(' ')
        return { minute: Number(minute), where: where!, names: names.split(',').filter(Boolean) }
      })
      for (let cycle = 0; cycle <= given.repeat; cycle += 1) {
        const steps = said.filter(({ where }) => where.endsWith(`.${cycle}`))
        expect(steps.map(({ where }) => where)).toEqual(
          given.steps.map((_step, index) => `${index + 1}.${cycle}`),
        )
        const paged = steps.flatMap(({ names }) => names)
        expect(new Set(paged).size).toBe(paged.length)
        for (const name of given.steps.flatMap(({ people }) => people))
          if (!given.away.some((one) => one.name === name)) expect(paged).toContain(name)
        // A cycle that reaches nobody is made up for.
        if (paged.length === 0) {
          const at = steps.at(-1)!.minute
          expect(said.some((one) => one.minute === at && /administrators|fallback/.test(one.where))).toBe(
            true,
          )
        }
      }
      const last = said.at(-1)!
      expect(last.where).toMatch(/^(administrators|fallback)$/)
      const before = said.findLast(({ where, names }) => /\./.test(where) && names.length > 0)
      const inLastCycle = said.some(
        ({ where, names }) => where.endsWith(`.${given.repeat}`) && names.length > 0,
      )
      if (before && inLastCycle) expect(last.minute - before.minute).toBeGreaterThanOrEqual(5)
    }),
    { seed: 4, numRuns: 1_000 },
  )
})
