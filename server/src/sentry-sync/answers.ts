import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { type ApiResult, pauseAskedBy } from '../integrations/sentry/api-result.ts'
import type { Heard, Needs } from '../integrations/sentry/client.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import type { SentryResult } from '../platform/metrics/index.ts'
import type { Connection } from './connection-store.ts'
import { hostAnswered, hostFailed } from './hosts.ts'

/** What follows for the connection and its host from each answer of Sentry. A request that we broke off ourselves says nothing. */
export function answersOf(
  deps: Pick<Deps, 'db' | 'clock' | 'metrics'>,
  connection: Connection,
  askedAt: Date,
  signal: AbortSignal,
): Heard {
  return async (needs, result) => {
    if (signal.aborted) return
    const now = deps.clock.now()
    deps.metrics.sentryAsked(resultOf(result))
    await noteHost(deps.db, connection, result, now)
    const seconds = pauseAskedBy(result, now)
    if (seconds !== null) await pause(deps.db, connection, seconds, now)
    if (result.outcome === 'refused') await markRefused(deps.db, { connection, needs, result, askedAt, now })
  }
}

const resultOf = (result: ApiResult<unknown>): SentryResult =>
  result.outcome === 'later' ? (result.isAway ? 'away' : 'limited') : result.outcome

async function noteHost(db: Db, { url }: Connection, result: ApiResult<unknown>, now: Date): Promise<void> {
  if (result.outcome === 'later' && result.isAway) await hostFailed(db, url, result.reason, now)
  else if (await hostAnswered(db, url)) {
    await hasten(db, url, now)
    await sql`
      update sentry_connections set check_due_at = ${now} where url = ${url} and check_due_at > ${now}`.execute(
      db,
    )
  }
}

const WITHIN_SECONDS = 10

/** Whatever waits for a host that is back is told soon, and not all of it at once; incidents are compared with it now. */
export async function hasten(db: Db, url: string, now: Date): Promise<void> {
  await sql`
    update sentry_issues s set due_at = ${now}::timestamptz + random() * make_interval(secs => ${WITHIN_SECONDS})
    from sentry_connections c
    where c.url = ${url} and s.integration_id = c.integration_id and s.due_at > ${addSeconds(now, WITHIN_SECONDS)}`.execute(
    db,
  )
  await sql`
    update sentry_connections set reconcile_due_at = ${now} where url = ${url} and reconcile_due_at > ${now}`.execute(
    db,
  )
}

/** Of what has been changed since, an answer to what was before says nothing. */
async function pause(
  db: Db,
  { integrationId, updatedAt }: Connection,
  seconds: number,
  now: Date,
): Promise<void> {
  // Those who were told the same do not come back at the same moment.
  const until = addSeconds(now, seconds * (1 + Math.random() / 10))
  await sql`
    update sentry_connections set paused_until = greatest(paused_until, ${until}::timestamptz)
    where integration_id = ${integrationId} and updated_at = ${updatedAt}`.execute(db)
}

type Refusal = {
  connection: Connection
  needs: Needs
  result: Extract<ApiResult<unknown>, { outcome: 'refused' }>
  askedAt: Date
  now: Date
}

/**
 * A wrong token is of no use at all (401); one that may not do this may do other things (403). An answer to what was asked before
 * somebody changed or checked the connection says nothing about it any more.
 */
async function markRefused(db: Db, { connection, needs, result, askedAt, now }: Refusal): Promise<void> {
  const reads = result.status === 401 || needs === 'event:read'
  const writes = result.status === 401 || needs === 'event:write'
  if (!reads && !writes) return
  await sql`
    update sentry_connections set refusal = ${result.reason},
      reads_refused_at = coalesce(reads_refused_at, case when ${reads} then ${now}::timestamptz end),
      writes_refused_at = coalesce(writes_refused_at, case when ${writes} then ${now}::timestamptz end),
      notice_due_at = ${now}
    where integration_id = ${connection.integrationId} and updated_at = ${connection.updatedAt}
      and coalesce(checked_at, '-infinity') <= ${askedAt}
      and ((${reads} and reads_refused_at is null) or (${writes} and writes_refused_at is null))`.execute(db)
}
