import { getRouteApi } from '@tanstack/react-router'
import { Section } from '../../ui/Page.tsx'
import { AddIntegration } from './service/AddIntegration.tsx'
import { ServiceFrame } from './service/ServiceFrame.tsx'
import { ServiceIntegrations } from './service/ServiceIntegrations.tsx'

const route = getRouteApi('/app/services/$id/integrations')

/** Where the alerts of one service come from. */
export function ServiceIntegrationsPage() {
  const { id } = route.useParams()
  return (
    <ServiceFrame id={id} part="Integrations">
      {(service) => (
        <Section
          flush
          title="Integrations"
          description={`Tools whose alerts become incidents of ${service.name}.`}
          actions={service.integrationCount > 0 && <AddIntegration serviceId={id} />}
        >
          <ServiceIntegrations serviceId={id} />
        </Section>
      )}
    </ServiceFrame>
  )
}
