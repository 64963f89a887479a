import { IconArrowsLeftRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import type { IntegrationView } from '#contract/integrations.ts'
import { integrationHealth } from '../../api/integrations.ts'
import { TextLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { PageHeader } from '../../ui/Page.tsx'
import { TimeAgo } from '../../ui/TimeAgo.tsx'
import styles from './Head.module.css'
import { stateOf } from './health-words.ts'
import { StateLine } from './list/StateLine.tsx'
import { ToolName } from './tools.tsx'

/** Which integration, of which service, and how it is. */
export function Head({ integration, part }: { integration: IntegrationView; part: string }) {
  const { ref, name, type, serviceId, serviceName, connected, lastDeliveryAt } = integration
  const { data: health } = useQuery(integrationHealth(ref))
  return (
    <PageHeader
      title={name}
      tab={`${part} · ${name}`}
      above={
        <>
          <TextLink {...paths.services()}>Services</TextLink> /{' '}
          <TextLink {...paths.serviceIntegrations(serviceId)}>{serviceName}</TextLink>
        </>
      }
      description={
        <span className={styles.line}>
          <ToolName type={type} />
          <StateLine {...stateOf(integration, health)} />
          {connected && (
            <span className={styles.mark}>
              <IconArrowsLeftRight size={16} aria-hidden="true" />
              Both ways
            </span>
          )}
          {lastDeliveryAt && (
            <span>
              Last delivery <TimeAgo at={lastDeliveryAt} />
            </span>
          )}
        </span>
      }
    />
  )
}
