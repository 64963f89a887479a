import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { keepDeliveryLog } from './jobs.ts'

const ALERT = { action: 'created', issue: { id: '1', title: 'Broken' } }

/** The partitions, and in which one each delivery is, oldest first. */
async function partitions({ db }: TestApp): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'deliveries'::regclass order by 1`.execute(
    db,
  )
  return rows.map(({ name }) => name)
}
async function placesOfDeliveries({ db }: TestApp): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select tableoid::regclass::text as name from deliveries order by received_at`.execute(db)
  return rows.map(({ name }) => name)
}
const events = (t: TestApp) => t.logged.map((line) => JSON.parse(line).msg)

test('each day has a partition before it begins, in which its deliveries are', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await keepDeliveryLog(t.deps)
  const march = ['deliveries_20260301', 'deliveries_20260302', 'deliveries_20260303', 'deliveries_20260304']
  expect(await partitions(t)).toEqual([...march, 'deliveries_default'])
  await t.deliver(sentry, ALERT)
  t.clock.advance({ hours: 14, minutes: 59, seconds: 59, milliseconds: 999 })
  await t.deliver(sentry, ALERT)
  t.clock.advance({ milliseconds: 1 })
  await t.deliver(sentry, ALERT)
  expect(await placesOfDeliveries(t)).toEqual([march[0], march[0], march[1]])
  await keepDeliveryLog(t.deps)
  expect(await partitions(t)).toEqual([...march, 'deliveries_20260305', 'deliveries_default'])
})

test('what no partition was made for is kept in the default one, and is no obstacle', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await t.deliver(sentry, ALERT)
  expect(await placesOfDeliveries(t)).toEqual(['deliveries_default'])
  await keepDeliveryLog(t.deps)
  expect(await partitions(t)).not.toContain('deliveries_20260301')
  expect(await partitions(t)).toContain('deliveries_20260302')
  expect(events(t)).toContain('deliveries.day_in_default')
  await t.deliver(sentry, ALERT)
  expect(await placesOfDeliveries(t)).toEqual(['deliveries_default', 'deliveries_default'])
})

test('after 30 days a day goes with its deliveries, and nothing younger does', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await t.deliver(sentry, ALERT)
  await keepDeliveryLog(t.deps)
  for (let day = 1; day <= 31; day += 1) {
    t.clock.advance({ days: 1 })
    await keepDeliveryLog(t.deps)
    await t.deliver(sentry, ALERT)
    if (day === 30) expect(await placesOfDeliveries(t)).toHaveLength(31)
  }
  // The first one lies in the default partition, where every delivery stays for 31 times 24 hours.
  expect((await placesOfDeliveries(t)).slice(0, 2)).toEqual(['deliveries_default', 'deliveries_20260302'])
  t.clock.advance({ days: 1, seconds: 1 })
  await keepDeliveryLog(t.deps)
  expect((await placesOfDeliveries(t))[0]).toBe('deliveries_20260303')
  expect(await partitions(t)).not.toContain('deliveries_20260302')
  const { body } = await (await t.asRole('viewer')).get(
    `/api/v1/integrations/${sentry.ref}/deliveries?limit=200`,
  )
  expect(body.items).toHaveLength(30)
})

test('keys of repeats are forgotten after three days, counts of minutes after eight', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const keyed = { headers: { 'idempotency-key': 'a' } }
  const left = async () => [
    (await t.db.selectFrom('idempotency_keys').select('key').execute()).length,
    (await t.db.selectFrom('integration_minutes').select('minute').execute()).length,
  ]
  await t.deliver(sentry, ALERT, keyed)
  const seen = []
  for (let day = 1; day <= 9; day += 1) {
    t.clock.advance({ days: 1, milliseconds: 1 })
    await keepDeliveryLog(t.deps)
    seen.push(await left())
  }
  expect(seen).toEqual([
    [1, 1],
    [1, 1],
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 1],
    [0, 0],
    [0, 0],
  ])
  expect((await t.deliver(sentry, ALERT, keyed)).body.result.action).toBe('deduplicated')
})

test('several processes may keep the log at once', async () => {
  const t = await testApp()
  await Promise.all(Array.from({ length: 5 }, () => keepDeliveryLog(t.deps)))
  expect(await partitions(t)).toHaveLength(5)
})

test('somebody who reads the log for long does not stop deliveries: keeping it is put off', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await t.db.transaction().execute(async (trx) => {
    await sql`select count(*) from deliveries`.execute(trx)
    const keeping = keepDeliveryLog(t.deps)
    expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 202 })
    await keeping
    expect(events(t)).toContain('deliveries.partitions_postponed')
  })
  expect(await partitions(t)).toEqual(['deliveries_default'])
  t.clock.advance({ days: 1 })
  await keepDeliveryLog(t.deps)
  expect(await partitions(t)).toHaveLength(5)
})

test('whoever is writing deliveries does not hold up the making of days, nor do days hold them up', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await keepDeliveryLog(t.deps)
  await t.deliver(sentry, ALERT)
  t.clock.advance({ days: 1 })
  await t.db.transaction().execute(async (trx) => {
    await sql`
      insert into deliveries (id, integration_id, received_at, outcome, http_status, headers, body_bytes)
      values (gen_random_uuid(), ${sentry.ref}, ${t.clock.now()}, 'accepted', 202, '{}', 0)`.execute(trx)
    await keepDeliveryLog(t.deps)
    expect(await partitions(t)).toContain('deliveries_20260305')
  })
  expect(events(t)).not.toContain('deliveries.partitions_postponed')
  expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 202 })
})

test('a day that is made has the indexes and checks of the log', async () => {
  const t = await testApp()
  await keepDeliveryLog(t.deps)
  const { rows } = await sql<{ indexes: number; parents: number; checks: number }>`
    select
      (select count(*) from pg_index where indrelid = 'deliveries_20260301'::regclass) as indexes,
      (select count(*) from pg_index where indrelid = 'deliveries'::regclass) as parents,
      (select count(*) from pg_constraint where conrelid = 'deliveries_20260301'::regclass and contype = 'c') as checks`.execute(
    t.db,
  )
  expect(rows[0]?.indexes).toBe(rows[0]?.parents)
  expect(rows[0]?.checks).toBe(1)
})

test('what is forgotten goes in parts, until all of it has gone', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const old = new Date(t.clock.now().getTime() - 40 * 24 * 3_600_000)
  await sql`
    insert into idempotency_keys (integration_id, key, received_at, delivery_id, result)
    select ${sentry.ref}, sha256(n::text::bytea), ${old}, gen_random_uuid(), '{}' from generate_series(1, 12000) n`.execute(
    t.db,
  )
  await sql`
    insert into integration_minutes (integration_id, minute)
    select ${sentry.ref}, ${old}::timestamptz + n * interval '1 minute' from generate_series(1, 12000) n`.execute(
    t.db,
  )
  await sql`
    insert into deliveries (id, integration_id, received_at, outcome, http_status, headers, body_bytes)
    select gen_random_uuid(), ${sentry.ref}, ${old}, 'accepted', 202, '{}', 0 from generate_series(1, 12000)`.execute(
    t.db,
  )
  await keepDeliveryLog(t.deps)
  for (const table of ['idempotency_keys', 'integration_minutes', 'deliveries'] as const)
    expect(await t.db.selectFrom(table).select(sql`1`.as('one')).execute(), table).toEqual([])
})
