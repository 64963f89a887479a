import type { IntegrationView } from '#contract/integrations.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { CopyButton, CopyField } from '../../../ui/Copy.tsx'
import { SecretStep } from './SecretStep.tsx'
import type { Addressed } from './SetupTab.tsx'
import { Doings, MenuPath, Step, Steps } from './Steps.tsx'
import styles from './setup.module.css'

/** What the internal integration is called in Sentry; alert rules name it. */
const NAME_IN_SENTRY = 'OpsKnight'

/** Sentry's own way to send: signed, and it says when an issue is resolved. */
export const InternalIntegrationSteps = ({ integration }: { integration: Addressed }) => (
  <>
    <p className={styles.note}>
      Recommended: Sentry signs what it sends, and says when an issue is resolved. One integration serves all
      projects of the organization.
    </p>
    <Steps>
      <Step title="Create an internal integration in Sentry">
        <Doings>
          <li>
            Open <MenuPath path="Settings → Developer Settings → Custom Integrations" /> and choose{' '}
            <MenuPath path="Create New Integration → Internal Integration" />.
          </li>
          <li>
            Name it <code>{NAME_IN_SENTRY}</code> and paste the webhook URL:
          </li>
        </Doings>
        <div className={styles.fields}>
          <CopyField label="Webhook URL" value={integration.webhookUrl} what="webhook URL" />
          <CopyField label="Integration ID" value={integration.id} what="Integration ID" />
        </div>
        <Doings>
          <li>
            Switch on <MenuPath path="Alert Rule Action" />, which newer versions call{' '}
            <MenuPath path="Alert Action" />, so that alert rules can send here.
          </li>
          <li>
            Under <MenuPath path="Permissions" /> set <MenuPath path="Issue & Event" /> to{' '}
            <MenuPath path="Read" />, or to <MenuPath path="Read & Write" /> if Sentry is to hear back:{' '}
            <TextLink {...paths.integration(integration.ref, { tab: 'connection' })}>Both ways</TextLink>
          </li>
          <li>
            Under <MenuPath path="Webhooks" /> tick <MenuPath path="issue" />, so that incidents resolve by
            themselves: alert rules never say that something is over.{' '}
            <NoiseNote settings={integration.settings} />
          </li>
          <li>
            Press <MenuPath path="Save Changes" />.
          </li>
        </Doings>
      </Step>
      <Step title="Set the signing secret (recommended)">
        <SecretStep integration={integration} />
      </Step>
      <Step title="Let an alert rule send here">
        <Doings>
          <li>
            In <MenuPath path="Alerts" /> open a rule, or choose <MenuPath path="Create Alert" />.
          </li>
          <li>
            Add the action <MenuPath path={`Send a notification via ${NAME_IN_SENTRY}`} />{' '}
            <CopyButton value={NAME_IN_SENTRY} what="name" /> and save the rule.
          </li>
          <li>
            Press <MenuPath path="Send Test Notification" />: it arrives here as an alert.
          </li>
        </Doings>
      </Step>
    </Steps>
  </>
)

const NoiseNote = ({ settings }: Pick<IntegrationView, 'settings'>) =>
  settings.triggerOnIssueCreated === false
    ? 'New issues alone open nothing here, as you chose alert rules only.'
    : 'Every new issue then opens an incident; Settings can limit that to alert rules.'
