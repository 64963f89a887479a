import { expect, test } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { lineTo } from '../testing/line.ts'
import { testApp } from '../testing/test-app.ts'
import { readinessOf } from './probes.ts'

test('the probes answer without sign-in, and readiness follows the database', async () => {
  const line = await lineTo(await createTestDatabase())
  const t = await testApp({ databaseUrl: line.url })
  expect(await t.nobody.get('/healthz')).toMatchObject({ status: 200 })
  expect(await t.nobody.get('/readyz')).toMatchObject({
    status: 200,
    body: { status: 'ready', via: 'database' },
  })
  await line.cut()
  for (let time = 1; time <= 3; time += 1) {
    expect(await t.nobody.get('/readyz')).toMatchObject({
      status: 503,
      body: { status: 'unavailable', reason: 'The database does not answer.' },
    })
  }
  expect(await t.nobody.get('/healthz')).toMatchObject({ status: 200 })
  expect(t.logged.filter((line) => line.includes('readiness.changed'))).toHaveLength(1)
})

const journal = (count: number, isFull = false) => ({
  isEmpty: count === 0,
  isFull,
  waiting: { count, bytes: count * 1_000 },
})

test.each([
  ['the database', true, journal(0), { status: 'ready', via: 'database' }],
  [
    'the journal while the database is away',
    false,
    journal(2),
    { status: 'ready', via: 'journal', database: 'away', waiting: 2 },
  ],
  [
    'the journal while the database catches up',
    true,
    journal(2),
    { status: 'ready', via: 'journal', waiting: 2 },
  ],
  [
    'neither',
    false,
    journal(2, true),
    { status: 'unavailable', reason: 'The database does not answer, and the journal takes no more.' },
  ],
  [
    'a journal that is full goes before a database that is back',
    true,
    journal(2, true),
    { status: 'unavailable', reason: 'The database is catching up, and the journal takes no more.' },
  ],
])('deliveries are taken by %s', (_way, isDatabaseThere, kept, readiness) => {
  expect(readinessOf(isDatabaseThere, kept)).toEqual(readiness)
})

test('an address that leads nowhere answers with a problem', async () => {
  const t = await testApp()
  expect(await t.nobody.get('/api/nowhere')).toMatchObject({
    status: 404,
    body: { status: 404, code: 'not_found', title: 'Not found', requestId: expect.any(String) },
  })
})
