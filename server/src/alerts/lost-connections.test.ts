import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { withinTime } from '../platform/within-time.ts'
import { createTestDatabase } from '../testing/database.ts'
import { faultyLineTo } from '../testing/faulty-line.ts'
import { lineTo } from '../testing/line.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { commitOnce, isDatabaseUnable, Patience } from './patience.ts'

const ALERT = { action: 'created', issue: { id: '1', title: 'Broken' } }
const event = {
  event_action: 'trigger',
  dedup_key: 'k',
  payload: { summary: 'x', source: 'y', severity: 'info' },
}

/** How much of everything there is, in the tables that a delivery writes. */
async function counts(t: Pick<TestApp, 'db'>) {
  const { rows } = await sql<Record<string, number>>`
    select (select count(*) from deliveries)::int as deliveries, (select count(*) from incidents)::int as incidents,
      (select coalesce(sum(event_count), 0) from incidents)::int as events,
      (select count(*) from timeline_entries)::int as entries, (select count(*) from escalations)::int as pages,
      (select coalesce(sum(accepted), 0) from integration_minutes)::int as accepted`.execute(t.db)
  return rows[0]
}
const APPLIED_ONCE = { deliveries: 1, incidents: 1, events: 1, entries: 1, pages: 1, accepted: 1 }

test.each([
  ['before it has begun', { text: 'pg_current_xact_id', when: 'unheard' }],
  ['in its middle', { text: 'insert into incidents', when: 'unheard' }],
  ['in its middle, done but unanswered', { text: 'insert into deliveries', when: 'unanswered' }],
  ['before its end', { text: 'commit', when: 'unheard' }],
  ['when it was committed and nobody has heard of it', { text: 'commit', when: 'unanswered' }],
] as const)('a connection that is lost %s loses no alert and applies none twice', async (_when, fault) => {
  const line = await faultyLineTo(await createTestDatabase())
  const t = await testApp({ databaseUrl: line.url })
  const sentry = await t.create.integration()
  line.breakAt(fault)
  const answer = await t.deliver(sentry, ALERT)
  expect(line.breaks()).toBe(1)
  expect(answer).toMatchObject({
    status: 202,
    body: { result: { action: 'triggered', incident: { number: expect.any(Number) } } },
  })
  expect(await counts(t)).toEqual(APPLIED_ONCE)
})

test('events of programs, which leave no delivery, are applied once as well', async () => {
  const line = await faultyLineTo(await createTestDatabase())
  const t = await testApp({ databaseUrl: line.url })
  const service = await t.create.service()
  const { post } = t.withKey(await t.create.apiKey('events'))
  line.breakAt({ text: 'commit', when: 'unanswered' })
  const answer = await post('/api/events', { ...event, service_id: service.id })
  expect(answer).toMatchObject({ status: 202, body: { result: { action: 'triggered' } } })
  expect(line.breaks()).toBe(1)
  expect(await t.db.selectFrom('incidents').select('event_count').execute()).toEqual([{ event_count: 1 }])
})

test('an administrator of PostgreSQL who ends our session in the middle of everything costs no alert', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null })
  const alerts = Array.from({ length: 300 }, (_, id) => ({ action: 'created', issue: { id, title: 'x' } }))
  for (const _round of [1, 2]) {
    const answers = await endingSessionsOnce(t, () => alerts.map((alert) => t.deliver(sentry, alert)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]))
  }
  const once = { incidents: 300, entries: 300, pages: 300 }
  expect(await counts(t)).toEqual({ ...once, deliveries: 600, events: 600, accepted: 600 })
})

/** Starts something while the delivery log cannot be written, and ends the sessions that wait for it. */
async function endingSessionsOnce<T>({ db }: TestApp, start: () => Promise<T>[]): Promise<T[]> {
  let running: Promise<T[]> = Promise.resolve([])
  await db.transaction().execute(async (trx) => {
    await sql`lock table deliveries in exclusive mode`.execute(trx)
    running = Promise.all(start())
    for (let ended = 0; ended === 0; ) {
      const { rows } = await sql`
        select pg_terminate_backend(pid) from pg_locks
        where not granted and relation = 'deliveries'::regclass`.execute(trx)
      ended = rows.length
    }
  })
  return running
}

test('without a database everything is answered 503 with a time to try again, soon, and nothing is half written', async () => {
  const line = await lineTo(await createTestDatabase())
  const t = await testApp({ databaseUrl: line.url })
  const sentry = await t.create.integration()
  const events = await t.create.integration({}, { type: 'events' })
  const key = t.withKey(await t.create.apiKey('events'))
  await t.deliver(sentry, ALERT)
  const before = await counts(t)

  await line.cut()
  const started = performance.now()
  const answers = await Promise.all([
    ...Array.from({ length: 100 }, (_, id) => t.deliver(sentry, { ...ALERT, issue: { id, title: 'x' } })),
    t.deliver(sentry, 'no json'),
    t.client({ authorization: `Token token=${events.id}` }).post('/api/events', event),
    key.post('/api/events', { ...event, service_id: sentry.serviceId }),
    t.deliver({ ...sentry, id: 'x'.repeat(43) }, ALERT),
  ])
  expect(performance.now() - started).toBeLessThan(5_000)
  for (const { status, headers, body, text } of answers) {
    expect([status, body.code, headers['retry-after']]).toEqual([503, 'unavailable', '5'])
    expect(text).not.toContain(sentry.id)
  }
  const refusals = t.logged.filter((line) => line.includes('ingest.database_away'))
  expect(refusals.length).toBeLessThan(10)
  const again = performance.now()
  expect((await t.deliver(sentry, ALERT)).status).toBe(503)
  expect(performance.now() - again).toBeLessThan(400)

  await line.mend()
  expect(await counts(t)).toEqual(before)
  expect(await t.deliver(sentry, ALERT)).toMatchObject({
    status: 202,
    body: { result: { action: 'deduplicated' } },
  })
  expect(t.logged.join('')).not.toMatch(new RegExp(`${sentry.id}|${events.id}`))
})

test('one bad delivery among many harms no other: what a service is deleted under is a 404, the rest is taken', async () => {
  const t = await testApp()
  const [doomed, sound] = [await t.create.integration(), await t.create.integration()]
  // Known to the server for a second, in which the service goes.
  await t.deliver(doomed, ALERT)
  await t.db
    .updateTable('services')
    .set({ deleted_at: t.clock.now() })
    .where('id', '=', doomed.serviceId)
    .execute()
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      t.deliver(index % 4 ? sound : doomed, { action: 'created', issue: { id: index, title: 'x' } }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(answers.map((_, index) => (index % 4 ? 202 : 404)))
  expect(await counts(t)).toMatchObject({ deliveries: 31, incidents: 31 })
})

test('patience waits a moment for a database that comes back, and not again for one that stays away', async () => {
  const patience = new Patience()
  const away = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  const failing = (times: number) => {
    let attempts = 0
    const work = async () => {
      attempts += 1
      if (attempts <= times) throw away
      return attempts
    }
    return { work, attempts: () => attempts }
  }
  expect(await patience.run(failing(2).work)).toBe(3)
  const forever = failing(Number.POSITIVE_INFINITY)
  await expect(patience.run(forever.work)).rejects.toBe(away)
  expect(forever.attempts()).toBe(4)
  await expect(patience.run(forever.work)).rejects.toBe(away)
  expect(forever.attempts()).toBe(5)
  expect(await patience.run(failing(0).work)).toBe(1)
  expect(await patience.run(failing(2).work)).toBe(3)
  const other = new Error('a bug')
  let calls = 0
  const buggy = async () => {
    calls += 1
    throw other
  }
  await expect(patience.run(buggy)).rejects.toBe(other)
  expect(calls).toBe(1)
})

test('a lock, a statement and an idle transaction end in time, and count as a database that cannot', async () => {
  const { db, deps } = await testApp()
  const settings = await commitOnce(deps, new Patience(), async (trx) => {
    const { rows } = await sql<Record<string, string>>`
      select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement,
        current_setting('idle_in_transaction_session_timeout') as idle`.execute(trx)
    return rows[0]
  })
  expect(settings).toEqual({ lock: '5s', statement: '8s', idle: '10s' })

  const slow = commitOnce(deps, new Patience(), async (trx) => {
    await sql`select set_config('statement_timeout', '20ms', true)`.execute(trx)
    await sql`select pg_sleep(5)`.execute(trx)
  })
  expect(isDatabaseUnable(await slow.catch((error: unknown) => error))).toBe(true)

  const locked = db.transaction().execute(async (trx) => {
    await sql`lock table services in access exclusive mode`.execute(trx)
    return commitOnce(deps, new Patience(), async (other) => {
      await sql`select set_config('lock_timeout', '20ms', true)`.execute(other)
      await sql`select from services`.execute(other)
    })
  })
  expect(isDatabaseUnable(await locked.catch((error: unknown) => error))).toBe(true)
  const silent = withinTime(new Promise(() => {}), 20)
  expect(isDatabaseUnable(await silent.catch((error: unknown) => error))).toBe(true)
  expect(await withinTime(Promise.resolve('answer'), 20)).toBe('answer')
  expect(isDatabaseUnable(new Error('a bug'))).toBe(false)
})
