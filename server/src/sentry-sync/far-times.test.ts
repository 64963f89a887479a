import { sql } from 'kysely'
import { expect, test, vi } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { startSentrySync } from './runner.ts'

test('a clock that was a year ahead holds nothing up when it has been put back', async () => {
  const { t, sentry, integration, admin, deliver } = await connectedToSentry()
  const issue = sentry.addIssue()
  const { body } = await deliver(sentry.alert(issue))
  await t.runWorker()
  const { id } = body.result.incident
  await admin.post(`/api/v1/incidents/${id}/resolve`)
  t.clock.advance({ days: 365 })
  const far = t.clock.now()
  t.clock.advance({ days: -365 })
  await sql`update sentry_connections set paused_until = ${far}, reconcile_due_at = ${far}, reconciled_at = ${far}`.execute(
    t.db,
  )
  await sql`update sentry_issues set due_at = ${far}, leased_until = ${far}, facts_due_at = ${far}`.execute(
    t.db,
  )
  await sql`insert into sentry_hosts (host, failures, closed_until) values (${sentry.url}, 5, ${far})`.execute(
    t.db,
  )
  const stop = startSentrySync(t.deps)
  await vi.waitFor(() => expect(issue.status).toBe('resolved'), 5_000)
  const row = await t.db.selectFrom('sentry_connections').selectAll().executeTakeFirstOrThrow()
  expect(row).toMatchObject({ integration_id: integration.ref, paused_until: null })
  expect(row.reconcile_due_at < far).toBe(true)
  await stop()
})
