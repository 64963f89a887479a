import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { tablesLargerThan, tooMuch, watchPlans } from '../testing/plans.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import type { TestApp } from '../testing/test-app.ts'
import { dueConnections, leaseDue } from './due.ts'
import { connectionsToAsk } from './facts-due.ts'
import { giveUpOld } from './give-up.ts'
import { readActive, readLinked } from './reconcile-store.ts'

const ACTIVE = 6_000
const ROWS_MAX = 1_000

test('however many incidents wait for Sentry, few of them are looked at to find the next ones', async () => {
  const { t, integration } = await connectedToSentry()
  const now = t.clock.now()
  await seedWaiting(t, integration)
  const large = await tablesLargerThan(t.db, ROWS_MAX)
  for (const table of ['incidents', 'timeline_entries', 'incident_outbox', 'sentry_issues'])
    expect(large).toContain(table)
  const plans = watchPlans(t.deps.databaseUrl, t.clock)
  const { deps } = await t.anotherServer(plans)
  const problems: string[] = []
  async function watch<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    plans.take()
    const result = await work()
    const statements = plans.take()
    expect(statements.length, what).toBeGreaterThan(0)
    for (const statement of statements)
      problems.push(...tooMuch(statement, large, () => ROWS_MAX).map((problem) => `${what}: ${problem}`))
    return result
  }

  expect(await watch('connections with something to tell', () => dueConnections(deps.db, now))).toEqual([
    integration.ref,
  ])
  const taken = await watch('the next problems to tell of', () =>
    deps.db.transaction().execute((trx) => leaseDue(trx, integration.ref, now, 4)),
  )
  expect(taken.map(({ dedupKey }) => dedupKey).toSorted()).toEqual(
    [1, 2, 3, 4].map((n) => `sentry-${FIRST + n}`),
  )
  await watch('what is too old', () => giveUpOld(deps, now))
  await watch('connections to ask', () => connectionsToAsk(deps.db, now))
  const active = await watch('incidents to compare', () => readActive(deps.db, integration.ref, null, 100))
  expect(active).toHaveLength(100)
  const { number } = active.at(-1)!
  await watch('the next ones', () => readActive(deps.db, integration.ref, number, 100))
  await watch('links to compare', () => readLinked(deps.db, integration.ref))
  expect(problems).toEqual([])
})

const FIRST = 5_000_000

/** Open incidents, each of which Sentry is to be told of. */
async function seedWaiting({ db, clock }: TestApp, { ref, serviceId }: { ref: string; serviceId: string }) {
  const now = clock.now()
  await sql`
    insert into incidents (id, service_id, integration_id, dedup_key, title, severity, reported_severity, urgency, status,
      details, event_count, first_event_at, last_event_at, created_at)
    select gen_random_uuid(), ${serviceId}, ${ref}, 'sentry-' || (${FIRST}::int + n), 'Broken', 'error', 'error', 'high',
      'open', '{}', 1, ${now}, ${now}, ${now}
    from generate_series(1, ${ACTIVE}::int) as n`.execute(db)
  await sql`
    insert into timeline_entries (incident_id, at, kind, actor)
    select id, ${now}, 'triggered', '{"kind":"integration"}' from incidents`.execute(db)
  await sql`
    insert into incident_outbox (integration_id, incident_id, dedup_key, at, kind, actor)
    select integration_id, id, dedup_key, ${now}, 'triggered', '{"kind":"integration"}' from incidents order by number`.execute(
    db,
  )
  await sql`
    insert into sentry_issues (integration_id, dedup_key, updated_at)
    select integration_id, dedup_key, ${now} from incidents`.execute(db)
  for (const table of ['incidents', 'timeline_entries', 'incident_outbox', 'sentry_issues'])
    await sql`vacuum (analyze) ${sql.table(table)}`.execute(db)
}
