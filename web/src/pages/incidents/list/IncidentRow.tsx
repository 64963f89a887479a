import { Checkbox } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { memo, useState } from 'react'
import type { IncidentSummary } from '#contract/incidents.ts'
import { paths } from '../../../paths.ts'
import { ActionButton } from '../../../ui/ActionButton.tsx'
import { MiddleEllipsis } from '../../../ui/MiddleEllipsis.tsx'
import { SeverityMark } from '../../../ui/SeverityMark.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import type { Act } from '../actions/use-act.ts'
import { reasonAgainstAction } from '../actions/words.ts'
import styles from './IncidentRow.module.css'
import { RowState } from './RowState.tsx'

/** Younger ones slide in, so that the eye is led to them. */
const FRESH_MILLISECONDS = 10_000

type Props = {
  incident: IncidentSummary
  isSelected: boolean
  /** It no longer belongs to the list, which keeps still. */
  isGone: boolean
  onToggle: (id: string, isRange: boolean) => void
  act: Act
  notAllowed: string | undefined
}

/** One incident of the list: how bad, what, where, who has it, how often, how old. */
export const IncidentRow = memo(function IncidentRow(props: Props) {
  const { incident, isSelected, isGone, onToggle } = props
  const { id, number, title, severity, serviceName, source, eventCount, createdAt } = incident
  const [isFresh] = useState(() => Date.now() - Date.parse(createdAt) < FRESH_MILLISECONDS)
  return (
    <li
      className={styles.row}
      data-fresh={isFresh || undefined}
      data-incident={id}
      data-selected={isSelected || undefined}
      data-gone={isGone || undefined}
      data-resolved={incident.status === 'resolved' || undefined}
    >
      <Checkbox
        size="xs"
        className={styles.check}
        checked={isSelected}
        onChange={(event) => onToggle(id, (event.nativeEvent as MouseEvent).shiftKey)}
        aria-label={`Select incident ${number}`}
      />
      <span className={styles.severity}>
        <SeverityMark severity={severity} />
      </span>
      <span className={styles.number}>#{number}</span>
      <Link {...paths.incident(number)} className={styles.title} data-row-link>
        <MiddleEllipsis text={title} />
      </Link>
      <span className={styles.service}>{serviceName}</span>
      <span className={styles.source}>{source}</span>
      <span className={styles.state}>
        <RowState incident={incident} />
      </span>
      <span className={styles.count}>{eventCount > 1 && <Repeats count={eventCount} />}</span>
      <TimeAgo at={createdAt} format="age" className={styles.age} />
      <RowActions {...props} />
    </li>
  )
})

const Repeats = ({ count }: { count: number }) => (
  <span title={`${count} alerts`}>×{count > 9_999 ? '9999+' : count}</span>
)

function RowActions({ incident, act, notAllowed }: Props) {
  return (
    <span className={styles.actions}>
      {(['acknowledge', 'resolve'] as const).map((kind) => (
        <ActionButton
          key={kind}
          size="xs"
          aria-label={`${kind === 'acknowledge' ? 'Acknowledge' : 'Resolve'} incident ${incident.number}`}
          disabledReason={notAllowed ?? reasonAgainstAction(incident, kind)}
          onClick={() => act([incident], { kind })}
        >
          {kind === 'acknowledge' ? 'Acknowledge' : 'Resolve'}
        </ActionButton>
      ))}
    </span>
  )
}
