import type { Deps } from '../deps.ts'
import type { Trx } from '../platform/db.ts'
import { hasten } from './answers.ts'
import type { Findings } from './check.ts'
import type { ConnectionRow } from './connection-store.ts'
import { hostAnswered } from './hosts.ts'
import { grants } from './scopes.ts'

/**
 * Notes what a check has found out, unless the connection was changed while it ran. `candidate` is the installation as deliveries name it. What Sentry has refused before is tried again
 * from now on; what the token may not do is not tried at all.
 */
export async function saveFindings(
  trx: Trx,
  { clock }: Pick<Deps, 'clock'>,
  { integration_id, url, updated_at }: ConnectionRow,
  candidate: string | null,
  found: Findings,
): Promise<void> {
  const now = clock.now()
  const { numUpdatedRows } = await trx
    .updateTable('sentry_connections')
    .set({ checked_at: now, problem: found.problem, ...columnsOf(found, candidate, now) })
    .where('integration_id', '=', integration_id)
    .where('updated_at', '=', updated_at)
    .executeTakeFirst()
  if (numUpdatedRows === 0n || found.outcome === 'unknown') return
  await hostAnswered(trx, url)
  await hasten(trx, url, now)
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
