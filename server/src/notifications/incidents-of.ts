import type { Incident } from '../incidents/model.ts'

type OfIncident = { incidentId: string | null }

export const incidentsOf = (pages: readonly OfIncident[]): string[] => [
  ...new Set(pages.flatMap(({ incidentId }) => incidentId ?? [])),
]

/** What browsers are told when pages of these incidents have changed. */
export const messagesAbout = (ids: string[]) => (ids.length > 0 ? [{ kind: 'incidents' as const, ids }] : [])

type Asked = OfIncident & { cause: string; createdAt: Date }

/**
 * Whether nobody needs a page any more. Whoever acknowledges an incident stops what was asked for before; that it got worse since is
 * told to them, or to the administrators in their place.
 */
export function isOver(
  { incidentId, cause, createdAt }: Asked,
  incidents: readonly Pick<Incident, 'id' | 'status' | 'acknowledgedAt'>[],
): boolean {
  const incident = incidents.find(({ id }) => id === incidentId)
  if (!incident || incident.status === 'open') return false
  if (incident.status !== 'acknowledged') return true
  const isAskedSince = incident.acknowledgedAt !== null && createdAt > incident.acknowledgedAt
  return cause !== 'worse' && !(cause === 'administrators' && isAskedSince)
}
