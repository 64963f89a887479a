import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate } from '@tanstack/react-router'
import { allServices } from '../../api/directory.ts'
import { integrationsOfService } from '../../api/integrations.ts'
import { meQuery, setupStateQuery } from '../../api/me.ts'
import { paths } from '../../paths.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { Doorway } from '../sign-in/Doorway.tsx'
import { AdministratorStep } from './AdministratorStep.tsx'
import { ServiceStep } from './ServiceStep.tsx'
import { ToolStep } from './ToolStep.tsx'
import { WhereTheAddressIs } from './WhereTheAddressIs.tsx'

const route = getRouteApi('/setup')

/**
 * The first hour of a server: an administrator, a service, a tool. Which step is next follows from what is there, so
 * that a reload or a second tab goes on where the first one was.
 */
export function SetupPage() {
  const { token } = route.useSearch()
  const state = useQuery(setupStateQuery)
  if (!state.data) return <OnItsWay error={state.error} onRetry={() => void state.refetch()} />
  if (!state.data.needed) return <AfterAdministrator />
  return token ? <AdministratorStep token={token} /> : <WhereTheAddressIs />
}

function AfterAdministrator() {
  const me = useQuery({ ...meQuery, retry: false })
  if (me.data) return me.data.role === 'admin' ? <FirstService /> : <Navigate {...paths.home()} replace />
  return me.error ? <Navigate {...paths.signIn()} replace /> : <OnItsWay />
}

function FirstService() {
  const services = useQuery(allServices)
  const first = services.data?.[0]
  if (!services.data) return <OnItsWay error={services.error} onRetry={() => void services.refetch()} />
  if (!first) return <ServiceStep />
  return services.data.length === 1 ? <FirstTool {...first} /> : <Navigate {...paths.home()} replace />
}

function FirstTool({ id, name }: { id: string; name: string }) {
  const integrations = useQuery(integrationsOfService(id))
  if (!integrations.data)
    return <OnItsWay error={integrations.error} onRetry={() => void integrations.refetch()} />
  const [existing] = integrations.data
  return existing ? (
    <Navigate {...paths.integration(existing.ref)} replace />
  ) : (
    <ToolStep serviceId={id} serviceName={name} />
  )
}

const OnItsWay = ({ error = null, onRetry }: { error?: Error | null; onRetry?: () => void }) => (
  <Doorway title="Set up OpsKnight">
    {error ? <ErrorNote error={error} {...(onRetry && { onRetry })} /> : <FormSkeleton />}
  </Doorway>
)
