import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { IncidentPage, IncidentSummary, IncidentView, TimelineEntry } from '#contract/incidents.ts'
import { incidentKeys } from './incidents.ts'

type Lists = InfiniteData<IncidentPage, string | undefined>

/** Changes incidents wherever the cache has them, in lists and on their own pages. */
export function changeCached(
  queryClient: QueryClient,
  ids: ReadonlySet<string>,
  change: <Incident extends IncidentSummary>(incident: Incident) => Incident,
): void {
  const changeOne = <Incident extends IncidentSummary>(incident: Incident) =>
    ids.has(incident.id) ? change(incident) : incident

  queryClient.setQueriesData<Lists>({ queryKey: incidentKeys.lists }, (lists) =>
    lists
      ? { ...lists, pages: lists.pages.map((page) => ({ ...page, items: page.items.map(changeOne) })) }
      : lists,
  )
  queryClient.setQueriesData<IncidentView>({ queryKey: ['incidents', 'one'] }, (incident) =>
    incident ? changeOne(incident) : incident,
  )
}

/** An incident as the server just answered it, wherever it is shown. */
export function storeIncident(queryClient: QueryClient, incident: IncidentSummary): void {
  changeCached(queryClient, new Set([incident.id]), (cached) => ({ ...cached, ...incident }))
}

/** Puts an entry on top of an incident's timeline, or takes it away again. */
export function changeCachedTimeline(
  queryClient: QueryClient,
  id: string,
  change: (timeline: TimelineEntry[]) => TimelineEntry[],
): void {
  queryClient.setQueriesData<IncidentView>({ queryKey: ['incidents', 'one'] }, (incident) =>
    incident?.id === id ? { ...incident, timeline: change(incident.timeline) } : incident,
  )
}

/** What a list has shown of the incident already. */
export function findCachedSummary(queryClient: QueryClient, number: string): IncidentSummary | undefined {
  return queryClient
    .getQueriesData<Lists>({ queryKey: incidentKeys.lists })
    .flatMap(([, lists]) => lists?.pages.flatMap(({ items }) => items) ?? [])
    .find((incident) => String(incident.number) === number)
}
