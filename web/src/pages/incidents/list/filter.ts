import { getRouteApi, useNavigate } from '@tanstack/react-router'
import type { IncidentFilter } from '../../../api/incidents.ts'
import { paths } from '../../../paths.ts'
import { IncidentSearch, type StatusTab } from '../search.ts'

const route = getRouteApi('/app/incidents')

/** What the URL asks to see. */
export const filterOf = ({ status = 'active', severity, service, q }: IncidentSearch): IncidentFilter => ({
  status: status === 'all' ? undefined : status,
  severity,
  serviceId: service,
  q,
})

export const isFiltered = ({ severity, service, q }: IncidentSearch) =>
  Boolean(severity?.length || service?.length || q)

/** The filters of the list, which live in the URL, and how to change them. */
export function useIncidentSearch() {
  const search = IncidentSearch.parse(route.useSearch()) as IncidentSearch
  const navigate = useNavigate()
  return {
    search,
    tab: (search.status ?? 'active') as StatusTab,
    change: (changes: Partial<IncidentSearch>) =>
      void navigate({ ...paths.incidents({ ...search, ...changes }), replace: true, resetScroll: false }),
  }
}
