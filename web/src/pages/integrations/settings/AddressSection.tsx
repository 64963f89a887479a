import { Stack } from '@mantine/core'
import type { IntegrationView } from '#contract/integrations.ts'
import { useRotateId } from '../../../api/integrations.ts'
import { useReasonAgainst } from '../../../api/me.ts'
import { Danger } from '../../../forms/Danger.tsx'
import { ConfirmButton } from '../../../ui/ConfirmButton.tsx'
import { CopyField } from '../../../ui/Copy.tsx'
import { Section } from '../../../ui/Page.tsx'
import { tools } from '../tools.tsx'

/** The Integration ID, which is its address, and how to change it when it has leaked. */
export const AddressSection = ({ integration }: { integration: IntegrationView }) => (
  <Section
    title="Integration ID"
    description="The address of this integration. Whoever knows it can send alerts, unless they must be signed."
  >
    <Stack gap="lg">
      {integration.webhookUrl === null ? (
        <p style={{ margin: 0 }}>Not shown to viewers.</p>
      ) : (
        <Stack gap="sm">
          <CopyField label="Integration ID" value={integration.id} what="Integration ID" />
          <CopyField
            label={integration.type === 'events' ? 'Endpoint' : 'Webhook URL'}
            value={integration.webhookUrl}
            what={integration.type === 'events' ? 'endpoint' : 'webhook URL'}
          />
        </Stack>
      )}
      <Rotate integration={integration} />
    </Stack>
  </Section>
)

function Rotate({ integration: { ref, type } }: { integration: IntegrationView }) {
  const rotate = useRotateId(ref)
  const tool = type === 'events' ? 'the programs that send' : tools[type].name
  return (
    <Danger
      title={rotate.isSuccess ? 'Rotated' : 'Rotate'}
      words={
        rotate.isSuccess
          ? `The new address stands above. Put it into ${tool} now; the old one answers 404.`
          : `Gives a new address. The old one answers 404 at once, so alerts are lost until ${tool} has the new one.`
      }
    >
      <ConfirmButton
        label="Rotate ID"
        title="Rotate the Integration ID"
        loses={`The present address answers 404 at once and never works again. Alerts are lost until ${tool} has the new one. Incidents, deliveries and settings stay.`}
        disabledReason={useReasonAgainst('configure')}
        onConfirm={() => rotate.mutateAsync()}
      />
    </Danger>
  )
}
