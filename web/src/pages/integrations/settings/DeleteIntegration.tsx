import { useNavigate } from '@tanstack/react-router'
import type { IntegrationView } from '#contract/integrations.ts'
import { useDeleteIntegration } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Danger } from '../../../forms/Danger.tsx'
import { paths } from '../../../paths.ts'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'

const LOSS =
  'Its address answers 404 at once, and its settings, secrets and delivery log are gone. Its incidents stay, the active ones active.'

/** The end of an integration; disabling it is the way that can be taken back. */
export function DeleteIntegration({
  integration: { ref, name, serviceId },
}: {
  integration: IntegrationView
}) {
  const remove = useDeleteIntegration(ref)
  const navigate = useNavigate()
  return (
    <Danger words={`${LOSS} To pause it, switch Enabled off instead.`}>
      <ConfirmButton
        color="raspberry"
        variant="outline"
        label="Delete integration"
        title={`Delete ${name}`}
        loses={LOSS}
        disabledReason={useReasonAgainst('configure')}
        onConfirm={async () => {
          await remove.mutateAsync()
          await navigate(paths.serviceIntegrations(serviceId))
        }}
      />
    </Danger>
  )
}
