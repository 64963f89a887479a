import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { buildApp } from '../app.ts'
import { testApp } from '../testing/test-app.ts'

const ALERT = JSON.stringify({ action: 'created', issue: { id: '1', title: 'Broken' } })
/** Wide, for machines that are busy with something else: an answer without the question to the database takes a quarter of the time. */
const SLOWEST_TO_FASTEST = 2
const ROUNDS = 150

/** A server that counts what it asks the database, and addresses that lead nowhere for all the reasons there are. */
async function setUp() {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const [events, sentry, rotated, deleted, ofDeleted, disabled] = [
    await t.create.integration({}, { type: 'events' }),
    await t.create.integration(),
    await t.create.integration(),
    await t.create.integration(),
    await t.create.integration(),
    await t.create.integration({}, { type: 'events' }),
  ]
  await admin.post(`/api/v1/integrations/${rotated.ref}/rotate-id`)
  await admin.delete(`/api/v1/integrations/${deleted.ref}`)
  await admin.delete(`/api/v1/services/${ofDeleted.serviceId}`)
  await admin.delete(`/api/v1/integrations/${disabled.ref}`)

  let statements = 0
  const db = t.db.withPlugin({
    transformQuery: ({ node }) => {
      statements += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const app = await buildApp(
    { ...t.deps, db, peopleDb: db },
    { shedding: { delayMs: Number.POSITIVE_INFINITY } },
  )
  onTestFinished(() => app.close())
  await app.ready()
  const addresses = {
    'never was': randomBytes(32).toString('base64url'),
    'of another tool': events.id,
    rotated: rotated.id,
    deleted: deleted.id,
    'of a deleted service': ofDeleted.id,
    'the other name of one that is there': sentry.ref,
    malformed: `${'x'.repeat(42)}.`,
  }
  const webhook = (address: string) =>
    app.inject({ method: 'POST', url: `/api/integrations/sentry?integrationId=${address}`, payload: ALERT })
  const event = (key: string) =>
    app.inject({
      method: 'POST',
      url: '/api/events',
      headers: { authorization: `Token token=${key}` },
      payload: '{}',
    })
  return {
    addresses,
    keys: { ...addresses, 'of another tool': sentry.id, deleted: disabled.id },
    webhook,
    event,
    count: () => statements,
  }
}

type Answer = Awaited<ReturnType<Awaited<ReturnType<typeof setUp>>['webhook']>>

/** Everything that whoever asks can see, but for the time and the number of the request. */
function shown({ statusCode, headers, body }: Answer) {
  const { date, 'x-request-id': id, ...others } = headers
  expect([date, id]).toEqual([expect.any(String), expect.any(String)])
  return [statusCode, others, body.replace(String(id), 'ID').length, body.replace(String(id), 'ID')]
}

const FRONT_DOORS = ['webhook', 'event'] as const

test.each(FRONT_DOORS)(
  '%s: every address that leads nowhere costs as many statements and gets the same bytes',
  async (door) => {
    const t = await setUp()
    const seen = []
    for (const [why, address] of Object.entries(door === 'webhook' ? t.addresses : t.keys)) {
      const before = t.count()
      const answer = await t[door](address)
      seen.push({ why, statements: t.count() - before, shown: shown(answer) })
    }
    const [first] = seen
    expect(first!.shown[0]).toBe(door === 'webhook' ? 404 : 401)
    expect(first!.statements).toBe(1)
    for (const { why, ...same } of seen) expect({ why, ...same }).toEqual({ ...first, why })
  },
)

test.each(FRONT_DOORS)('%s: every address that leads nowhere takes as long', async (door) => {
  const t = await setUp()
  const addresses = Object.values(door === 'webhook' ? t.addresses : t.keys)
  const times = addresses.map(() => [] as number[])
  // Interleaved, so that whatever else the machine does slows all of them.
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let turn = 0; turn < addresses.length; turn += 1) {
      const index = (turn + round) % addresses.length
      const started = performance.now()
      await t[door](addresses[index]!)
      times[index]!.push(performance.now() - started)
    }
  }
  // The fastest tenth is what it takes when nothing else comes between.
  const fastest = times.map((all) => all.toSorted((a, b) => a - b)[ROUNDS / 10]!)
  expect(Math.max(...fastest) / Math.min(...fastest), fastest.join()).toBeLessThan(SLOWEST_TO_FASTEST)
})
