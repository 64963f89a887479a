import { useNavigate } from '@tanstack/react-router'
import type { ServiceView } from '#contract/services.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useDeleteService } from '../../../api/services.ts'
import { counted } from '../../../forms/counted.ts'
import { Danger } from '../../../forms/Danger.tsx'
import { paths } from '../../../paths.ts'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'

/** The end of a service; says what goes with it. */
export function DeleteService({ service }: { service: ServiceView }) {
  const remove = useDeleteService(service.id)
  const navigate = useNavigate()
  const notAllowed = useReasonAgainst('configure')
  return (
    <Danger words={wordsOfLoss(service)}>
      <ConfirmButton
        color="raspberry"
        variant="outline"
        label="Delete service"
        title={`Delete ${service.name}`}
        loses={wordsOfLoss(service)}
        typeToConfirm={service.name}
        disabledReason={notAllowed}
        onConfirm={async () => {
          await remove.mutateAsync()
          await navigate(paths.services())
        }}
      />
    </Danger>
  )
}

/** What is lost with a service, and what stays. */
export function wordsOfLoss({
  integrationCount,
  activeIncidentCount,
}: Pick<ServiceView, 'integrationCount' | 'activeIncidentCount'>): string {
  const integrations = counted(integrationCount, 'integration')
  return [
    integrationCount > 0 &&
      `Also deletes ${integrations}: ${integrationCount === 1 ? 'its address answers' : 'their addresses answer'} 404 at once.`,
    activeIncidentCount > 0 && `Resolves ${counted(activeIncidentCount, 'active incident')}.`,
    'Past incidents stay readable. This cannot be undone.',
  ]
    .filter(Boolean)
    .join(' ')
}
