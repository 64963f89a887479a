import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { notify } from '../platform/live.ts'
import type { NewTimelineEntry } from './model.ts'
import { lockIncidents } from './store.ts'

/** Writes what changes nothing about the incidents but belongs to their story. Entries of incidents that are gone are left out. */
export async function annotate(
  deps: Pick<Deps, 'db' | 'live'>,
  entries: readonly NewTimelineEntry[],
): Promise<void> {
  if (entries.length === 0) return
  const ids = await deps.db.transaction().execute(async (trx) => {
    const incidents = await lockIncidents(trx, [...new Set(entries.map(({ incidentId }) => incidentId))])
    const found = new Set(incidents.map(({ id }) => id))
    const rows = entries
      .filter(({ incidentId }) => found.has(incidentId))
      .map((entry, n) => ({ ...entry, n }))
    await sql`
      insert into timeline_entries (incident_id, at, kind, actor, text, data)
      select "incidentId", at, kind, actor, text, data from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
        as x(n int, "incidentId" uuid, at timestamptz, kind text, actor jsonb, text text, data jsonb)
      order by n`.execute(trx)
    await notify(trx, [{ kind: 'incidents', ids: [...found] }])
    return [...found]
  })
  if (ids.length > 0) deps.live.tell({ kind: 'incidents', ids })
}
