import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test, vi } from 'vitest'
import { AppError } from '../platform/errors.ts'
import { openJournal } from '../platform/journal.ts'
import { createLog } from '../platform/log.ts'
import { createTestDatabase } from '../testing/database.ts'
import { lineTo } from '../testing/line.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import type { Intake, Receipt } from './model.ts'
import { withJournal } from './outage.ts'

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

const journalIn = (folder: string, maxBytes = MAX_BYTES) =>
  openJournal(folder, { maxBytes, onDamaged: (file) => expect.fail(`${file} is damaged`) })

async function serverOnALine({ maxBytes = MAX_BYTES } = {}) {
  const folder = journalFolder()
  const line = await lineTo(await createTestDatabase())
  const t = await testApp({ databaseUrl: line.url, journal: journalIn(folder, maxBytes) })
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

const NOTHING_HAPPENED: Receipt = {
  deliveryId: null,
  outcome: 'ignored',
  reason: null,
  result: null,
  incidentId: null,
}

const intake = (id: string): Intake => ({
  at: new Date('2026-03-01T09:00:00.000Z'),
  serviceId: '',
  actor: { kind: 'system', id: null, name: 'test' },
  source: null,
  verdict: { outcome: 'ignored', reason: 'nothing' },
  isReplay: false,
  delivery: {
    ...{ id, kind: null, headers: {}, body: Buffer.alloc(0), bodyBytes: 0, bodyTruncated: false },
    ...{ replayOf: null, replayedBy: null, idempotencyKey: null },
  },
})

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
  expect(await t.nobody.get('/readyz')).toMatchObject({
    status: 200,
    body: { status: 'ready', via: 'journal', database: 'away', waiting: 3 },
  })

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
  await vi.waitUntil(async () => (await t.nobody.get('/readyz')).body.via === 'database', {
    timeout: 10_000,
  })
  expect((await t.deliver(sentry, issue('3'))).body.result.action).toBe('triggered')
  expect(await t.nobody.get('/readyz')).toMatchObject({
    status: 200,
    body: { status: 'ready', via: 'database' },
  })
})

test('a server that can neither reach its database nor put more on its disk is not ready', async () => {
  const line = await lineTo(await createTestDatabase())
  const journal = openJournal(journalFolder(), { maxBytes: 2_000, onDamaged: () => {} })
  const t = await testApp({ databaseUrl: line.url, journal })
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await line.cut()
  expect((await t.deliver(sentry, issue('2'))).body.result.action).toBe('queued')
  const refused = await t.deliver(sentry, { ...issue('3'), padding: 'x'.repeat(2_000) })
  expect(refused).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  expect(await t.nobody.get('/readyz')).toMatchObject({
    status: 503,
    body: { status: 'unavailable', reason: 'The database does not answer, and the journal takes no more.' },
  })
})

test('an integration that nobody has delivered to before is known when the database goes away', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration({}, { secret: 'shared between both' })
  const next = await t.anotherServer({ journal: journalIn(journalFolder()) })
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

test('an outage that lasts does not make integrations unknown', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await line.cut()
  for (const kind of ['resync', 'configuration'] as const) {
    t.deps.live.tell({ kind })
    t.clock.advance({ minutes: 1 })
    expect(await t.deliver(sentry, issue(kind))).toMatchObject({
      status: 202,
      body: { result: { action: 'queued' } },
    })
  }
})

test('a database that has become read-only, as after a failover, loses nothing', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration()
  const reconnect = async () => {
    await line.cut()
    await line.mend()
  }
  await setOfDatabase(t, 'set default_transaction_read_only = on')
  await reconnect()
  expect((await t.deliver(sentry, issue('1'))).body.result.action).toBe('queued')
  await setOfDatabase(t, 'reset default_transaction_read_only')
  await reconnect()
  await caughtUp(t, 1)
})

const setOfDatabase = ({ db }: Pick<TestApp, 'db'>, setting: string) =>
  db.transaction().execute(async (trx) => {
    await sql`set transaction read write`.execute(trx)
    await sql`do $$ begin execute 'alter database ' || current_database() || ${sql.lit(` ${setting}`)}; end $$`.execute(
      trx,
    )
  })

test('a database that says nothing any more does not keep a tool waiting', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  t.clock.advance({ seconds: 5 })
  const program = t.withKey(await t.create.apiKey('events'))
  line.freeze()
  const [queued, ofStranger, ofProgram] = await Promise.all([
    t.deliver(sentry, issue('2')),
    t.deliver({ ...sentry, id: 'a'.repeat(43) }, issue('3')),
    program.post('/api/events', { event_action: 'resolve', dedup_key: 'k', service_id: sentry.serviceId }),
  ])
  expect(queued).toMatchObject({ status: 202, body: { result: { action: 'queued' } } })
  for (const refused of [ofStranger, ofProgram])
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
  line.thaw()
  await caughtUp(t, 2)
  expect(await t.db.selectFrom('incidents').select('event_count').execute()).toEqual([
    { event_count: 1 },
    { event_count: 1 },
  ])
})

test('what arrives in the very moment in which the journal runs empty is applied too', async () => {
  const applied: string[] = []
  const journal = journalIn(journalFolder())
  let whenApplied = () => {}
  const ingest = withJournal(
    { log: createLog('silent') },
    {
      submit: async () => Promise.reject(new AppError('unavailable', 'away')),
      commitTogether: async (intakes) => {
        applied.push(...intakes.map(({ delivery }) => delivery!.id))
        whenApplied()
        return []
      },
      flush: async () => {},
      letGo: () => {},
    },
    journal,
  )
  let late: Promise<unknown> | undefined
  whenApplied = () => {
    late ??= ingest.submit(intake('second'))
  }
  await ingest.submit(intake('first'))
  await vi.waitUntil(() => applied.length === 2, { timeout: 10_000 })
  await late
  await ingest.stop()
  expect(applied).toEqual(['first', 'second'])
  journal.close()
})

test('under load that goes on the journal is emptied all the same, in order', async () => {
  const journal = journalIn(journalFolder(), 1_000_000_000)
  const applied: string[] = []
  let isAway = true
  const apply = async (intakes: Intake[]): Promise<Receipt[]> => {
    if (isAway) throw new AppError('unavailable', 'away')
    for (let turn = 0; turn < 5; turn += 1) await nextTurn()
    applied.push(...intakes.map(({ delivery }) => delivery!.id))
    return intakes.map(() => NOTHING_HAPPENED)
  }
  const ingest = withJournal(
    { log: createLog('silent') },
    {
      submit: async (one) => (await apply([one]))[0]!,
      commitTogether: apply,
      flush: async () => {},
      letGo: () => {},
    },
    journal,
  )
  let isDirect = false
  const sent: string[] = []
  const keepSending = async () => {
    while (!isDirect) {
      sent.push(String(sent.length))
      const { result } = await ingest.submit(intake(sent.at(-1)!))
      isDirect = result === null
    }
  }
  const senders = Array.from({ length: 500 }, keepSending)
  await vi.waitUntil(() => sent.length > 1_000, { interval: 1 })
  isAway = false
  await vi.waitUntil(() => isDirect, { timeout: 10_000 })
  await Promise.all(senders)
  await ingest.stop()
  expect(applied).toEqual(sent)
  journal.close()
})

test('what is refused while the database is away takes no room in the journal', async () => {
  const { t, line, folder } = await serverOnALine()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await line.cut()
  expect(await t.deliver(sentry, 'not JSON')).toMatchObject({ status: 400, body: { code: 'invalid_json' } })
  await t.app.close()
  const journal = journalIn(folder)
  expect(journal.isEmpty).toBe(true)
  journal.close()
})

test('a journal that is full refuses with a time to try again, and what it holds is applied all the same', async () => {
  const { t, line } = await serverOnALine({ maxBytes: 5_000 })
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await line.cut()
  expect((await t.deliver(sentry, issue('2'))).body.result.action).toBe('queued')
  const large = { ...issue('3'), culprit: 'x'.repeat(5_000) }
  expect(await t.deliver(sentry, large)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '30' },
    body: { code: 'unavailable' },
  })
  await line.mend()
  await caughtUp(t, 2)
})

test('a clock that jumps back and forth while the database is away does not change the order', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await line.cut()
  await t.deliver(sentry, issue('2'))
  t.clock.advance({ hours: -1 })
  await t.deliver(sentry, issue('2', 'resolved'))
  t.clock.advance({ hours: 1 })
  await t.deliver(sentry, issue('2'))
  await line.mend()
  await caughtUp(t, 4)
  const statuses = t.db.selectFrom('incidents').select('status').where('dedup_key', '=', 'sentry-2')
  expect(await statuses.orderBy('number').execute()).toEqual([{ status: 'resolved' }, { status: 'open' }])
})

test('a delivery whose commit was not heard of is not applied again', async () => {
  const { t, line, folder } = await serverOnALine()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await line.cut()
  await t.deliver(sentry, issue('1'))
  // The same entry twice stands for one that was committed and journaled as well.
  await t.app.close()
  const journal = journalIn(folder)
  const [entry] = journal.read(1, MAX_BYTES)
  await journal.append(entry!.record, entry!.body)

  await line.mend()
  const again = await testApp({ databaseUrl: line.url, journal })
  await caughtUp(again, 2)
  await vi.waitUntil(() => journal.isEmpty, { timeout: 10_000 })
  expect(await again.db.selectFrom('incidents').select('event_count').execute()).toEqual([{ event_count: 2 }])
})

test('a delivery that PostgreSQL refuses when it is back pages under a plain name, as it would have before', async () => {
  const { t, line } = await serverOnALine()
  const sentry = await t.create.integration()
  await t.deliver(sentry, issue('1'))
  await sql
    .raw(`alter table incidents add constraint no_poison check (title <> 'Problem poison')`)
    .execute(t.db)
  await line.cut()
  for (const id of ['2', 'poison', '3'])
    expect((await t.deliver(sentry, issue(id))).body.result.action).toBe('queued')
  await line.mend()
  await caughtUp(t, 4)
  const titles = await t.db.selectFrom('incidents').select('title').orderBy('number').execute()
  expect(titles.map(({ title }) => title)).toEqual([
    ...['Problem 1', 'Problem 2'],
    ...['Alert that could not be stored as it came', 'Problem 3'],
  ])
  expect(await t.db.selectFrom('escalations').select('incident_id').execute()).toHaveLength(4)
})

test('what people ask for while the database is away is answered 503, and works again afterwards', async () => {
  const { t, line } = await serverOnALine()
  const key = t.withKey(await t.create.apiKey('read'))
  await line.cut()
  expect(await key.get('/api/v1/incidents')).toMatchObject({ status: 503, body: { code: 'unavailable' } })
  await line.mend()
  await vi.waitUntil(async () => (await key.get('/api/v1/incidents')).status === 200, { timeout: 10_000 })
})
