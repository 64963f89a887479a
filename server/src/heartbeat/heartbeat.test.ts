import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openJournal } from '../platform/journal.ts'
import { createMetrics } from '../platform/metrics/index.ts'
import { secretBox } from '../platform/secrets.ts'
import { ensureSystemIntegration } from '../services/system-integration.ts'
import { createTestDatabase } from '../testing/database.ts'
import { lineTo } from '../testing/line.ts'
import { startServer } from '../testing/server-process.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { beat } from './beat.ts'
import { createReport } from './runner.ts'
import { noteSweep } from './sweeps.ts'

const SECRET_PATH = '/ping/3f1c-the-secret-of-the-address'

/** Another system that waits for calls. It answers these statuses in turn, and 200 afterwards. */
async function watcher(...statuses: number[]) {
  const calls: string[] = []
  const server = createServer(({ method, url }, response) => {
    calls.push(`${method} ${url}`)
    response.writeHead(statuses.shift() ?? 200).end('thanks')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${SECRET_PATH}` }
}

/** Where nobody listens any more. */
async function nobodyAt(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return `http://127.0.0.1:${port}`
}

/** A server that listens, whose worker has just looked for what is due. */
async function server(options: Parameters<typeof testApp>[0] = {}) {
  const t = await testApp(options)
  const door = `http://127.0.0.1:${await t.listen()}`
  await noteSweep(t.db, t.clock.now())
  return { t, door }
}

const journal = () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'opsknight-heartbeat-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return openJournal(folder, { maxBytes: 1_000_000, onDamaged: () => {} })
}

const recorded = (t: TestApp) =>
  t.db.selectFrom('deliveries').select(['outcome', 'http_status', 'reason']).execute()

test('when a delivery is in the database and a worker works, the address is called once', async () => {
  const { t, door } = await server()
  const { url, calls } = await watcher()
  expect(await beat(t.deps, { door, url })).toEqual({ outcome: 'sent' })
  expect(calls).toEqual([`GET ${SECRET_PATH}`])
  expect(await recorded(t)).toMatchObject([{ outcome: 'ignored', http_status: 202 }])

  const { text } = await t.nobody.get('/metrics')
  expect(text).toContain('opsknight_deliveries_total{outcome="synthetic",code=""} 1')
  expect(text).toContain('opsknight_deliveries_total{outcome="ignored",code=""} 0')
})

test('it leaves no trace that anybody sees, and uses up no number', async () => {
  const { t, door } = await server()
  const admin = await t.asRole('admin')
  const heard: unknown[] = []
  const { url } = await watcher()
  await beat(t.deps, { door, url })
  onTestFinished(t.deps.live.subscribe((message) => void heard.push(message)))
  await beat(t.deps, { door, url })
  expect(heard).toEqual([])

  const { ref, serviceId, address } = await systemRows(t)
  const { id: delivery } = await t.db.selectFrom('deliveries').select('id').limit(1).executeTakeFirstOrThrow()
  const reads = t.app.declaredRoutes
    .filter(({ method, url, access }) => method === 'GET' && access && url !== '/api/v1/live')
    .flatMap(({ url }) => [ref, serviceId, address, delivery].map((id) => url.replace(':id', id)))
  for (const read of new Set(reads)) {
    const { text } = await admin.get(read)
    for (const hidden of ['OpsKnight itself', 'opsknight-heartbeat', `"${ref}"`, `"${serviceId}"`, address])
      expect(text, read).not.toContain(hidden)
  }
  for (const change of [
    admin.delete(`/api/v1/services/${serviceId}`),
    admin.delete(`/api/v1/integrations/${ref}`),
    admin.delete(`/api/v1/integrations/${address}`),
    admin.patch(`/api/v1/integrations/${ref}`, { enabled: false }),
    admin.post(`/api/v1/integrations/${address}/rotate-id`),
    admin.post(`/api/v1/services/${serviceId}/integrations`, { type: 'sentry' }),
    admin.post('/api/v1/incidents', { serviceId, title: 'x' }),
  ])
    expect((await change).status).toBe(404)
  expect((await t.create.incident()).number).toBe(1)
})

async function systemRows(t: TestApp) {
  const row = await t.db
    .selectFrom('integrations')
    .select(['id as ref', 'service_id as serviceId', 'address'])
    .where('is_system', '=', true)
    .executeTakeFirstOrThrow()
  return row
}

test.each([
  ['without a journal', undefined],
  ['with a journal', journal],
])('while the database is away it is withheld, %s, and goes on by itself afterwards', async (_how, make) => {
  const line = await lineTo(await createTestDatabase())
  const { t, door } = await server({ databaseUrl: line.url, ...(make ? { journal: make() } : {}) })
  const { url, calls } = await watcher()
  expect(await beat(t.deps, { door, url })).toEqual({ outcome: 'sent' })
  await line.cut()
  expect(await beat(t.deps, { door, url })).toMatchObject({ outcome: 'withheld' })
  expect(calls).toHaveLength(1)
  await line.mend()
  await vi.waitUntil(async () => (await beat(t.deps, { door, url })).outcome === 'sent', { timeout: 10_000 })
})

test('a delivery of the heartbeat never waits in the journal, where people would count it', async () => {
  const line = await lineTo(await createTestDatabase())
  const kept = journal()
  const { t } = await server({ databaseUrl: line.url, journal: kept })
  const { address, type, secret } = await ensureSystemIntegration(t.deps)
  const resolved = { action: 'resolved', issue: { id: '1', title: 'Heartbeat' } }
  const send = () => t.deliver({ id: address, type }, resolved, { secret })
  expect((await send()).status).toBe(202)
  await line.cut()
  expect((await send()).status).toBe(503)
  expect(kept.isEmpty).toBe(true)
})

test('while deliveries wait in the journal, or the door is closed, it is withheld', async () => {
  const kept = journal()
  const { t, door } = await server({ journal: kept })
  const { url, calls } = await watcher()
  // It is not there for long: nobody can read it, and it is set aside.
  await vi.waitUntil(
    async () => {
      await kept.append('no delivery', Buffer.alloc(0))
      const result = await beat(t.deps, { door, url })
      return 'code' in result && result.code === 'journal'
    },
    { timeout: 10_000 },
  )
  const before = calls.length
  expect(await beat(t.deps, { door: await nobodyAt(), url })).toEqual({
    outcome: 'withheld',
    code: 'check_failed',
    reason: 'A check of the way could not be done: ECONNREFUSED',
  })
  expect(calls).toHaveLength(before)
})

test('while no worker looks for what is due it is withheld', async () => {
  const { t, door } = await server()
  const { url, calls } = await watcher()
  t.clock.advance({ minutes: 2 })
  expect(await beat(t.deps, { door, url })).toEqual({
    outcome: 'withheld',
    code: 'worker_stands_still',
    reason: 'No worker has looked for what is due since 2026-03-01T09:00:00.000Z',
  })
  expect(calls).toEqual([])
  await noteSweep(t.db, t.clock.now())
  expect(await beat(t.deps, { door, url })).toEqual({ outcome: 'sent' })
})

test('a worker that has stopped while its clock was ahead is not vouched for by the time that it noted', async () => {
  const { t, door } = await server()
  const { url } = await watcher()
  await noteSweep(t.db, new Date(t.clock.now().getTime() + 3_600_000))
  expect(await beat(t.deps, { door, url })).toMatchObject({ code: 'worker_stands_still' })
  await noteSweep(t.db, t.clock.now())
  expect(await beat(t.deps, { door, url })).toEqual({ outcome: 'sent' })
})

test('an address that fails is called once more; a redirect is not followed', async () => {
  const { t, door } = await server()
  const [once, twice, redirected] = [await watcher(500), await watcher(503, 503), await watcher(302, 302)]
  expect(await beat(t.deps, { door, url: once.url })).toEqual({ outcome: 'sent' })
  expect(once.calls).toHaveLength(2)
  expect(await beat(t.deps, { door, url: twice.url })).toMatchObject({
    outcome: 'unheard',
    reason: "The heartbeat's address answered 503",
  })
  expect(twice.calls).toHaveLength(2)
  expect(await beat(t.deps, { door, url: redirected.url })).toMatchObject({ outcome: 'unheard' })
  expect(await beat(t.deps, { door, url: `${await nobodyAt()}${SECRET_PATH}` })).toEqual({
    outcome: 'unheard',
    code: 'address_unreachable',
    reason: "The heartbeat's address did not answer: ECONNREFUSED",
  })
})

test('each change is one line of the log, without the address, and the last success is a metric', async () => {
  const { t, door } = await server()
  const metrics = createMetrics(t.clock)
  const report = createReport({ ...t.deps, metrics })
  const lastSuccess = async () =>
    Number(/heartbeat_last_success_timestamp_seconds (\d+)/.exec(await metrics.text())?.[1])
  expect(await lastSuccess()).toBe(0)
  const { url } = await watcher()
  const nobody = `${await nobodyAt()}${SECRET_PATH}`
  for (const called of [url, url, nobody, nobody, url]) {
    report(await beat(t.deps, { door, url: called }))
  }
  const lines = t.logged.map((line) => JSON.parse(line).msg as string)
  expect(lines.filter((msg) => msg.startsWith('heartbeat.'))).toEqual([
    'heartbeat.sent',
    'heartbeat.unheard',
    'heartbeat.sent',
  ])
  const { address } = await systemRows(t)
  for (const secret of [SECRET_PATH, address]) expect(t.logged.join('')).not.toContain(secret)
  expect(await lastSuccess()).toBe(t.clock.now().getTime() / 1_000)
})

test('processes that begin together make one system integration, and a secret of a lost key is replaced', async () => {
  const t = await testApp()
  const made = await Promise.all([1, 2, 3, 4].map(() => ensureSystemIntegration(t.deps)))
  expect(new Set(made.map((integration) => JSON.stringify(integration))).size).toBe(1)

  const withOtherKey = { ...t.deps, secrets: secretBox(randomBytes(32)) }
  const mended = await ensureSystemIntegration(withOtherKey)
  expect(mended.address).toBe(made[0]?.address)
  expect(mended.secret).not.toBe(made[0]?.secret)
  expect(await ensureSystemIntegration(withOtherKey)).toEqual(mended)
})

test('a server and a worker in processes of their own, on one database, beat; without the worker it stops', async () => {
  const { url, calls } = await watcher()
  const settings = {
    DATABASE_URL: await createTestDatabase(),
    OPSKNIGHT_SECRET_KEY: randomBytes(32).toString('base64'),
    OPSKNIGHT_HEARTBEAT_URL: url,
    OPSKNIGHT_DATA: mkdtempSync(path.join(tmpdir(), 'opsknight-heartbeat-')),
  }
  onTestFinished(() => rmSync(settings.OPSKNIGHT_DATA, { recursive: true, force: true }))
  const api = await startServer(settings, ['--role', 'api'])
  onTestFinished(() => api.kill())
  await vi.waitUntil(() => api.output().includes('worker_stands_still'), { timeout: 15_000 })
  expect(await api.stop()).toBe(0)
  expect(calls).toEqual([])

  const worker = await startServer(settings, ['--role', 'worker'])
  onTestFinished(() => worker.kill())
  const again = await startServer(settings, ['--role', 'api'])
  onTestFinished(() => again.kill())
  await vi.waitUntil(() => calls.length > 0, { timeout: 15_000 })
  expect(again.output()).not.toContain(SECRET_PATH)
})
