import { useQuery } from '@tanstack/react-query'
import type { IntegrationView } from '#contract/integrations.ts'
import { sentryConnection } from '../../../api/sentry-connection.ts'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { TextSkeleton } from '../../../ui/Skeletons.tsx'
import { Connected } from './Connected.tsx'
import { NotConnected } from './NotConnected.tsx'

/** The way back to Sentry: how to open it, how it stands, and what goes over it. */
export function ConnectionTab({ integration }: { integration: IntegrationView }) {
  const { ref, connected } = integration
  const { data: connection, error, refetch } = useQuery({ ...sentryConnection(ref), enabled: connected })
  if (!connected) return <NotConnected integration={integration} />
  if (connection) return <Connected integration={integration} connection={connection} problem={error} />
  return error ? <ErrorNote error={error} onRetry={() => void refetch()} /> : <TextSkeleton lines={6} />
}
