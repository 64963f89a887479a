import type { Incident } from '../incidents/model.ts'

type OfIncident = { incidentId: string | null; cause: string }

export const incidentsOf = (pages: readonly Pick<OfIncident, 'incidentId'>[]): string[] => [
  ...new Set(pages.flatMap(({ incidentId }) => incidentId ?? [])),
]

/** What browsers are told when pages of these incidents have changed. */
export const messagesAbout = (ids: string[]) => (ids.length > 0 ? [{ kind: 'incidents' as const, ids }] : [])

/** Whether nobody needs a page any more. Somebody who has acknowledged an incident is told that it got worse. */
export function isOver(page: OfIncident, incidents: readonly Pick<Incident, 'id' | 'status'>[]): boolean {
  const status = incidents.find(({ id }) => id === page.incidentId)?.status ?? 'open'
  return status !== 'open' && !(status === 'acknowledged' && page.cause === 'worse')
}
