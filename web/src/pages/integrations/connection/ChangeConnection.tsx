import { useState } from 'react'
import type { IntegrationView } from '#contract/integrations.ts'
import type { SentryConnectionView } from '#contract/sentry-connection.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { useDisconnectSentry } from '../../../api/sentry-connection.ts'
import { Danger } from '../../../forms/Danger.tsx'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { Section } from '../../../ui/Page.tsx'
import { ConnectForm } from './ConnectForm.tsx'

type Props = { integration: IntegrationView; connection: SentryConnectionView }

/** Another token, another address, or the end of it. */
export function ChangeConnection({ integration, connection }: Props) {
  const [isOpen, setOpen] = useState(false)
  const notAllowed = useReasonAgainst('configure')
  return (
    <Section title="Address and token">
      {isOpen ? (
        <ConnectForm integration={integration} present={connection} onDone={() => setOpen(false)} />
      ) : (
        <Danger
          title="Change"
          words="For a new token, a Client Secret that was rotated in Sentry, or a Sentry that has moved."
        >
          <ActionButton disabledReason={notAllowed} onClick={() => setOpen(true)}>
            Change connection
          </ActionButton>
        </Danger>
      )}
      <Disconnect integrationRef={integration.ref} waiting={connection.waiting.count} />
    </Section>
  )
}

function Disconnect({ integrationRef, waiting }: { integrationRef: string; waiting: number }) {
  const disconnect = useDisconnectSentry(integrationRef)
  const untold = waiting > 0 ? ' What Sentry has not been told yet, it will not be told.' : ''
  return (
    <Danger
      title="Disconnect"
      words="Sentry is told and asked nothing more. Alerts go on coming in, and the signing secret stays."
    >
      <ConfirmButton
        color="raspberry"
        variant="outline"
        label="Disconnect"
        title="Disconnect from Sentry"
        loses={`The token is deleted, and Sentry is told and asked nothing more.${untold} Incidents, deliveries and the signing secret stay, and so do assignments and links in Sentry.`}
        disabledReason={useReasonAgainst('configure')}
        onConfirm={() => disconnect.mutateAsync()}
      />
    </Danger>
  )
}
