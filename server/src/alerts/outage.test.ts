import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openJournal } from '../platform/journal.ts'
import { createTestDatabase } from '../testing/database.ts'
import { lineTo } from '../testing/line.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const MAX_BYTES = 10_000_000
const issue = (id: string, action = 'created') => ({
  action,
  issue: { id, title: `Problem ${id}`, level: 'error' },
})

function journalFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'opsknight-outage-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function serverOnALine() {
  const folder = journalFolder()
  const line = await lineTo(await createTestDatabase())
  const t = await testApp({ databaseUrl: line.url, journal: openJournal(folder, MAX_BYTES) })
  return { t, line, folder }
}

const caughtUp = (t: Pick<TestApp, 'db'>, deliveries: number) =>
  vi.waitUntil(
    async () => {
      const rows = await t.db
        .selectFrom('deliveries')
        .select('id')
        .execute()
        .catch(() => [])
      return rows.length === deliveries
    },
    { timeout: 20_000, interval: 50 },
  )

test('while the database is away alerts are queued, in order, and take effect once when it is back', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration()
  expect((await t.deliver(sentry, issue('1'))).body.result.action).toBe('triggered')

  await line.cut()
  const queued = [
    await t.deliver(sentry, issue('2')),
    await t.deliver(sentry, issue('2')),
    await t.deliver(sentry, issue('1', 'resolved')),
  ]
  expect(queued.map(({ status, body }) => [status, body.result.action])).toEqual([
    [202, 'queued'],
    [202, 'queued'],
    [202, 'queued'],
  ])
  expect(await t.nobody.get('/readyz')).toMatchObject({ status: 200, body: { database: 'away' } })

  await line.mend()
  await caughtUp(t, 4)
  const incidents = await t.db
    .selectFrom('incidents')
    .select(['dedup_key', 'status', 'event_count'])
    .orderBy('number')
    .execute()
  expect(incidents).toEqual([
    { dedup_key: 'sentry-1', status: 'resolved', event_count: 1 },
    { dedup_key: 'sentry-2', status: 'open', event_count: 2 },
  ])
  await vi.waitUntil(async () => (await t.deliver(sentry, issue('3'))).body.result.action === 'triggered', {
    timeout: 10_000,
  })
})

test('an integration that nobody has delivered to before is known when the database goes away', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration({}, { secret: 'shared between both' })
  const next = await t.anotherServer({ journal: openJournal(journalFolder(), MAX_BYTES) })
  await line.cut()
  expect(await next.deliver(sentry, issue('1'))).toMatchObject({
    status: 401,
    body: { code: 'signature_missing' },
  })
  const signed = await next.deliver(sentry, issue('1'), { secret: 'shared between both' })
  expect(signed).toMatchObject({ status: 202, body: { result: { action: 'queued' } } })
  const stranger = await next.deliver({ ...sentry, id: 'a'.repeat(43) }, issue('1'))
  expect(stranger).toMatchObject({ status: 503, body: { code: 'unavailable' } })
})

test('a delivery whose commit was not heard of is not applied again', async () => {
  const { t, line, folder } = await serverOnALine()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await line.cut()
  await t.deliver(sentry, issue('1'))
  // The same entry twice stands for one that was committed and journaled as well.
  await t.app.close()
  const journal = openJournal(folder, MAX_BYTES)
  const [entry] = journal.read(1)
  await journal.append(entry!.record, entry!.body)

  await line.mend()
  const again = await testApp({ databaseUrl: line.url, journal })
  await caughtUp(again, 2)
  await vi.waitUntil(() => journal.isEmpty, { timeout: 10_000 })
  expect(await again.db.selectFrom('incidents').select('event_count').execute()).toEqual([{ event_count: 2 }])
})

test('what people ask for while the database is away is answered 503, and works again afterwards', async () => {
  const { t, line } = await serverOnALine()
  const key = t.withKey(await t.create.apiKey('read'))
  await line.cut()
  expect(await key.get('/api/v1/incidents')).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  await line.mend()
  await vi.waitUntil(async () => (await key.get('/api/v1/incidents')).status === 200, { timeout: 10_000 })
})
