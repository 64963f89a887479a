import { Button, Stack } from '@mantine/core'
import { useState } from 'react'
import type { IntegrationView } from '#contract/integrations.ts'
import { useRemoveSigningSecret, useSetSigningSecret } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Danger } from '../../../forms/Danger.tsx'
import { ShownOnce } from '../../../forms/ShownOnce.tsx'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { ErrorNote } from '../../../ui/ErrorNote.tsx'
import { Section } from '../../../ui/Page.tsx'
import { PasteSecret } from './PasteSecret.tsx'
import { RemoveSecret } from './RemoveSecret.tsx'

/** The secret that deliveries are signed with: set, replaced, removed, never shown again. */
export const SecretSection = ({ integration }: { integration: IntegrationView }) => (
  <Section
    title="Signing secret"
    description={
      integration.hasSigningSecret
        ? 'Set. A delivery without its signature is rejected with 401.'
        : 'Not set: deliveries are accepted unsigned. Paste the Client Secret that Sentry shows for its integration.'
    }
  >
    <Replace integration={integration} />
    {integration.hasPreviousSigningSecret && <Previous integrationRef={integration.ref} />}
    {integration.hasSigningSecret && (
      <Danger
        title="Remove"
        words="For a sender that cannot sign, such as the WebHooks plugin. Deliveries are no longer checked."
      >
        <RemoveSecret integrationRef={integration.ref} />
      </Danger>
    )}
  </Section>
)

/** The two ways to a new secret. The generated one stays on screen until it is said to be copied. */
function Replace({ integration: { ref, hasSigningSecret } }: { integration: IntegrationView }) {
  const generate = useSetSigningSecret(ref)
  const [isPasting, setPasting] = useState(false)
  const notAllowed = useReasonAgainst('configure')
  if (generate.data) {
    return (
      <Stack gap="sm" align="flex-start">
        <ShownOnce value={generate.data.signingSecret} what="signing secret">
          Shown only now. Enter it where the deliveries are signed.
        </ShownOnce>
        <Button onClick={generate.reset}>I have copied it</Button>
      </Stack>
    )
  }
  if (isPasting)
    return <PasteSecret integrationRef={ref} isRotation={hasSigningSecret} onDone={() => setPasting(false)} />
  return (
    <Danger
      title={hasSigningSecret ? 'Replace' : 'Set'}
      words={
        hasSigningSecret
          ? 'The present secret can stay valid beside the new one until the tool has changed over.'
          : 'Paste the one that the tool shows, or generate one for a tool that lets you enter it.'
      }
    >
      <ActionButton disabledReason={notAllowed} onClick={() => setPasting(true)}>
        Paste a secret
      </ActionButton>
      <ActionButton
        disabledReason={notAllowed}
        loading={generate.isPending}
        onClick={() => generate.mutate({ keepPrevious: hasSigningSecret })}
      >
        Generate one
      </ActionButton>
      <ErrorNote error={generate.error} />
    </Danger>
  )
}

function Previous({ integrationRef }: { integrationRef: string }) {
  const remove = useRemoveSigningSecret(integrationRef, 'previous')
  return (
    <Danger
      title="The previous secret is still valid"
      words="Remove it once the tool signs with the new one."
    >
      <ConfirmButton
        label="Remove previous"
        title="Remove the previous secret"
        loses="Deliveries that are still signed with it are rejected with 401 from now on. The present secret stays."
        disabledReason={useReasonAgainst('configure')}
        onConfirm={() => remove.mutateAsync()}
      />
    </Danger>
  )
}
