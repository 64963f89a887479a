import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

const ALERT = JSON.stringify({ action: 'created', issue: { id: '1', title: 'Broken' } })
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } })
const range = (count: number) => Array.from({ length: count }, (_, index) => index)

const counts = (t: TestApp) => t.db.selectFrom('incidents').select('event_count').execute()

test('a repeat gets the answer of the first and has no effect; the log has both', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const first = await t.deliver(sentry, ALERT, keyed('a'))
  t.clock.advance({ minutes: 10 })
  const repeat = await t.deliver(sentry, ALERT, keyed('a'))
  expect(repeat.status).toBe(202)
  expect(repeat.body).toEqual(first.body)
  expect(first.body.result.action).toBe('triggered')
  expect(await counts(t)).toEqual([{ event_count: 1 }])
  const log = await t.db
    .selectFrom('deliveries')
    .select(['outcome', 'reason', 'incident_number'])
    .orderBy('id')
    .execute()
  expect(log).toEqual([
    { outcome: 'accepted', reason: null, incident_number: 1 },
    { outcome: 'ignored', reason: expect.stringContaining('same Idempotency-Key'), incident_number: 1 },
  ])
})

test('a repeat of a resolution does not resolve what has come since', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const resolved = ALERT.replace('created', 'resolved')
  await t.deliver(sentry, ALERT)
  expect((await t.deliver(sentry, resolved, keyed('r'))).body.result.action).toBe('resolved')
  await t.deliver(sentry, ALERT)
  expect((await t.deliver(sentry, resolved, keyed('r'))).body.result).toMatchObject({
    action: 'resolved',
    incident: { number: 1 },
  })
  const open = await t.db.selectFrom('incidents').select('number').where('status', '=', 'open').execute()
  expect(open).toEqual([{ number: 2 }])
})

test('without a key, with another one, with another body or on another integration it is another message', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const other = await t.create.integration({}, { serviceId: sentry.serviceId })
  await t.deliver(sentry, ALERT, keyed('a'))
  await t.deliver(sentry, ALERT)
  await t.deliver(sentry, ALERT, keyed('b'))
  await t.deliver(sentry, `${ALERT} `, keyed('a'))
  await t.deliver(other, ALERT, keyed('a'))
  expect(await counts(t)).toEqual([{ event_count: 5 }])
})

test('the same message packed another way is the same message', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await t.deliver(sentry, ALERT, keyed('a'))
  const headers = { 'content-encoding': 'gzip', 'idempotency-key': 'a' }
  expect((await t.deliver(sentry, gzipSync(ALERT), { headers })).body.result.action).toBe('triggered')
  expect(await counts(t)).toEqual([{ event_count: 1 }])
})

test('of simultaneous repeats one is applied and all get its answer', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const answers = await Promise.all(range(64).map(() => t.deliver(sentry, ALERT, keyed('a'))))
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  expect(answers[0]?.body.result.action).toBe('triggered')
  expect(await counts(t)).toEqual([{ event_count: 1 }])
  expect(await t.db.selectFrom('deliveries').select('id').execute()).toHaveLength(64)
})

test('of simultaneous repeats on two servers one is applied and all get its answer', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null })
  for (const round of range(10)) {
    const body = JSON.stringify({ action: 'created', issue: { id: round, title: 'Broken' } })
    const answers = await Promise.all(
      range(16).map((index) => (index % 2 ? t : other).deliver(sentry, body, keyed(`${round}`))),
    )
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
  }
  expect(new Set((await counts(t)).map(({ event_count }) => event_count))).toEqual(new Set([1]))
})

test('messages that concern no incident are remembered as well, by both servers at once', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const sentry = await t.create.integration()
  const answers = await Promise.all(
    range(64).map((index) => {
      const headers = { 'sentry-hook-resource': 'error', 'idempotency-key': `${index % 8}` }
      return (index % 3 ? t : other).deliver(sentry, '{}', { headers })
    }),
  )
  expect(new Set(answers.map(({ body }) => body.result.action))).toEqual(new Set(['ignored']))
  expect(await t.db.selectFrom('idempotency_keys').select('result').execute()).toHaveLength(8)
  const repeats = await t.db
    .selectFrom('deliveries')
    .select('id')
    .where('reason', 'like', '%Idempotency-Key%')
    .execute()
  expect(repeats).toHaveLength(56)
})

test('a resolution that came too early is not applied when it is repeated', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const resolved = ALERT.replace('created', 'resolved')
  expect((await t.deliver(sentry, resolved, keyed('r'))).body.result.action).toBe('ignored')
  await t.deliver(sentry, ALERT)
  expect((await t.deliver(sentry, resolved, keyed('r'))).body.result.action).toBe('ignored')
})

test('what was refused is not remembered: the same message signed takes effect', async () => {
  const t = await testApp()
  const secret = 'client-secret-of-sentry'
  const sentry = await t.create.integration({}, { secret })
  expect((await t.deliver(sentry, ALERT, keyed('a'))).status).toBe(401)
  expect((await t.deliver(sentry, ALERT, { ...keyed('a'), secret })).body.result.action).toBe('triggered')
})

test('a repeat of an event without a key is answered with the key that the first one was given', async () => {
  const t = await testApp()
  const { id } = await t.create.integration({}, { type: 'events' })
  const payload = { summary: 'x', source: 'y', severity: 'info' }
  const post = (key: string) =>
    t
      .client({ authorization: `Token token=${id}`, 'idempotency-key': key })
      .post('/api/events', { event_action: 'trigger', payload })
  const [first, repeat, next] = [await post('a'), await post('a'), await post('b')]
  expect(repeat.body).toEqual(first.body)
  expect(next.body.dedup_key).not.toBe(first.body.dedup_key)
  expect(await counts(t)).toEqual([{ event_count: 1 }, { event_count: 1 }])
})

test('a key may be of any length and of any characters', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  for (const key of ['x'.repeat(10_000), 'ümläut', ' ', '\t', "';--"]) {
    await t.deliver(sentry, ALERT, keyed(key))
    expect(await t.deliver(sentry, ALERT, keyed(key))).toMatchObject({ status: 202 })
  }
  // Two of them are blank, which is no key.
  expect(await counts(t)).toEqual([{ event_count: 7 }])
})
