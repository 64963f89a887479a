import { useRemoveSigningSecret } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'

/** Ends the check of signatures. */
export function RemoveSecret({ integrationRef }: { integrationRef: string }) {
  const remove = useRemoveSigningSecret(integrationRef, 'all')
  return (
    <ConfirmButton
      label="Remove secret"
      title="Remove the signing secret"
      loses="Deliveries are no longer checked: whoever knows the webhook URL can open incidents. The secret cannot be shown or brought back here."
      disabledReason={useReasonAgainst('configure')}
      onConfirm={() => remove.mutateAsync()}
    />
  )
}
