import { sql } from 'kysely'
import type { Actor } from '#contract/common.ts'
import type { TimelineKind } from '#contract/incidents.ts'
import type { Deps } from '../deps.ts'
import type { Trx } from '../platform/db.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { contextReader, writeAndNotify } from './commands.ts'
import { decide } from './decide.ts'
import type { Before, Shown } from './model.ts'
import { lockIncidents } from './store.ts'
import { WorkingSet } from './working-set.ts'

/** How a tool shows the problem of an incident; `dedupKey` is the one under which the tool is told of it. */
export type Sighting = { incidentId: string; dedupKey: string; shown: Shown }

export type Followed = {
  changedIds: string[]
  /** What people did to these has not been told to the tool yet: it is told first. */
  untoldIds: string[]
}

/**
 * Lets incidents follow what their tool has shown when it was asked, decided under the lock. With `tellsFirst` those wait whose tool
 * does not know yet what a person did.
 */
export async function followTool(
  deps: Deps,
  integration: { id: string; name: string },
  sightings: readonly Sighting[],
  { tellsFirst }: { tellsFirst: boolean },
): Promise<Followed> {
  if (sightings.length === 0) return { changedIds: [], untoldIds: [] }
  const followed = await retryOnConflict(() =>
    deps.db.transaction().execute(async (trx) => {
      const incidents = await lockIncidents(
        trx,
        sightings.map(({ incidentId }) => incidentId),
      )
      const history = await readHistory(trx, integration.id, sightings)
      const actor: Actor = { kind: 'integration', id: integration.id, name: integration.name }
      const contextOf = await contextReader(trx, incidents, actor, deps.clock.now())
      const changes = new WorkingSet()
      const untoldIds: string[] = []
      for (const incident of incidents) {
        const { shown } = sightings.find(({ incidentId }) => incidentId === incident.id)!
        const { isUntold, ...before } = history.get(incident.id) ?? NOTHING
        const decision = decide(incident, { kind: 'follow', shown, before }, contextOf(incident))
        if (decision.outcome !== 'changed') continue
        if (isUntold && tellsFirst) untoldIds.push(incident.id)
        else changes.apply(decision)
      }
      await writeAndNotify(trx, changes)
      return { changedIds: changes.touchedIds, untoldIds }
    }),
  )
  if (followed.changedIds.length > 0) deps.live.tell({ kind: 'incidents', ids: followed.changedIds })
  return followed
}

/** A note decides nothing: whoever only comments is not surprised by the end of the problem. */
const DECISIONS: TimelineKind[] = [
  'triggered',
  'acknowledged',
  'resolved',
  'reopened',
  'snoozed',
  'assigned',
  'severity_changed',
  'urgency_changed',
  'split',
]

type History = Before & { isUntold: boolean }
const NOTHING: History = { decidedAt: null, acknowledgedAt: null, isUntold: false }

/** Whoever holds the incidents can rely on it: entries and what is to be told are written under their locks. */
async function readHistory(
  trx: Trx,
  integrationId: string,
  sightings: readonly Sighting[],
): Promise<Map<string, History>> {
  const keys = sightings.map(({ incidentId, dedupKey }) => ({ incidentId, dedupKey }))
  const { rows } = await sql<History & { id: string }>`
    select s."incidentId" as id, exists (
        select from incident_outbox o where o.integration_id = ${integrationId} and o.dedup_key = s."dedupKey"
          and o.actor ->> 'kind' in ('user', 'api-key')
      ) as "isUntold",
      (select t.at from timeline_entries t where t.incident_id = s."incidentId" and t.kind = any(${DECISIONS}::text[])
        and t.actor ->> 'kind' in ('user', 'api-key') order by t.number desc limit 1) as "decidedAt",
      (select t.at from timeline_entries t where t.incident_id = s."incidentId" and t.kind = 'acknowledged'
        order by t.number desc limit 1) as "acknowledgedAt"
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as s("incidentId" uuid, "dedupKey" text)`.execute(
    trx,
  )
  return new Map(rows.map(({ id, ...history }) => [id, history]))
}
