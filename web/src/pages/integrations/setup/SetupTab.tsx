import { IconLock } from '@tabler/icons-react'
import type { IntegrationView } from '#contract/integrations.ts'
import { EmptyState } from '../../../ui/EmptyState.tsx'
import { BothWays } from './BothWays.tsx'
import { EventsSetup } from './EventsSetup.tsx'
import { LiveBox } from './LiveBox.tsx'
import { SentrySetup } from './SentrySetup.tsx'
import styles from './setup.module.css'
import { WhoIsPaged } from './WhoIsPaged.tsx'

/** An integration whose address the reader may see. */
export type Addressed = IntegrationView & { webhookUrl: string }

/** How to connect the tool, beside a box that turns green when it worked. */
export function SetupTab({ integration }: { integration: IntegrationView }) {
  const { webhookUrl } = integration
  if (webhookUrl === null) return <NotForViewers />
  const addressed = { ...integration, webhookUrl }
  return (
    <div className={styles.layout}>
      {integration.type === 'sentry' ? (
        <SentrySetup integration={addressed} />
      ) : (
        <EventsSetup integration={addressed} />
      )}
      <aside className={styles.live} aria-label="Is it working?">
        <LiveBox integration={addressed} />
        <WhoIsPaged serviceId={integration.serviceId} />
        <BothWays integration={integration} />
      </aside>
    </div>
  )
}

const NotForViewers = () => (
  <EmptyState icon={IconLock} title="The address is not shown to viewers">
    Whoever knows the address of an integration can open incidents. Responders and administrators see it here,
    with the steps to connect the tool.
  </EmptyState>
)
