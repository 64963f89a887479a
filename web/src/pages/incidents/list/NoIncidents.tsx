import { Button } from '@mantine/core'
import { IconCircleCheck, IconPlugConnected, IconSearchOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { allIntegrations, allServices } from '../../../api/directory.ts'
import { ButtonLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import type { IncidentSearch } from '../search.ts'
import { isFiltered } from './filter.ts'

type Props = { search: IncidentSearch; onChange: (changes: Partial<IncidentSearch>) => void }

/** Why the list is empty, and what would fill it. */
export function NoIncidents({ search, onChange }: Props) {
  const integrations = useQuery(allIntegrations)
  if (isFiltered(search)) return <NothingMatches search={search} onChange={onChange} />
  if (integrations.isPending) return <ListSkeleton />
  if (integrations.data?.length === 0) return <NothingConnected />
  return search.status === 'resolved' || search.status === 'all' ? (
    <EmptyState title="No incidents yet">
      Alerts from your integrations become incidents. Resolved ones stay here for good.
    </EmptyState>
  ) : (
    <EmptyState icon={IconCircleCheck} title="All clear">
      Nothing is broken as far as your integrations know. New incidents appear here by themselves.
    </EmptyState>
  )
}

function NothingConnected() {
  const services = useQuery(allServices).data
  const first = services?.[0]
  return (
    <EmptyState
      icon={IconPlugConnected}
      title="No alerts can arrive yet"
      action={
        first ? (
          <ButtonLink {...paths.addIntegration(first.id)} variant="filled">
            Connect Sentry to {first.name}
          </ButtonLink>
        ) : (
          <ButtonLink {...paths.services()} variant="filled">
            Create a service
          </ButtonLink>
        )
      }
    >
      Incidents come from your monitoring tools. Connect one to a service, and the first alert appears here a
      moment after it is sent.
    </EmptyState>
  )
}

function NothingMatches({ search, onChange }: Props) {
  const isEverywhere = search.status === 'all'
  return (
    <EmptyState
      icon={IconSearchOff}
      title="Nothing matches"
      action={
        <>
          {!isEverywhere && (
            <Button onClick={() => onChange({ status: 'all' })}>Look in all incidents</Button>
          )}
          <Button onClick={() => onChange({ q: undefined, severity: undefined, service: undefined })}>
            Clear filters
          </Button>
        </>
      }
    >
      {isEverywhere
        ? 'No incident has these words, this severity and this service.'
        : 'No incident under this tab has these words, this severity and this service; another one may.'}
    </EmptyState>
  )
}
