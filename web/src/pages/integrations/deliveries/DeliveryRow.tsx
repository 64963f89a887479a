import { Link } from '@tanstack/react-router'
import type { DeliveryView } from '#contract/integrations.ts'
import { TextLink } from '../../../link.tsx'
import { type Place, paths } from '../../../paths.ts'
import { Row } from '../../../ui/Rows.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { wordsOfKind } from '../kinds.ts'
import styles from './deliveries.module.css'
import { OutcomeMark } from './OutcomeMark.tsx'
import { deedNames } from './outcomes.ts'

type Props = {
  delivery: DeliveryView
  /** Where it opens; null for those who may not look inside. */
  place: Place | null
}

/** One delivery of the log: what it was, what it did, or why it did nothing. */
export function DeliveryRow({ delivery, place }: Props) {
  const { outcome, reason, httpStatus, receivedAt, replayOf } = delivery
  const name = nameOf(delivery)
  return (
    <Row
      title={
        place ? (
          <Link {...place} resetScroll={false} className={styles.name}>
            <OutcomeMark outcome={outcome} />
            <span>{name}</span>
          </Link>
        ) : (
          <span className={styles.name}>
            <OutcomeMark outcome={outcome} />
            <span>{name}</span>
          </span>
        )
      }
      description={reason && <span className={styles.reason}>{reason}</span>}
      facts={replayOf && <span>Replay</span>}
      actions={
        <>
          <Deed delivery={delivery} />
          <span className={styles.status}>{httpStatus}</span>
          <TimeAgo at={receivedAt} className={styles.time} />
        </>
      }
    />
  )
}

const nameOf = ({ title, kind, code }: DeliveryView) =>
  title ?? (kind ? wordsOfKind(kind) : code ? wordsOfCode(code) : 'Delivery')

/** `invalid_json` → `Invalid json`. */
const wordsOfCode = (code: string) => code[0]!.toUpperCase() + code.slice(1).replaceAll('_', ' ')

function Deed({ delivery: { result, incidentNumber } }: { delivery: DeliveryView }) {
  if (!result || incidentNumber === null) return null
  return (
    <span>
      <span className={styles.dimmed}>{deedNames[result]}</span>{' '}
      <TextLink {...paths.incident(incidentNumber)}>#{incidentNumber}</TextLink>
    </span>
  )
}
