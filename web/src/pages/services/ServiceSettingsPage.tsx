import { getRouteApi } from '@tanstack/react-router'
import { Section } from '../../ui/Page.tsx'
import { ServiceFrame } from './service/ServiceFrame.tsx'
import { DeleteService } from './settings/DeleteService.tsx'
import { ServiceSettings } from './settings/ServiceSettings.tsx'

const route = getRouteApi('/app/services/$id/settings')

/** What may be changed about one service. */
export function ServiceSettingsPage() {
  const { id } = route.useParams()
  return (
    <ServiceFrame id={id} part="Settings">
      {(service) => (
        <>
          <Section title="Service">
            <ServiceSettings service={service} />
          </Section>
          <Section title="Delete">
            <DeleteService service={service} />
          </Section>
        </>
      )}
    </ServiceFrame>
  )
}
