import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { exhaustedIntegration } from '../testing/storm.ts'
import { NO_LIMITS, type TestApp, testApp } from '../testing/test-app.ts'

const issue = (id: number | string, action = 'created') => ({ action, issue: { id, title: `Problem ${id}` } })
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index)

/** How many index entries and rows of these tables have been read for alerts: connections tell it when they end. */
async function readForAlerts({ db }: TestApp, tables = ['incidents', 'incident_aliases']): Promise<number> {
  await sql`
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where application_name = 'opsknight alerts' and datname = current_database()`.execute(db)
  const { rows } = await sql<{ read: number }>`
    select (sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))
      + (select sum(idx_tup_read) from pg_stat_user_indexes where relname = any(${tables})))::bigint as read
    from pg_stat_user_tables where relname = any(${tables})`.execute(db)
  return rows[0]!.read
}

test('a plan that was made while there were few incidents reads no more when there are many', async () => {
  const t = await testApp()
  const sentry = await t.create.integration(NO_LIMITS)
  const send = async (ids: readonly number[], action?: string) => {
    for (const id of ids) expect((await t.deliver(sentry, issue(id, action))).status).toBe(202)
  }
  // Plans are kept from the sixth time on.
  await send(range(0, 10))
  await send(range(0, 10), 'resolved')
  await sql`
    insert into incidents (id, service_id, dedup_key, title, severity, reported_severity, urgency, status, event_count,
      first_event_at, last_event_at, created_at, resolved_at, resolved_by)
    select gen_random_uuid(), ${sentry.serviceId}, 'sentry-old-' || n, 'Old', 'error', 'error', 'medium', 'resolved', 1,
      now(), now(), now(), now(), '{"kind":"system","id":null,"name":"test"}'
    from generate_series(1, 20000) n`.execute(t.db)

  await send(range(100, 20))
  await send(range(100, 20))
  await send(range(100, 20), 'resolved')
  expect(await readForAlerts(t)).toBeLessThan(80 * 40)
})

test('the same of a connected integration, whose messages are about incidents on every service', async () => {
  const { t, integration, deliver } = await connectedToSentry({ settings: NO_LIMITS })
  const payments = await t.create.service()
  const rule = { issue_alert: { settings: [{ name: 'service', value: payments.id }] } }
  const alert = (id: number) => ({
    resource: 'event_alert',
    body: { action: 'triggered', data: { event: { issue_id: `${id}`, title: 'Broken' }, ...rule } },
  })
  const change = (id: number) => ({
    resource: 'issue',
    body: { action: 'resolved', data: { issue: { id, title: 'Broken' } } },
  })
  const send = async (ids: readonly number[], message: typeof alert | typeof change) => {
    for (const id of ids)
      expect((await deliver(message(id))).body.result.action).toMatch(/triggered|resolved/)
  }
  await send(range(0, 10), alert)
  await send(range(0, 10), change)
  // One problem that has come and gone ten thousand times, and ten thousand others that are there.
  await sql`
    insert into incidents (id, service_id, integration_id, dedup_key, title, severity, reported_severity, urgency, status,
      event_count, first_event_at, last_event_at, created_at, resolved_at, resolved_by)
    select gen_random_uuid(), ${payments.id}, ${integration.ref}, 'sentry-' || case when n % 2 = 0 then 100 else n + 1000 end,
      'Old', 'error', 'error', 'medium', case when n % 2 = 0 then 'resolved' else 'open' end, 1, now(), now(), now(),
      case when n % 2 = 0 then now() end, case when n % 2 = 0 then '{"kind":"system","id":null,"name":"test"}'::jsonb end
    from generate_series(1, 20000) n`.execute(t.db)
  await sql`
    insert into incident_aliases (service_id, alias, incident_id)
    select service_id, 'other-' || number, id from incidents where status = 'open'`.execute(t.db)

  const before = await readForAlerts(t)
  await send(range(100, 20), alert)
  await send(range(100, 20), change)
  expect((await readForAlerts(t)) - before).toBeLessThan(40 * 60)
})

test('a plan that was made in the first storm reads no more when many storms have been', async () => {
  const { t, sentry, deliver, read } = await exhaustedIntegration()
  const send = async (ids: readonly number[], action?: string) => {
    for (const id of ids) expect((await deliver(sentry, issue(id, action))).status).toBe(202)
  }
  await send(range(0, 10))
  await send(range(0, 5), 'resolved')
  const { storm } = await read()
  await t.db.connection().execute(async (db) => {
    await sql`
      with many as (
        insert into folded_problems (storm_id, dedup_key, state, title, severity, event, event_count, first_event_at, last_event_at)
        select ${storm.id}, 'other-' || n, 'folded', 'Other', 'error', '{}', 1, now(), now() from generate_series(1, 20000) n
        returning dedup_key
      )
      insert into folded_names (service_id, name, storm_id, dedup_key)
      select ${sentry.serviceId}, dedup_key, ${storm.id}, dedup_key from many`.execute(db)
    await sql`select pg_stat_force_next_flush()`.execute(db)
  })
  const tables = ['folded_problems', 'folded_names', 'storms']
  const before = await readForAlerts(t, tables)
  await send(range(100, 20))
  await send(range(100, 20))
  await send(range(100, 20), 'resolved')
  expect((await readForAlerts(t, tables)) - before).toBeLessThan(60 * 40)
})

test('columns that the migrations of a newer release add meanwhile disturb no statement that is prepared already', async () => {
  const { t, sentry, deliver } = await exhaustedIntegration()
  const headers = { 'idempotency-key': 'once' }
  const send = async (id: string) => [
    (await deliver(sentry, issue('first'), { headers })).body.result.action,
    (await deliver(sentry, issue(id))).body.result.action,
    (await deliver(sentry, issue(id))).body.result.action,
    (await deliver(sentry, issue(id, 'resolved'))).body.result.action,
  ]
  expect(await send('before')).toEqual(['deduplicated', 'folded', 'folded', 'noted'])
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition`.execute(
    t.db,
  )
  for (const { name } of rows) await sql`alter table ${sql.table(name)} add column added text`.execute(t.db)
  expect(await send('after')).toEqual(['deduplicated', 'folded', 'folded', 'noted'])
  expect(t.logged.join('')).not.toContain('ingest.quarantined')
})
