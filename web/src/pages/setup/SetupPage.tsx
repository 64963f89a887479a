import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Navigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { IntegrationView } from '#contract/integrations.ts'
import type { ServiceView } from '#contract/services.ts'
import { allServices } from '../../api/directory.ts'
import { integrationsOfService } from '../../api/integrations.ts'
import { meQuery, setupStateQuery } from '../../api/me.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { FormSkeleton } from '../../ui/Skeletons.tsx'
import { Doorway } from '../sign-in/Doorway.tsx'
import { AdministratorStep } from './AdministratorStep.tsx'
import { ServiceStep } from './ServiceStep.tsx'
import styles from './setup.module.css'
import { ToolStep } from './ToolStep.tsx'
import { WhereTheAddressIs } from './WhereTheAddressIs.tsx'

const route = getRouteApi('/setup')

// Its forms are many; whoever creates the administrator does not wait for them.
const PagingStep = lazy(async () => ({ default: (await import('./paging/PagingStep.tsx')).PagingStep }))

/**
 * The first hour of a server: an administrator, a service, a tool, and who is paged. Which step is next follows from what is there, so
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
  return services.data.length === 1 ? <FirstTool service={first} /> : <Navigate {...paths.home()} replace />
}

function FirstTool({ service }: { service: ServiceView }) {
  const integrations = useQuery(integrationsOfService(service.id))
  const { step } = route.useSearch()
  // Whoever has come to the last step stays there, also once there is a policy.
  const [hadPolicy] = useState(service.escalationPolicyId !== null)
  if (!integrations.data)
    return <OnItsWay error={integrations.error} onRetry={() => void integrations.refetch()} />
  const [existing] = integrations.data
  if (!existing && step !== 'paging') return <ToolStep serviceId={service.id} serviceName={service.name} />
  if (existing && hadPolicy) return <Navigate {...paths.integration(existing.ref)} replace />
  return (
    <Suspense fallback={<OnItsWay />}>
      <PagingStep service={service} onward={<Onward integration={existing} />} />
    </Suspense>
  )
}

const Onward = ({ integration }: { integration: IntegrationView | undefined }) => (
  <span className={styles.onward}>
    {integration && (
      <TextLink {...paths.integration(integration.ref)}>Back to the set-up of {integration.name}</TextLink>
    )}
    <TextLink {...paths.incidents()}>Go to the incidents</TextLink>
  </span>
)

const OnItsWay = ({ error = null, onRetry }: { error?: Error | null; onRetry?: () => void }) => (
  <Doorway title="Set up OpsKnight">
    {error ? <ErrorNote error={error} {...(onRetry && { onRetry })} /> : <FormSkeleton />}
  </Doorway>
)
