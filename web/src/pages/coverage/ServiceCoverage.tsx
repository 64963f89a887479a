import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { ButtonLink } from '../../link.tsx'
import { paths } from '../../paths.ts'
import { ownZone } from '../../time/zones.ts'
import { Section } from '../../ui/Page.tsx'
import { Row, Rows } from '../../ui/Rows.tsx'
import { lengthWords, spanIn } from '../schedules/calendar/words.ts'
import type { ServiceGaps } from './by-service.ts'
import styles from './coverage.module.css'

const SHOWN = 5

type Props = { service: ServiceGaps; from: string; to: string }

/** When incidents of one service would reach nobody: on a line of time, and one by one with the cause. */
export function ServiceCoverage({ service, from, to }: Props) {
  const [isWhole, setWhole] = useState(false)
  const { id, name, gaps } = service
  const shown = isWhole ? gaps : gaps.slice(0, SHOWN)
  return (
    <Section
      flush
      title={<Link {...paths.service(id)}>{name}</Link>}
      actions={
        <ButtonLink size="xs" {...paths.serviceSettings(id)}>
          Escalation policy of the service
        </ButtonLink>
      }
    >
      <Line service={service} from={from} to={to} />
      <Rows bare label={`Gaps of ${name}`}>
        {shown.map(({ start, end, cause }) => (
          <Row
            key={start + cause}
            title={spanIn(ownZone(), new Date(start), new Date(end))}
            description={cause}
            facts={lengthWords(new Date(start), new Date(end))}
          />
        ))}
      </Rows>
      {gaps.length > shown.length && (
        <div className={styles.more}>
          <Button size="xs" onClick={() => setWhole(true)}>
            Show all {gaps.length} gaps
          </Button>
        </div>
      )}
    </Section>
  )
}

function Line({ service: { name, gaps }, from, to }: Props) {
  const [start, end] = [Date.parse(from), Date.parse(to)]
  const share = (at: string) => (Date.parse(at) - start) / (end - start)
  return (
    <div className={styles.line} role="img" aria-label={`${name}: ${gaps.length} gaps along the time`}>
      {gaps.map((gap) => (
        <span
          key={gap.start + gap.cause}
          className={styles.gap}
          style={{
            left: `${share(gap.start) * 100}%`,
            width: `${(share(gap.end) - share(gap.start)) * 100}%`,
          }}
        />
      ))}
    </div>
  )
}
