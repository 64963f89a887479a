import { VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { IntegrationView } from '#contract/integrations.ts'
import { integrationGlance } from '../../../api/integrations.ts'
import { paths } from '../../../paths.ts'
import { Row } from '../../../ui/Rows.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { stateOf, totalsOf, wordsOfTotals } from '../health-words.ts'
import { tools } from '../tools.tsx'
import styles from './IntegrationRow.module.css'
import { Sparkline } from './Sparkline.tsx'
import { StateLine } from './StateLine.tsx'

type Props = { integration: IntegrationView; withService?: boolean }

/** One integration of a list: which tool, how it is, what arrived in a day. */
export function IntegrationRow({ integration, withService = false }: Props) {
  const { data: health } = useQuery(integrationGlance(integration.ref))
  const { ref, name, type, serviceName, enabled, lastDeliveryAt } = integration
  const { name: tool, icon: Icon } = tools[type]
  return (
    <Row
      isFaint={!enabled}
      title={
        <Link {...paths.integration(ref)} className={styles.name}>
          <Icon size={18} stroke={1.75} aria-hidden="true" className={styles.icon} />
          <span>
            {name}
            {name !== tool && <VisuallyHidden>, {tool}</VisuallyHidden>}
            {withService && <span className={styles.tool}> · {serviceName}</span>}
          </span>
        </Link>
      }
      description={<StateLine {...stateOf(integration, health)} />}
      facts={
        <>
          {health && (
            <>
              <Sparkline hours={health.hours} />
              <VisuallyHidden>{wordsOfTotals(totalsOf(health))}</VisuallyHidden>
            </>
          )}
          <span className={styles.last}>
            {lastDeliveryAt ? <TimeAgo at={lastDeliveryAt} /> : 'No delivery yet'}
          </span>
        </>
      }
    />
  )
}
