import { sql } from 'kysely'
import type { Actor } from '#contract/common.ts'
import type { TimelineKind } from '#contract/incidents.ts'
import type { Deps } from '../deps.ts'
import type { Trx } from '../platform/db.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { contextReader, writeAndNotify } from './commands.ts'
import { decide } from './decide.ts'
import { isWholeOf } from './linked.ts'
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
        const { dedupKey, shown } = sightings.find(({ incidentId }) => incidentId === incident.id)!
        const { links, isLinked, notedAt, isUntold, ...rest } = history.get(incident.id)!
        const isOwn = incident.integrationId === integration.id && incident.dedupKey === dedupKey
        // Somebody has linked the problem to another incident meanwhile.
        if (!isOwn && !isLinked) continue
        const part = isOwn || isWholeOf(incident, links) ? null : { notedAt }
        const before = { ...rest, part }
        const decision = decide(incident, { kind: 'follow', dedupKey, shown, before }, contextOf(incident))
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

type History = Omit<Before, 'part'> & {
  isUntold: boolean
  /** How many problems were linked to the incident, and whether this is one of them. */
  links: number
  isLinked: boolean
  notedAt: Date | null
}

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
        order by t.number desc limit 1) as "acknowledgedAt",
      (select t.at from timeline_entries t where t.incident_id = s."incidentId" and t.kind = 'noted'
        and t.data ->> 'linked' = s."dedupKey" order by t.number desc limit 1) as "notedAt",
      (select count(*)::int from incident_links l where l.incident_id = s."incidentId") as links,
      exists (
        select from incident_links l where l.integration_id = ${integrationId} and l.dedup_key = s."dedupKey"
          and l.incident_id = s."incidentId"
      ) as "isLinked"
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as s("incidentId" uuid, "dedupKey" text)`.execute(
    trx,
  )
  return new Map(rows.map(({ id, ...history }) => [id, history]))
}
