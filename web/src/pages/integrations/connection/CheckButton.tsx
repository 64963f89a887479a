import { useReasonAgainst } from '../../../api/me.ts'
import { useCheckSentry } from '../../../api/sentry-connection.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'

/** Asks Sentry now; what it refused before is tried again from then on. */
export function CheckButton({ integrationRef }: { integrationRef: string }) {
  const check = useCheckSentry(integrationRef)
  return (
    <>
      <ActionButton
        loading={check.isPending}
        disabledReason={useReasonAgainst('configure')}
        onClick={() => check.mutate()}
      >
        Check connection
      </ActionButton>
      <ErrorNote error={check.error} />
    </>
  )
}
