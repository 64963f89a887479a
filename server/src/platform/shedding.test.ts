import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { buildApp } from '../app.ts'
import { NO_LIMITS, testApp } from '../testing/test-app.ts'
import { openWire } from '../testing/wire.ts'
import { connect, type Db } from './db.ts'

const ALERT = { action: 'created', issue: { id: '1', title: 'Broken' } }

test('a process that is late refuses people at once, and takes alerts and probes', async () => {
  const t = await testApp({ shedding: { delayMs: 50, sampleMs: 20 } })
  const sentry = await t.create.integration(NO_LIMITS)
  const events = await t.create.integration(NO_LIMITS, { type: 'events' })
  const admin = t.withKey(await t.create.apiKey('admin'))
  await expect.poll(async () => (await admin.get('/api/v1/services')).status).toBe(200)

  // Late without an end: nobody else comes to anything in between.
  let isLate = true
  onTestFinished(() => {
    isLate = false
  })
  const late = (async () => {
    while (isLate) {
      const end = performance.now() + 150
      while (performance.now() < end);
      await nextTurn()
    }
  })()
  await expect.poll(async () => (await admin.get('/api/v1/services')).status).toBe(503)
  const before = t.app.refusals.totals.get('shed') ?? 0
  for (const path of ['/api/v1/services', '/api/v1/nothing', '/', '/api/openapi.json', '/assets/app.js']) {
    const { status, headers, body } = await admin.get(path)
    expect([path, status, body?.code, headers['retry-after']]).toEqual([path, 503, 'unavailable', '2'])
  }
  expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 202 })
  expect(await t.client({ authorization: `Token token=${events.id}` }).post('/api/events', {})).toMatchObject(
    {
      status: 400,
    },
  )
  for (const path of ['/healthz', '/readyz', '/metrics']) {
    expect([path, (await t.nobody.get(path)).status]).toEqual([path, 200])
  }
  expect(t.app.refusals.totals.get('shed')).toBe(before + 5)
  isLate = false
  await late
  await expect.poll(async () => (await admin.get('/api/v1/services')).status).toBe(200)
})

test('a process that was late once, as when it loads a library, refuses nobody', async () => {
  const t = await testApp({ shedding: { delayMs: 50, sampleMs: 20 } })
  const admin = t.withKey(await t.create.apiKey('admin'))
  await expect.poll(() => t.app.isUnderPressure()).toBe(false)
  const end = performance.now() + 500
  while (performance.now() < end);
  await expect.poll(() => t.app.isUnderPressure(), { interval: 1 }).toBe(true)
  expect((await admin.get('/api/v1/services')).status).toBe(200)
})

test('people have so many requests under way and no more; those that hang up make room', async () => {
  const t = await testApp({ shedding: { requests: 2 } })
  const port = await t.listen()
  const sentry = await t.create.integration(NO_LIMITS)
  const key = await t.create.apiKey('admin')
  const request = `GET /api/v1/incidents HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\n\r\n`

  await t.db.transaction().execute(async (trx) => {
    await sql`lock table incidents in access exclusive mode`.execute(trx)
    const [first, second] = [await openWire(port), await openWire(port)]
    await first.send(request)
    await second.send(request)
    const third = await openWire(port)
    await expect
      .poll(async () => {
        await third.send(`GET /api/v1/me HTTP/1.1\r\nHost: a\r\n\r\n`)
        return (await third.answer()).status
      })
      .toBe(503)
    expect((await t.nobody.get('/healthz')).status).toBe(200)
    expect((await t.deliver(sentry, 'no json')).status).toBe(400)
    first.reset()
    await expect
      .poll(async () => {
        await third.send(`GET /api/v1/me HTTP/1.1\r\nHost: a\r\n\r\n`)
        return (await third.answer()).status
      })
      .toBe(401)
  })
})

test('people who use up all of their connections to the database keep no alert waiting, and not for ever', async () => {
  const t = await testApp()
  const sentry = await t.create.integration(NO_LIMITS)
  const authorization = `Bearer ${await t.create.apiKey('admin')}`
  const peopleDb = connect(t.deps.databaseUrl, () => {}, { size: 2, statementMs: 1_500 })
  const app = await buildApp({ ...t.deps, peopleDb })
  onTestFinished(async () => {
    await app.close()
    await peopleDb.destroy()
  })
  const read = () => app.inject({ url: '/api/v1/audit-log', headers: { authorization } })
  expect((await read()).statusCode).toBe(200)

  await t.db.transaction().execute(async (trx) => {
    await sql`lock table audit_log in access exclusive mode`.execute(trx)
    const reads = [read(), read(), read(), read()]
    await expect.poll(() => waitingForLocks(t.db)).toBe(2)
    const started = performance.now()
    const url = `/api/integrations/sentry?integrationId=${sentry.id}`
    expect((await app.inject({ method: 'POST', url, payload: ALERT })).statusCode).toBe(202)
    expect((await app.inject('/readyz')).statusCode).toBe(200)
    expect(performance.now() - started).toBeLessThan(1_000)
    for (const answer of await Promise.all(reads)) {
      expect([answer.statusCode, answer.json().code, answer.headers['retry-after']]).toEqual([
        503,
        'unavailable',
        '5',
      ])
    }
  })
  expect((await read()).statusCode).toBe(200)
})

async function waitingForLocks(db: Db): Promise<number> {
  const { rows } = await sql`
    select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`.execute(db)
  return rows.length
}
