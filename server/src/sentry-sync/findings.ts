import type { Deps } from '../deps.ts'
import { addSeconds } from '../platform/clock.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { hasten } from './answers.ts'
import { backoffSeconds, CHECK_BACKOFF } from './backoff.ts'
import { type Findings, findOut } from './check.ts'
import { type ConnectionRow, toConnection } from './connection-store.ts'
import { hostAnswered } from './hosts.ts'
import { installationInDeliveries } from './installation.ts'
import { grants } from './scopes.ts'

type Options = {
  /** Nobody waits for what it finds. */
  isUnattended: boolean
  signal?: AbortSignal
}

/** Asks Sentry what the token may do, and notes that; null when it was broken off. */
export async function checkConnection(
  deps: Deps,
  row: ConnectionRow,
  { isUnattended, signal }: Options,
): Promise<Findings | null> {
  const { db, clock, secrets } = deps
  const candidate =
    row.installation_uuid ?? (await installationInDeliveries(db, row.integration_id, clock.now()))
  const found = await findOut(deps, toConnection(row, secrets), candidate, signal)
  if (signal?.aborted) return null
  await changeConfiguration(deps, (trx) => saveFindings(trx, deps, row, { candidate, found, isUnattended }))
  return found
}

type Checked = { candidate: string | null; found: Findings; isUnattended: boolean }

/**
 * Notes what a check has found out, unless the connection was changed while it ran, or, where nobody attends, somebody has checked it.
 * `candidate` is the installation as deliveries name it. What Sentry has refused before is tried again from now on; what the token may
 * not do is not tried at all.
 */
async function saveFindings(
  trx: Trx,
  { clock }: Pick<Deps, 'clock'>,
  row: ConnectionRow,
  { candidate, found, isUnattended }: Checked,
): Promise<void> {
  const now = clock.now()
  const { integration_id, url, updated_at, check_due_at } = row
  const { notice_due_at, ...columns } = columnsOf(found, candidate, now)
  const isNews = isUnattended && found.outcome === 'refused' && row.reads_refused_at === null
  const update = trx
    .updateTable('sentry_connections')
    .set({ checked_at: now, problem: found.problem, ...columns })
    .set(againOf(found, isUnattended ? row.check_attempts : 0, now))
    .set(notice_due_at === undefined ? {} : { notice_due_at: isNews ? now : notice_due_at })
    .where('integration_id', '=', integration_id)
    .where('updated_at', '=', updated_at)
  const { numUpdatedRows } = await (isUnattended
    ? update.where('check_due_at', '=', check_due_at)
    : update
  ).executeTakeFirst()
  if (numUpdatedRows === 0n || found.outcome === 'unknown') return
  await hostAnswered(trx, url)
  await hasten(trx, url, now)
}

/** A check that Sentry did not let come to its end is tried again. */
function againOf(found: Findings, attempts: number, now: Date): Columns {
  if (found.outcome === 'refused' || !found.isUnfinished) return { check_due_at: null, check_attempts: 0 }
  const dueAt = addSeconds(now, backoffSeconds(attempts, CHECK_BACKOFF))
  return { check_due_at: dueAt, check_attempts: attempts + 1 }
}

type Columns = Partial<Omit<ConnectionRow, 'behaviour'>>

function columnsOf(found: Findings, candidate: string | null, now: Date): Columns {
  switch (found.outcome) {
    case 'unknown':
      return {}
    case 'refused':
      return { scopes: null, ...refused({ reads: now, writes: now, refusal: found.problem }) }
    case 'found': {
      const { scopes, installation } = found
      const lacks = (scope: 'event:read' | 'event:write') => scopes !== null && !grants(scopes, scope)
      const [reads, writes] = [lacks('event:read') ? now : null, lacks('event:write') ? now : null]
      const missing = [...(reads ? ['event:read'] : []), ...(writes ? ['event:write'] : [])]
      const refusal = missing.length > 0 ? `The token lacks ${missing.join(' and ')}` : null
      return {
        scopes,
        installation_uuid: installation?.uuid ?? candidate,
        ...(installation ? { app_uuid: installation.appUuid, app_slug: installation.appSlug } : {}),
        ...refused({ reads, writes, refusal }),
      }
    }
  }
}

/** Whoever has checked it sees this at once: nobody else needs to be told. */
const refused = (of: { reads: Date | null; writes: Date | null; refusal: string | null }): Columns => ({
  reads_refused_at: of.reads,
  writes_refused_at: of.writes,
  refusal: of.refusal,
  notice_due_at: null,
})
