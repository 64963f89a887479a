import { sql } from 'kysely'
import type { Incident } from '../incidents/model.ts'
import { lockIncidents } from '../incidents/store.ts'
import type { Trx } from '../platform/db.ts'

type OfIncident = { incidentId: string | null }

export const incidentsOf = (pages: readonly OfIncident[]): string[] => [
  ...new Set(pages.flatMap(({ incidentId }) => incidentId ?? [])),
]

/** What browsers are told when pages of these incidents have changed. */
export const messagesAbout = (ids: string[]) => (ids.length > 0 ? [{ kind: 'incidents' as const, ids }] : [])

type Asked = OfIncident & { cause: string; createdAt: Date }
/** How an incident stands towards its pages; `isPaging`: it has gone on paging since it was stopped, as it got worse. */
export type Standing = Pick<Incident, 'id' | 'status' | 'acknowledgedAt'> & { isPaging: boolean }

export async function readPaging(trx: Trx, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select incident_id as id from escalations where incident_id = any(${ids}::uuid[])`.execute(trx)
  return new Set(rows.map(({ id }) => id))
}

/** Locked, as whoever acknowledges them decides too. */
export async function lockStandings(trx: Trx, ids: string[]): Promise<Standing[]> {
  const incidents = await lockIncidents(trx, ids)
  const paging = await readPaging(trx, ids)
  return incidents.map(({ id, status, acknowledgedAt }) => ({
    ...{ id, status, acknowledgedAt, isPaging: paging.has(id) },
  }))
}

/**
 * Whether nobody needs a page any more. Whoever acknowledges an incident stops what was asked for before; that it got worse since is
 * told to them, or to the administrators in their place; or, where no person has it, to all whom its policy pages.
 */
export function isOver({ incidentId, cause, createdAt }: Asked, incidents: readonly Standing[]): boolean {
  const incident = incidents.find(({ id }) => id === incidentId)
  if (!incident || incident.status === 'open' || incident.isPaging) return false
  if (incident.status !== 'acknowledged') return true
  const isAskedSince = incident.acknowledgedAt !== null && createdAt > incident.acknowledgedAt
  return cause !== 'worse' && !(cause === 'administrators' && isAskedSince)
}
