import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Fixture, loadFixtures } from '../integrations/fixtures.ts'
import { integrations } from '../integrations/index.ts'
import { bytewise, headers, mutate, placesOf, sometimes, structural } from '../testing/mutations.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const RUNS = 10_000
const SEED = 20_260_301
const AT_ONCE = 128
const TIMEOUT_MS = 120_000

type Case = { type: 'sentry' | 'events'; headers: Record<string, string>; body: Buffer }

const fixtures = integrations.flatMap(({ type }) =>
  loadFixtures(type).map((fixture) => ({ type: type as Case['type'], fixture })),
)
const caseOf = (
  type: Case['type'],
  { delivery }: Fixture,
  body: Buffer,
  more: Record<string, string> = {},
): Case => ({
  type,
  headers: { ...(delivery.headers as Record<string, string>), ...more },
  body,
})

/** Delivers everything, many at once, and holds each answer against the delivery log. */
async function deliverAll(t: TestApp, cases: readonly Case[]): Promise<Map<number, number>> {
  const unlimited = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }
  const sentry = await t.create.integration(unlimited)
  const events = await t.create.integration(unlimited, { type: 'events' })
  const send = ({ type, headers: sent, body }: Case) =>
    t.app.inject({
      method: 'POST',
      url: type === 'events' ? '/api/events' : `/api/integrations/sentry?integrationId=${sentry.id}`,
      headers: { ...sent, ...(type === 'events' ? { authorization: `Token token=${events.id}` } : {}) },
      payload: body,
    })

  const answered = new Map<string, number>()
  for (let start = 0; start < cases.length; start += AT_ONCE) {
    const group = cases.slice(start, start + AT_ONCE)
    const answers = await Promise.all(group.map(send))
    for (const [index, { statusCode, headers: of, body }] of answers.entries()) {
      if (statusCode !== 202 && statusCode !== 400) {
        throw new Error(`${statusCode} ${body} to ${group[index]!.body.toString('base64')}`)
      }
      answered.set(String(of['opsknight-delivery-id']), statusCode)
    }
  }
  const logged = await t.db.selectFrom('deliveries').select(['id', 'http_status']).execute()
  expect(answered.size).toBe(cases.length)
  expect(new Map(logged.map(({ id, http_status }) => [id, http_status]))).toEqual(answered)
  expect(t.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  expect(await t.deliver(sentry, '{"issue":{"id":"after"}}')).toMatchObject({ status: 202 })
  return countBy([...answered.values()])
}

const countBy = (values: readonly number[]) =>
  new Map([...Map.groupBy(values, (value) => value)].map(([value, same]) => [value, same.length]))

test('any type in any place of any message is answered and recorded', { timeout: TIMEOUT_MS }, async () => {
  const t = await testApp()
  const others = [null, 7, 'a\u0000b\ud800', {}, [[null, { a: 1 }]]]
  const cases = fixtures.flatMap(({ type, fixture }) => {
    const text = fixture.delivery.rawBody.toString()
    const places = placesOf(parsed(text))
    return places.flatMap((_place, index) =>
      others.map((other) =>
        caseOf(type, fixture, Buffer.from(JSON.stringify(replacedAt(text, index, other)))),
      ),
    )
  })
  expect(cases.length).toBeGreaterThan(9_000)
  const counts = await deliverAll(t, cases)
  expect(counts.get(202)).toBeGreaterThan(8_000)
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function replacedAt(text: string, index: number, value: unknown): unknown {
  const copy = JSON.parse(text)
  const { parent, key } = placesOf(copy)[index]!
  parent[key] = value
  return copy
}

test(`${RUNS} random mutations are answered and recorded, never a 5xx`, { timeout: TIMEOUT_MS }, async () => {
  const t = await testApp()
  const arbitrary = fc.record({
    index: fc.nat(fixtures.length - 1),
    changes: fc.array(structural, { maxLength: 4 }),
    byteChanges: sometimes(fc.array(bytewise, { minLength: 1, maxLength: 3 }), []),
    more: sometimes(headers, {}),
  })
  const cases = fc
    .sample(arbitrary, { numRuns: RUNS, seed: SEED })
    .map(({ index, changes, byteChanges, more }) => {
      const { type, fixture } = fixtures[index]!
      return caseOf(type, fixture, mutate(fixture, changes, byteChanges), more)
    })
  const counts = await deliverAll(t, cases)
  expect(counts.get(202)).toBeGreaterThan(RUNS / 3)
  expect(counts.get(400)).toBeGreaterThan(RUNS / 20)
  expect({}).not.toHaveProperty('polluted')
})

test('random bytes under any header are answered and recorded', async () => {
  const t = await testApp()
  const cases = Array.from({ length: 500 }, (_, index): Case => {
    const resource = index % 2 ? { 'sentry-hook-resource': 'event_alert' } : {}
    const type = index % 5 ? 'sentry' : 'events'
    return { type, headers: { 'content-type': 'application/json', ...resource }, body: randomBytes(index) }
  })
  expect(await deliverAll(t, cases)).toEqual(new Map([[400, 500]]))
})
