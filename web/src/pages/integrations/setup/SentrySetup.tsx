import { paths } from '../../../paths.ts'
import { TabLinks } from '../../../tab-links.tsx'
import { CopyBlock } from '../../../ui/Copy.tsx'
import { Section } from '../../../ui/Page.tsx'
import { useIntegrationSearch } from '../use-integration-search.ts'
import { sentryExample } from './examples.ts'
import { InternalIntegrationSteps } from './InternalIntegrationSteps.tsx'
import { PluginSteps } from './PluginSteps.tsx'
import type { Addressed } from './SetupTab.tsx'
import styles from './setup.module.css'

/** The two ways in which Sentry can send, and an example for those who want to try without it. */
export function SentrySetup({ integration }: { integration: Addressed }) {
  const { sender = 'internal' } = useIntegrationSearch()
  const { ref, webhookUrl } = integration
  const place = (other: typeof sender) => paths.integration(ref, { tab: 'setup', sender: other })
  return (
    <>
      <div className={styles.steps}>
        <div className={styles.sender}>
          <TabLinks
            label="How Sentry sends"
            tabs={[
              {
                name: 'Internal integration',
                place: place('internal'),
                isActive: sender === 'internal',
              },
              { name: 'WebHooks plugin', place: place('plugin'), isActive: sender === 'plugin' },
            ]}
          />
        </div>
        {sender === 'internal' ? (
          <InternalIntegrationSteps integration={integration} />
        ) : (
          <PluginSteps integration={integration} />
        )}
      </div>
      <div className={styles.more}>
        <Section flush title="Or try it from a terminal" description={whatItDoes(integration)}>
          <CopyBlock value={sentryExample(webhookUrl)} what="cURL example" />
        </Section>
      </div>
    </>
  )
}

function whatItDoes({ hasSigningSecret }: Addressed): string {
  if (hasSigningSecret)
    return 'This request is not signed: with a signing secret set it is answered 401 and listed as rejected. "Send test alert" is signed.'
  return 'Opens an incident called "Test Error from Sentry".'
}
