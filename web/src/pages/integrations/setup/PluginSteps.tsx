import { IconAlertCircle, IconCircleCheck } from '@tabler/icons-react'
import { CopyField } from '../../../ui/Copy.tsx'
import { RemoveSecret } from '../settings/RemoveSecret.tsx'
import type { Addressed } from './SetupTab.tsx'
import { Doings, MenuPath, Step, Steps } from './Steps.tsx'
import styles from './setup.module.css'

/** The older way, project by project: never signed, and it cannot say that something is over. */
export const PluginSteps = ({ integration }: { integration: Addressed }) => (
  <>
    <p className={styles.note}>
      For a Sentry in which you cannot create integrations. The plugin is set up for each project, never signs
      what it sends, and never says that an issue is resolved: you resolve those incidents yourself.
    </p>
    <Steps>
      <Step title="Add the plugin to the project">
        <Doings>
          <li>
            In Sentry open <MenuPath path="Settings → Integrations" />, search for{' '}
            <MenuPath path="WebHooks" /> and choose <MenuPath path="Add to Project" />, or configure the one
            that is there.
          </li>
          <li>
            Paste this as <MenuPath path="Callback URL" />, enable the plugin and save:
          </li>
        </Doings>
        <div className={styles.fields}>
          <CopyField label="Webhook URL" value={integration.webhookUrl} what="webhook URL" />
          <CopyField label="Integration ID" value={integration.id} what="Integration ID" />
        </div>
      </Step>
      <Step title="Leave the signing secret empty">
        {integration.hasSigningSecret ? <SecretInTheWay integration={integration} /> : <NoSecret />}
      </Step>
      <Step title="Let an alert rule send here">
        <Doings>
          <li>
            In <MenuPath path="Alerts" /> open a rule, or choose <MenuPath path="Create Alert Rule" />, and
            set its conditions, for example "When an event is seen".
          </li>
          <li>
            Add the action <MenuPath path="Send a notification via webhooks" />, select your OpsKnight webhook
            and save the rule.
          </li>
        </Doings>
      </Step>
    </Steps>
  </>
)

const NoSecret = () => (
  <p className={styles.good}>
    <IconCircleCheck size={16} aria-hidden="true" />
    No signing secret is set: right for the plugin, which has none. Keep the webhook URL to yourselves.
  </p>
)

const SecretInTheWay = ({ integration }: { integration: Addressed }) => (
  <>
    <p className={styles.bad}>
      <IconAlertCircle size={16} aria-hidden="true" />
      This integration has a signing secret, so everything that the plugin sends is rejected with 401.
    </p>
    <div className={styles.actions}>
      <RemoveSecret integrationRef={integration.ref} />
    </div>
  </>
)
