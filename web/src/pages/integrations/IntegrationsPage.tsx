import { IconPlugConnected } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { allServices } from '../../api/directory.ts'
import { integrationList } from '../../api/integrations.ts'
import { ButtonLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PagedRows } from '../../ui/PagedRows.tsx'
import { IntegrationRow } from './list/IntegrationRow.tsx'

/** Every tool of every service, and whether it can still be heard. */
export const IntegrationsPage = () => (
  <Page>
    <PageHeader
      title="Integrations"
      description="Where alerts come from. Bars show the last 24 hours, an hour each."
    />
    <Integrations />
  </Page>
)

function Integrations() {
  return (
    <PagedRows
      list={useInfiniteQuery(integrationList)}
      label="Integrations"
      row={(integration) => <IntegrationRow key={integration.ref} integration={integration} withService />}
      skeletonRows={6}
      empty={<NothingConnected />}
    />
  )
}

function NothingConnected() {
  const first = useQuery(allServices).data?.[0]
  return (
    <EmptyState
      icon={IconPlugConnected}
      title="No tool is connected yet"
      action={
        <ButtonLink variant="filled" {...(first ? paths.addIntegration(first.id) : paths.services())}>
          {first ? `Connect a tool to ${first.name}` : 'Create a service first'}
        </ButtonLink>
      }
    >
      An integration wires one monitoring tool to one service. Each has an address of its own to which the
      tool sends its alerts.
    </EmptyState>
  )
}
