import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { incidentCounts, incidentList } from '../../api/incidents.ts'
import { useReasonAgainst } from '../../api/me.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { LoadMore } from '../../ui/LoadMore.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { ListSkeleton } from '../../ui/Skeletons.tsx'
import { FilterBar } from './list/FilterBar.tsx'
import { filterOf, useIncidentSearch } from './list/filter.ts'
import { IncidentList } from './list/IncidentList.tsx'
import { NoIncidents } from './list/NoIncidents.tsx'
import type { IncidentSearch } from './search.ts'

const CreateIncident = lazy(async () => ({ default: (await import('./CreateIncident.tsx')).CreateIncident }))

/** What is broken, how bad, who has it. */
export function IncidentsPage() {
  const { search, change } = useIncidentSearch()
  const [isCreating, { open, close }] = useDisclosure(false)
  const openCount = useQuery(incidentCounts).data?.open
  return (
    <Page>
      <PageHeader
        title="Incidents"
        tab={openCount ? `(${openCount}) Incidents` : 'Incidents'}
        actions={
          <ActionButton
            leftSection={<IconPlus size={16} />}
            onClick={open}
            disabledReason={useReasonAgainst('act')}
          >
            Create incident
          </ActionButton>
        }
      />
      <FilterBar search={search} onChange={change} />
      <Incidents search={search} onChange={change} />
      {isCreating && (
        <Suspense>
          <CreateIncident onClose={close} />
        </Suspense>
      )}
    </Page>
  )
}

type Props = { search: IncidentSearch; onChange: (changes: Partial<IncidentSearch>) => void }

function Incidents({ search, onChange }: Props) {
  const filter = filterOf(search)
  const list = useInfiniteQuery(incidentList(filter))
  const incidents = list.data?.pages.flatMap(({ items }) => items)

  if (!incidents) {
    return list.error ? (
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
    ) : (
      <ListSkeleton rows={10} />
    )
  }
  return (
    <>
      <ErrorNote error={list.error} onRetry={() => void list.refetch()} />
      {incidents.length === 0 ? (
        <NoIncidents search={search} onChange={onChange} />
      ) : (
        <IncidentList
          listKey={JSON.stringify(list.isPlaceholderData ? 'older' : filter)}
          incidents={incidents}
          isOld={list.isPlaceholderData}
        />
      )}
      <LoadMore
        automatic
        hasMore={list.hasNextPage}
        isLoading={list.isFetchingNextPage}
        onLoad={list.fetchNextPage}
      />
    </>
  )
}
