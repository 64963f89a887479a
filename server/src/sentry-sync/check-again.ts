import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import type { ConnectionRow } from './connection-store.ts'
import { checkConnection } from './findings.ts'

const AT_ONCE = 4
/** Longer than a check takes. */
const LEASE_SECONDS = 60

/**
 * Finishes checks that Sentry did not let come to their end, as when it was away while somebody connected; returns how many were due.
 * What a check has found for certain is for a person to mend. Any number of processes may run it.
 */
export async function checkAgain(
  deps: Deps,
  now: Date,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const due = await takeUnfinished(deps.db, now)
  await Promise.all(due.map((row) => finish(deps, row, signal)))
  return due.length
}

async function finish(deps: Deps, row: ConnectionRow, signal: AbortSignal): Promise<void> {
  const { integration_id: integrationId } = row
  try {
    const found = await checkConnection(deps, row, { isUnattended: true, signal })
    if (!found) return
    const { outcome, problem } = found
    deps.log.info({ integrationId, outcome, problem }, 'sentry.checked_again')
  } catch (error) {
    deps.log.error({ err: error, integrationId }, 'sentry.check_broke')
  }
}

/** Not those whose Sentry has asked for a pause or is left alone. */
async function takeUnfinished(db: Db, now: Date): Promise<ConnectionRow[]> {
  const { rows } = await sql<ConnectionRow>`
    with due as (
      select c.integration_id from sentry_connections c
      join integrations i on i.id = c.integration_id
      left join sentry_hosts h on h.host = c.url
      where c.check_due_at <= ${now} and i.enabled and i.deleted_at is null
        and coalesce(c.paused_until, '-infinity') <= ${now} and coalesce(h.closed_until, '-infinity') <= ${now}
      order by c.check_due_at limit ${AT_ONCE} for update of c skip locked
    )
    update sentry_connections c set check_due_at = ${addSeconds(now, LEASE_SECONDS)}
    from due where c.integration_id = due.integration_id
    returning c.*`.execute(db)
  return rows
}
