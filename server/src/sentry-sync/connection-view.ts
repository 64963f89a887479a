import { sql } from 'kysely'
import { type SentryConnectionView, SentryScope } from '#contract/sentry-connection.ts'
import type { Deps } from '../deps.ts'
import type { Db } from '../platform/db.ts'
import { behaviourOf, type ConnectionRow, findConnection } from './connection-store.ts'
import { grants } from './scopes.ts'

const iso = (at: Date | null) => at?.toISOString() ?? null
const refusedAt = (at: Date | null) => (at ? { at: at.toISOString() } : null)

/** How the connection stands, as its page shows it. */
export async function toConnectionView(
  { db, clock }: Pick<Deps, 'db' | 'clock'>,
  row: ConnectionRow,
): Promise<SentryConnectionView> {
  const { waiting, closedUntil } = await readWaiting(db, row)
  return {
    url: row.url,
    organization: row.organization,
    behaviour: behaviourOf(row),
    check: checkOf(row),
    readsRefused: refusedAt(row.reads_refused_at),
    writesRefused: refusedAt(row.writes_refused_at),
    refusal: row.refusal,
    waiting,
    pausedUntil: iso(ifAhead(later(row.paused_until, closedUntil), clock.now())),
    reconciled: { at: iso(row.reconciled_at), problem: row.reconcile_problem },
    updatedAt: row.updated_at.toISOString(),
  }
}

function checkOf(row: ConnectionRow): SentryConnectionView['check'] {
  if (!row.checked_at) return null
  const granted = row.scopes ?? []
  const lacking = row.scopes ? SentryScope.options.filter((scope) => !grants(granted, scope)) : []
  return {
    at: row.checked_at.toISOString(),
    problem: row.problem,
    granted,
    lacking: lacking.map((scope) => ({ scope, for: needs[scope], optional: scope === 'project:read' })),
    installation: row.installation_uuid ? { uuid: row.installation_uuid, appSlug: row.app_slug } : null,
  }
}

/** What Sentry refuses, and what it said. A token that is known to lack a permission may have been made so. */
export async function readRefusal(
  db: Db,
  integrationId: string,
): Promise<{ reads: boolean; writes: boolean; reason: string } | null> {
  const row = await findConnection(db, integrationId)
  if (!row) return null
  const { scopes, reads_refused_at, writes_refused_at, refusal } = row
  const mayNot = (scope: SentryScope) => scopes !== null && !grants(scopes, scope)
  const reads = reads_refused_at !== null && !mayNot('event:read')
  const writes = writes_refused_at !== null && !mayNot('event:write')
  return reads || writes ? { reads, writes, reason: refusal ?? 'Sentry refuses the token' } : null
}

const needs = {
  'event:read': 'Alerts are not completed, and open incidents are not compared with Sentry',
  'event:write': 'Issues are not assigned, resolved or linked',
  'org:read': 'Lost deliveries are not noticed, and links appear only after a first signed alert has come in',
  // Sentry's source: `event_file_committers.py` was a `ProjectEndpoint`, and is an `EventEndpoint` now, for which `event:read` is enough.
  'project:read':
    'Older versions of Sentry do not show the suspect commit; of use only where Sentry has your commits',
} as const satisfies Record<SentryScope, string>

const later = (a: Date | null, b: Date | null) => (a && b ? (a > b ? a : b) : (a ?? b))

const ifAhead = (at: Date | null, now: Date) => (at && at > now ? at : null)

async function readWaiting(db: Db, { integration_id, url }: ConnectionRow) {
  const { rows } = await sql<{
    count: number
    oldest: Date | null
    problem: string | null
    closed: Date | null
  }>`
    select count(*)::int as count, min(at) as oldest,
      coalesce((select problem from sentry_hosts where host = ${url} and closed_until is not null),
        (select problem from sentry_issues where integration_id = ${integration_id} and problem is not null
          order by updated_at desc limit 1)) as problem,
      (select closed_until from sentry_hosts where host = ${url}) as closed
    from incident_outbox where integration_id = ${integration_id}`.execute(db)
  const { count, oldest, problem, closed } = rows[0]!
  return { waiting: { count, oldestAt: iso(oldest), problem }, closedUntil: closed }
}
