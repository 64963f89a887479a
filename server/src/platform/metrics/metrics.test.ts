import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createTestDatabase } from '../../testing/database.ts'
import { lineTo } from '../../testing/line.ts'
import { type Client, type TestApp, testApp } from '../../testing/test-app.ts'
import { openJournal } from '../journal.ts'
import { VERSION } from '../version.ts'
import { isDirectFromThisMachine } from './routes.ts'

const issue = (id: string, action = 'created') => ({
  action,
  issue: { id, title: `Problem ${id}`, level: 'error' },
})

/** Every sample by its name and labels, as Prometheus reads them. */
async function scrape(client: Client): Promise<Map<string, number>> {
  const { status, text } = await client.get('/metrics')
  expect(status).toBe(200)
  const lines = text.split('\n').filter((line) => line && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]))
}

const shown = (samples: Map<string, number>, names: string[]) =>
  Object.fromEntries(names.map((name) => [name, samples.get(name)]))

test('deliveries are counted by their answer, events by what they did, and a commit by its size', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const signed = await t.create.integration({}, { secret: 'shared between both' })
  await t.deliver(sentry, issue('1'))
  await t.deliver(sentry, issue('1'))
  await t.deliver(sentry, issue('1', 'resolved'))
  await t.deliver(sentry, issue('2', 'resolved'))
  await t.deliver(signed, issue('3'))
  await t.deliver({ ...sentry, id: 'a'.repeat(43) }, issue('4'))

  const samples = await scrape(t.nobody)
  const expected = {
    'opsknight_deliveries_total{outcome="accepted",code=""}': 3,
    'opsknight_deliveries_total{outcome="ignored",code=""}': 1,
    'opsknight_deliveries_total{outcome="queued",code=""}': 0,
    'opsknight_deliveries_total{outcome="rejected",code="signature_missing"}': 1,
    'opsknight_deliveries_total{outcome="rejected",code="integration_not_found"}': 1,
    'opsknight_events_total{action="triggered"}': 1,
    'opsknight_events_total{action="deduplicated"}': 1,
    'opsknight_events_total{action="resolved"}': 1,
    'opsknight_events_total{action="ignored"}': 1,
    opsknight_webhook_answer_seconds_count: 6,
    opsknight_ingest_batch_size_sum: 5,
    opsknight_ingest_commit_seconds_count: 5,
    opsknight_ingest_queue_seconds_count: 5,
  }
  expect(shown(samples, Object.keys(expected))).toEqual(expected)
})

test('a message that is repeated is counted as a delivery, and as one event only', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const headers = { 'idempotency-key': 'once' }
  for (let time = 1; time <= 3; time += 1) await t.deliver(sentry, issue('1'), { headers })
  const samples = await scrape(t.nobody)
  expect(samples.get('opsknight_deliveries_total{outcome="accepted",code=""}')).toBe(3)
  expect(samples.get('opsknight_events_total{action="triggered"}')).toBe(1)
})

test('what is to be done, the connections, the process and the release are there; answers to people by route', async () => {
  const t = await testApp()
  const incident = await t.create.incident()
  await t.create.incident()
  const admin = await t.asRole('admin')
  await admin.post(`/api/v1/incidents/${incident.number}/acknowledge`)
  await admin.get('/api/v1/incidents/987654')
  t.clock.advance({ minutes: 2 })

  const samples = await scrape(t.nobody)
  const route = (method: string, status: number, path: string) =>
    `opsknight_http_request_seconds_count{method="${method}",route="${path}",status="${status}"}`
  const expected = {
    'opsknight_active_incidents{status="open"}': 1,
    'opsknight_active_incidents{status="acknowledged"}': 1,
    opsknight_escalations_due: 1,
    opsknight_escalations_oldest_due_seconds: 120,
    opsknight_database_up: 1,
    'opsknight_database_pool_waiting{pool="main"}': 0,
    'opsknight_database_pool_waiting{pool="alerts"}': 0,
    [route('POST', 200, '/api/v1/incidents/:id/acknowledge')]: 1,
    [route('GET', 404, '/api/v1/incidents/:id')]: 1,
    opsknight_heartbeat_last_success_timestamp_seconds: undefined,
    [`opsknight_build_info{version="${VERSION}",node="${process.versions.node}"}`]: 1,
  }
  expect(shown(samples, Object.keys(expected))).toEqual(expected)
  for (const name of ['nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes']) {
    expect(samples.get(name), name).toBeGreaterThan(0)
  }
})

test('no id, title or address of anybody is a label', async () => {
  const t = await testApp()
  const { id, integration } = await t.create.incident({ title: 'A title that nobody must see' })
  await t.nobody.get(`/api/v1/incidents/${id}`)
  await t.nobody.get(`/somewhere/${id}?integrationId=${integration.id}`)
  const { text } = await t.nobody.get('/metrics')
  for (const told of [id, integration.id, integration.ref, 'A title that']) expect(text).not.toContain(told)
})

test('while the database is away the figures say so and show nothing old, and the journal shows what waits', async () => {
  const { t, line } = await serverWithJournal()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  expect((await scrape(t.nobody)).get('opsknight_active_incidents{status="open"}')).toBe(1)
  await line.cut()
  await t.deliver(sentry, issue('2'))
  await t.deliver(sentry, issue('3'))
  t.clock.advance({ seconds: 10 })

  const samples = await scrape(t.nobody)
  const expected = {
    opsknight_database_up: 0,
    'opsknight_active_incidents{status="open"}': undefined,
    opsknight_escalations_due: undefined,
    opsknight_worker_last_sweep_timestamp_seconds: undefined,
    'opsknight_deliveries_total{outcome="queued",code=""}': 2,
    opsknight_journal_entries: 2,
    opsknight_journal_set_aside: 0,
  }
  expect(shown(samples, Object.keys(expected))).toEqual(expected)
  expect(samples.get('opsknight_journal_bytes')).toBeGreaterThan(500)
})

test('a clock that is set back does not keep old figures', async () => {
  const t = await testApp()
  const open = async () => (await scrape(t.nobody)).get('opsknight_active_incidents{status="open"}')
  expect(await open()).toBe(0)
  await t.create.incident()
  t.clock.advance({ hours: -1 })
  expect(await open()).toBe(1)
})

async function serverWithJournal(): Promise<{ t: TestApp; line: Awaited<ReturnType<typeof lineTo>> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'opsknight-metrics-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const line = await lineTo(await createTestDatabase())
  const journal = openJournal(folder, { maxBytes: 1_000_000, onDamaged: () => {} })
  return { line, t: await testApp({ databaseUrl: line.url, journal }) }
}

const from = (remoteAddress: string, headers: Record<string, string> = {}) =>
  isDirectFromThisMachine({ raw: { socket: { remoteAddress } }, headers } as never)

test.each([
  ['127.0.0.1', {}, true],
  ['127.4.5.6', {}, true],
  ['::1', {}, true],
  ['::ffff:127.0.0.1', {}, true],
  ['10.0.0.7', {}, false],
  ['2001:db8::1', {}, false],
  ['::ffff:10.0.0.7', {}, false],
  ['', {}, false],
  ['127.0.0.1', { 'x-forwarded-for': '127.0.0.1' }, false],
  ['127.0.0.1', { 'x-forwarded-host': 'example.com' }, false],
  ['127.0.0.1', { forwarded: 'for=127.0.0.1' }, false],
  ['127.0.0.1', { via: '1.1 proxy' }, false],
  ['127.0.0.1', { 'x-real-ip': '127.0.0.1' }, false],
])('whether %s with %o is on this machine: %s', (address, headers, is) => {
  expect(from(address, headers)).toBe(is)
})

test('everybody else needs an API key that reads', async () => {
  const t = await testApp()
  const status = async (headers: Record<string, string>, remoteAddress = '203.0.113.9') =>
    (await t.app.inject({ url: '/metrics', headers, remoteAddress })).statusCode
  const bearer = async (scope: 'read' | 'events') => `Bearer ${await t.create.apiKey(scope)}`
  expect(await status({})).toBe(401)
  expect(await status({ authorization: 'Bearer ok_wrong' })).toBe(401)
  expect(await status({ authorization: await bearer('events') })).toBe(403)
  expect(await status({ authorization: await bearer('read') })).toBe(200)
  expect(await status({ 'x-forwarded-for': '203.0.113.9' }, '127.0.0.1')).toBe(401)
})
