import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '#contract/common.ts'
import type { Deps } from '../deps.ts'
import { notify } from '../platform/live.ts'
import { lockIncidents } from './store.ts'

/**
 * Changes what is known about an incident and nothing else of it: no status, no page, no entry of the timeline. `link` is set where
 * there is none. An incident that is gone is left alone.
 */
export async function fillDetails(
  deps: Pick<Deps, 'db' | 'live'>,
  incidentId: string,
  { fill, link = null }: { fill: (details: JsonObject) => JsonObject; link?: string | null },
): Promise<void> {
  const ids = await deps.db.transaction().execute(async (trx) => {
    const [incident] = await lockIncidents(trx, [incidentId])
    if (!incident) return []
    const details = fill(incident.details)
    const after = { details, link: incident.link ?? link }
    if (isDeepStrictEqual(after, { details: incident.details, link: incident.link })) return []
    await trx
      .updateTable('incidents')
      .set({ ...after, details: JSON.stringify(details) })
      .where('id', '=', incidentId)
      .execute()
    await notify(trx, [{ kind: 'incidents', ids: [incidentId] }])
    return [incidentId]
  })
  if (ids.length > 0) deps.live.tell({ kind: 'incidents', ids })
}
