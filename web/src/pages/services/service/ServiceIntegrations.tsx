import { IconPlugConnected } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { integrationsOfService } from '../../../api/integrations.ts'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Rows } from '../../../ui/Rows.tsx'
import { ListSkeleton } from '../../../ui/Skeletons.tsx'
import { IntegrationRow } from '../../integrations/list/IntegrationRow.tsx'
import { AddIntegration } from './AddIntegration.tsx'

/** The tools of one service, each with its health in one line. */
export function ServiceIntegrations({ serviceId }: { serviceId: string }) {
  const { data: integrations, error, refetch } = useQuery(integrationsOfService(serviceId))
  if (!integrations) {
    return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <ListSkeleton rows={2} />
  }
  if (integrations.length === 0) {
    return (
      <EmptyState
        icon={IconPlugConnected}
        title="No tool is connected yet"
        action={<AddIntegration serviceId={serviceId} />}
      >
        Connect Sentry, or anything that can send an HTTP request. It takes a few minutes, and you see the
        first alert arrive.
      </EmptyState>
    )
  }
  return (
    <Rows bare label="Integrations">
      {integrations.map((integration) => (
        <IntegrationRow key={integration.ref} integration={integration} />
      ))}
    </Rows>
  )
}
