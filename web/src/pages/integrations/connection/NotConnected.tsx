import type { IntegrationView } from '#contract/integrations.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { Doings, MenuPath, Step, Steps } from '../setup/Steps.tsx'
import setup from '../setup/setup.module.css'
import { behaviourNames, behaviours } from './behaviours.ts'
import { ConnectForm } from './ConnectForm.tsx'
import styles from './connection.module.css'

/** What connecting adds, and the steps to it. */
export const NotConnected = ({ integration }: { integration: IntegrationView }) => (
  <div className={setup.layout}>
    <div className={setup.steps}>
      <p className={setup.note}>
        Alerts come in without this. Connected, Sentry also learns here who is on an issue and when it is
        solved, and tells what an alert leaves out.
      </p>
      <Steps>
        <Step title="Give the internal integration its permissions">
          <Doings>
            <li>
              In Sentry open <MenuPath path="Settings → Custom Integrations" /> and your internal integration;
              older versions say <MenuPath path="Developer Settings" />. None yet?{' '}
              <TextLink {...paths.integration(integration.ref, { tab: 'setup' })}>Set it up first</TextLink>
            </li>
            <li>
              Under <MenuPath path="Permissions" /> set <MenuPath path="Issue & Event" /> to{' '}
              <MenuPath path="Read & Write" />, and <MenuPath path="Organization" /> to{' '}
              <MenuPath path="Read" />.
            </li>
            <li>
              Press <MenuPath path="Save Changes" />.
            </li>
          </Doings>
        </Step>
        <Step title="Make a token">
          <Doings>
            <li>
              On the same page, under <MenuPath path="Tokens" />, choose <MenuPath path="New Token" /> and
              copy it. Sentry shows it only then.
            </li>
          </Doings>
        </Step>
        <Step title="Connect">
          <ConnectForm integration={integration} />
        </Step>
      </Steps>
    </div>
    <aside className={setup.live} aria-label="What it adds">
      <WhatItAdds />
    </aside>
  </div>
)

const WhatItAdds = () => (
  <section className={styles.box}>
    <h2 className={styles.boxTitle}>What it adds</h2>
    <dl className={styles.adds}>
      {behaviourNames.map((name) => (
        <div key={name}>
          <dt>{behaviours[name].label}</dt>
          <dd>{behaviours[name].sentence}</dd>
        </div>
      ))}
    </dl>
    <p className={styles.dimmed}>Each can be switched off. Notes stay here until you switch that on.</p>
  </section>
)
