import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useReasonAgainst } from '../../api/me.ts'
import { paths } from '../../paths.ts'
import { ActionButton } from '../../ui/ActionButton.tsx'
import { Section } from '../../ui/Page.tsx'
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
          actions={<AddButton serviceId={id} />}
        >
          <ServiceIntegrations serviceId={id} />
        </Section>
      )}
    </ServiceFrame>
  )
}

function AddButton({ serviceId }: { serviceId: string }) {
  const navigate = useNavigate()
  return (
    <ActionButton
      variant="filled"
      leftSection={<IconPlus size={16} />}
      disabledReason={useReasonAgainst('configure')}
      onClick={() => void navigate(paths.addIntegration(serviceId))}
    >
      Add integration
    </ActionButton>
  )
}
