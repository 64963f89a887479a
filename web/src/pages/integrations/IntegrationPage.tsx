import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import type { IntegrationView } from '#contract/integrations.ts'
import { integrationOne } from '../../api/integrations.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { TabLinks } from '../../tab-links.tsx'
import { ErrorNote } from '../../ui/ErrorNote.tsx'
import { Page, PageHeader } from '../../ui/Page.tsx'
import { PageSkeleton, TextSkeleton } from '../../ui/Skeletons.tsx'
import { DeliveriesTab } from './deliveries/DeliveriesTab.tsx'
import { Head } from './Head.tsx'
import { HealthTab } from './health/HealthTab.tsx'
import type { IntegrationTab } from './search.ts'
import { SettingsTab } from './settings/SettingsTab.tsx'
import { SetupTab } from './setup/SetupTab.tsx'
import { useIntegrationSearch } from './use-integration-search.ts'

const route = getRouteApi('/app/integrations/$ref')

/** One tool wired to one service: how to connect it, whether it can be heard, what it said, how it is set. */
export function IntegrationPage() {
  const { ref } = route.useParams()
  const { data: integration, error, refetch } = useQuery(integrationOne(ref))
  if (integration) return <Integration key={ref} integration={integration} problem={error} />
  if (!error) return <PageSkeleton />
  return (
    <Page>
      <PageHeader title="Integration" above={<TextLink {...paths.integrations()}>Integrations</TextLink>} />
      <ErrorNote error={error} onRetry={() => void refetch()} />
    </Page>
  )
}

const ConnectionTab = lazy(() =>
  import('./connection/ConnectionTab.tsx').then((part) => ({ default: part.ConnectionTab })),
)

const tabNames = {
  setup: 'Setup',
  connection: 'Both ways',
  health: 'Health',
  deliveries: 'Deliveries',
  settings: 'Settings',
} as const satisfies Record<IntegrationTab, string>

function Integration({ integration, problem }: { integration: IntegrationView; problem: Error | null }) {
  // Decided once: the first delivery must not take the set-up away from under the eyes of whoever waits for it.
  const [usual] = useState<IntegrationTab>(integration.lastDeliveryAt ? 'health' : 'setup')
  const { tab: asked = usual } = useIntegrationSearch()
  const names = tabsOf(integration)
  const tab = names.includes(asked) ? asked : usual
  return (
    <Page>
      <Head integration={integration} part={tabNames[tab]} />
      <TabLinks
        label="Integration"
        tabs={names.map((name) => ({
          name: tabNames[name],
          place: paths.integration(integration.ref, { tab: name }),
          isActive: name === tab,
        }))}
      />
      <ErrorNote error={problem} />
      <Part tab={tab} integration={integration} />
    </Page>
  )
}

/** Only Sentry is told anything back. */
const tabsOf = ({ type }: IntegrationView) =>
  (Object.keys(tabNames) as IntegrationTab[]).filter((name) => name !== 'connection' || type === 'sentry')

function Part({ tab, integration }: { tab: IntegrationTab; integration: IntegrationView }) {
  switch (tab) {
    case 'setup':
      return <SetupTab integration={integration} />
    case 'connection':
      return (
        <Suspense fallback={<TextSkeleton lines={6} />}>
          <ConnectionTab integration={integration} />
        </Suspense>
      )
    case 'health':
      return <HealthTab integration={integration} />
    case 'deliveries':
      return <DeliveriesTab integration={integration} />
    case 'settings':
      return <SettingsTab integration={integration} />
  }
}
