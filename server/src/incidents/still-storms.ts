import { sql } from 'kysely'
import type { Actor } from '#contract/common.ts'
import type { Deps } from '../deps.ts'
import type { Db } from '../platform/db.ts'
import { notify } from '../platform/live.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { decide } from './decide.ts'
import type { Context, Incident } from './model.ts'
import { lockIncidents, writeChanges } from './store.ts'
import { WorkingSet } from './working-set.ts'

/** For so long a storm must have taken in nothing new, so that one storm is one incident and pages once. */
const STILL_MINUTES = 5
const AT_ONCE = 50
const SYSTEM: Actor = { kind: 'system', id: null, name: 'OpsKnight' }
const REASON = 'Every problem of the storm is resolved or has an incident of its own'

/**
 * Resolves the storms in which nothing waits any more, as timers call it; returns how many. Not those that have counted
 * alerts beyond their list: nobody can tell whether these are over.
 */
export async function resolveStillStorms(deps: Deps, now: Date): Promise<number> {
  const ids = await findStill(deps.db, now)
  if (ids.length === 0) return 0
  const resolved = await retryOnConflict(() =>
    deps.db.transaction().execute(async (trx) => {
      const changes = new WorkingSet()
      const incidents = await lockIncidents(trx, ids)
      const still = new Set(await findStill(trx, now))
      for (const incident of incidents.filter(({ id }) => still.has(id))) {
        const decision = decide(incident, { kind: 'resolve', reason: REASON }, contextOf(incident, now))
        if (decision.outcome === 'changed') changes.apply(decision)
      }
      if (changes.isTouched) await writeChanges(trx, changes)
      await notify(trx, messagesOf(changes.touchedIds))
      return changes.touchedIds
    }),
  )
  for (const message of messagesOf(resolved)) deps.live.tell(message)
  return resolved.length
}

const messagesOf = (ids: string[]) => (ids.length > 0 ? [{ kind: 'incidents' as const, ids }] : [])

async function findStill(db: Db, now: Date): Promise<string[]> {
  const since = new Date(now.getTime() - STILL_MINUTES * 60_000)
  const { rows } = await sql<{ id: string }>`
    select s.incident_id as id from storms s
    where s.not_listed = 0 and s.last_folded_at <= ${since}
      and not exists (select from folded_names n where n.storm_id = s.incident_id)
    order by s.incident_id limit ${AT_ONCE}`.execute(db)
  return rows.map(({ id }) => id)
}

const contextOf = ({ id, serviceId, integrationId }: Incident, now: Date): Context => ({
  now,
  actor: SYSTEM,
  serviceId,
  integrationId,
  newIncidentId: id,
  acknowledgementTimeoutMinutes: null,
  maintenance: null,
  previous: null,
})
