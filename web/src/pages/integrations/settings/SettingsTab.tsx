import type { IntegrationView } from '#contract/integrations.ts'
import { Section } from '../../../ui/Page.tsx'
import { AddressSection } from './AddressSection.tsx'
import { DeleteIntegration } from './DeleteIntegration.tsx'
import { GeneralSettings } from './GeneralSettings.tsx'
import { LimitSettings } from './LimitSettings.tsx'
import { SecretSection } from './SecretSection.tsx'
import { SentrySettingsForm } from './SentrySettingsForm.tsx'

/** What may be changed about one integration. */
export const SettingsTab = ({ integration }: { integration: IntegrationView }) => (
  <>
    <Section title="General">
      <GeneralSettings integration={integration} />
    </Section>
    {integration.type === 'sentry' && (
      <Section
        title="What opens an incident"
        description="Filters hold back alerts, never the message that something is resolved."
      >
        <SentrySettingsForm integration={integration} />
      </Section>
    )}
    {integration.type === 'sentry' && <SecretSection integration={integration} />}
    <AddressSection integration={integration} />
    <Section
      title="Limits"
      description="They keep a storm from drowning people and disk; no alert is lost by them."
    >
      <LimitSettings integration={integration} />
    </Section>
    <Section title="Delete">
      <DeleteIntegration integration={integration} />
    </Section>
  </>
)
