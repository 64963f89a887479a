import { expect, test } from 'vitest'
import { differences, type Found, told } from './check.ts'
import { FAULTS } from './faults.ts'
import { Ledger, type Message } from './ledger.ts'
import { tableOf } from './report.ts'
import { Houses, runFaults } from './run.ts'

// Servers and databases that only die are in server/src/process.test.ts; what takes longer than all others together is left
// to `npm run faults`.
const SHORT = FAULTS.filter(({ name }) => /^(full disk|pool that hangs|clock|.* dies while)/.test(name))
const PLAN = { seed: 20_261_125, rounds: SHORT.length, seconds: 1, senders: 12, faults: SHORT }

test(
  'whatever befalls two servers and their database: what was accepted is there once, and nothing twice',
  { timeout: 120_000 },
  async () => {
    await using houses = new Houses()
    const report = await runFaults(PLAN, houses, () => undefined)
    const wrong = report.rounds.flatMap(({ fault, differences }) => differences.map((one) => [fault, one]))
    expect(wrong, tableOf(report)).toEqual([])
    for (const { fault, ledger } of report.rounds) expect(ledger.answers.get(202), fault).toBeGreaterThan(200)
  },
)

const message = (marker: string, over: Partial<Message> = {}): Message => ({
  ...{ marker, action: 'trigger', outcome: 'accepted', sent: 1 },
  ...over,
})

/** One problem, reported twice and resolved, as it is in the database when all is well. */
function example(): { ledger: Ledger; found: Found } {
  const ledger = new Ledger()
  const messages = [message('s.1'), message('s.2'), message('s.3', { action: 'resolve' })]
  ledger.stories.push({ key: 's', isInOrder: true, messages })
  const results = ['triggered', 'deduplicated', 'resolved']
  const deliveries = messages.map(({ marker }, index) => ({
    ...{ title: marker, result: results[index]!, incident_id: 'i', is_repeat: false },
  }))
  const incident = { id: 'i', dedup_key: 'sentry-s', status: 'resolved', event_count: 2 }
  return { ledger, found: { deliveries, incidents: [{ ...incident, begun: 1, resolved: 1, pages: 0 }] } }
}

test('nothing differs when all is well', () => {
  const { ledger, found } = example()
  expect(differences(ledger, found)).toEqual([])
})

const change = <Row extends object>(row: Row, to: Partial<Row>) => void Object.assign(row, to)

type Example = ReturnType<typeof example>
test.each<[string, (example: Example) => void, RegExp]>([
  [
    'lost',
    ({ found }) => void found.deliveries.splice(1, 1),
    /s\.2 was accepted \(sent 1 times\) and is there 0/,
  ],
  [
    'there twice',
    ({ found }) => void found.deliveries.push(found.deliveries[1]!),
    /s\.2 .* is there 2 times/,
  ],
  [
    'counted twice',
    ({ found }) => change(found.incidents[0]!, { event_count: 3 }),
    /made .*\[3\].*, not .*\[2\]/,
  ],
  ['overtaken', ({ found }) => change(found.incidents[0]!, { status: 'open' }), /"isActive":true}, not/],
  ['not paged', ({ found }) => change(found.incidents[0]!, { status: 'open' }), /0 escalation rows/],
  [
    'without a beginning',
    ({ found }) => change(found.incidents[0]!, { begun: 0 }),
    /0 entries of its beginning/,
  ],
  ['unheard of', ({ found }) => change(found.deliveries[0]!, { title: 'x' }), /"x" was never sent/],
  ['answered 500', ({ ledger }) => void ledger.wrongAnswers.push('A answered 500'), /A answered 500/],
])('what is %s is a difference', (_what, damage, told) => {
  const damaged = example()
  damage(damaged)
  expect(differences(damaged.ledger, damaged.found).join('\n')).toMatch(told)
})

test('two active incidents of one key are a difference', () => {
  const { ledger, found } = example()
  const [incident] = found.incidents
  for (const id of ['j', 'k'])
    found.incidents.push({ ...incident!, id, status: 'open', resolved: 0, pages: 1 })
  expect(differences(ledger, found)).toContain('sentry-s has 2 active incidents')
})

test('what was not answered may have happened once, or not at all', () => {
  const { ledger, found } = example()
  ledger.stories[0]!.messages[2]!.outcome = 'unknown'
  expect(differences(ledger, found)).toEqual([])
  found.deliveries.pop()
  change(found.incidents[0]!, { status: 'open', resolved: 0, pages: 1 })
  expect(differences(ledger, found)).toEqual([])
})

test('a story tells which incidents it makes', () => {
  const actions = ['trigger', 'resolve', 'resolve', 'trigger', 'trigger'] as const
  const messages = actions.map((action, index) => message(String(index), { action }))
  expect(told(messages)).toEqual({ counts: [1, 2], isActive: true })
})
