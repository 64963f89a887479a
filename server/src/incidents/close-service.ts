import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { newId } from '../platform/ids.ts'
import { notify } from '../platform/live.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { deleteService } from '../services/store.ts'
import { decide } from './decide.ts'
import type { Context } from './model.ts'
import { lockIncidents, writeChanges } from './store.ts'
import { WorkingSet } from './working-set.ts'

/** Deletes a service with its integrations and resolves its active incidents, in one transaction. */
export async function closeService(deps: Deps, principal: Principal | null, id: string): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  const resolved = await changeConfiguration(deps, async (trx) => {
    const { service, integrations } = await deleteService(trx, id, now)
    const ids = await resolveAll(trx, service.id, principal, now)
    await notify(trx, [{ kind: 'incidents', ids }])
    await recordAudit(trx, principal, now, {
      action: 'service.deleted',
      target: { type: 'service', id: service.id, name: service.name },
      data: { integrationsDeleted: integrations, incidentsResolved: ids.length },
    })
    return ids
  })
  if (resolved.length > 0) deps.live.tell({ kind: 'incidents', ids: resolved })
}

/** Incidents carry up to 64 KiB of details each: so many are in memory at a time. */
const BATCH = 500
const REASON = 'The service was deleted'

/** Nobody can open another one meanwhile, as the service is held. */
async function resolveAll(trx: Trx, serviceId: string, { actor }: Principal, now: Date): Promise<string[]> {
  const active = await trx
    .selectFrom('incidents')
    .select('id')
    .where('service_id', '=', serviceId)
    .where('status', '<>', 'resolved')
    .orderBy('id')
    .execute()
  const ids = active.map(({ id }) => id)
  const resolved: string[] = []
  for (let start = 0; start < ids.length; start += BATCH) {
    const changes = new WorkingSet()
    for (const incident of await lockIncidents(trx, ids.slice(start, start + BATCH))) {
      const context = contextOf({ serviceId, actor, now })
      const decision = decide(incident, { kind: 'resolve', reason: REASON }, context)
      if (decision.outcome === 'changed') changes.apply(decision)
    }
    await writeChanges(trx, changes)
    resolved.push(...changes.touchedIds)
  }
  return resolved
}

const contextOf = ({ serviceId, actor, now }: Pick<Context, 'serviceId' | 'actor' | 'now'>): Context => ({
  now,
  actor,
  serviceId,
  integrationId: null,
  newIncidentId: newId(now),
  acknowledgementTimeoutMinutes: null,
  maintenance: null,
  previous: null,
})
