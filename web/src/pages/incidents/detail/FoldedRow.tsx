import { IconExternalLink } from '@tabler/icons-react'
import type { FoldedProblem } from '#contract/incidents.ts'
import { TextLink } from '../../../link.tsx'
import { paths } from '../../../paths.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { MiddleEllipsis } from '../../../ui/MiddleEllipsis.tsx'
import { SeverityMark } from '../../../ui/SeverityMark.tsx'
import { StatusBadge } from '../../../ui/StatusBadge.tsx'
import { safeUrl } from '../../../ui/safe-url.ts'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import styles from './FoldedProblems.module.css'

type Props = {
  problem: FoldedProblem
  disabledReason: string | undefined
  /** The key that is being split off. */
  splitting: string | undefined
  onSplit: (key: string) => void
}

/** One problem of a storm: how bad, what, how often, when last, and where it stands. */
export function FoldedRow(props: Props) {
  const { title, severity, eventCount, lastEventAt, state } = props.problem
  return (
    <li className={styles.row} data-state={state}>
      <span className={styles.severity}>
        <SeverityMark severity={severity} />
      </span>
      <span className={styles.title}>
        <MiddleEllipsis text={title} />
        <AlertLink problem={props.problem} />
      </span>
      <span className={styles.count} title={eventCount === 1 ? '1 alert' : `${eventCount} alerts`}>
        {eventCount > 1 && `×${eventCount}`}
      </span>
      <TimeAgo at={lastEventAt} format="age" className={styles.age} />
      <span className={styles.standing}>
        <Standing {...props} />
      </span>
    </li>
  )
}

function AlertLink({ problem: { link, title } }: Pick<Props, 'problem'>) {
  const href = safeUrl(link)
  if (!href) return null
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer noopener"
      className={styles.alert}
      aria-label={`Open the alert: ${title}`}
    >
      <IconExternalLink size={14} aria-hidden="true" />
    </a>
  )
}

/** A problem that waits can be split off; the others say what has become of them. */
function Standing({ problem: { key, title, state, incident }, disabledReason, splitting, onSplit }: Props) {
  if (incident) {
    return (
      <StatusBadge status={incident.status}>
        <TextLink {...paths.incident(incident.number)} aria-label={`Incident #${incident.number}: ${title}`}>
          #{incident.number}
        </TextLink>
      </StatusBadge>
    )
  }
  if (state === 'resolved') return <StatusBadge status="resolved" />
  return (
    <ActionButton
      size="xs"
      aria-label={`Split off: ${title}`}
      disabledReason={disabledReason}
      loading={splitting === key}
      onClick={() => onSplit(key)}
    >
      Split
    </ActionButton>
  )
}
