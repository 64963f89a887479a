import type { IncidentSummary } from '#contract/incidents.ts'
import { StatusBadge } from '../../../ui/StatusBadge.tsx'
import { TimeAgo } from '../../../ui/TimeAgo.tsx'
import { momentWords } from '../../../ui/time-words.ts'
import styles from './IncidentRow.module.css'

/** Where an incident stands, who has it and since when, in one line. */
export function RowState({ incident }: { incident: IncidentSummary }) {
  const { status, acknowledgedBy, acknowledgedAt, resolvedBy, resolvedAt, snoozedUntil, assignedTo } =
    incident
  switch (status) {
    case 'open':
      return (
        <StatusBadge status={status}>{assignedTo ? `Open · ${firstName(assignedTo)}` : 'Open'}</StatusBadge>
      )
    case 'acknowledged':
      return (
        <StatusBadge status={status}>
          Acknowledged · {firstName(acknowledgedBy)} <Since at={acknowledgedAt} />
        </StatusBadge>
      )
    case 'snoozed':
      return (
        <StatusBadge status={status}>
          Snoozed{snoozedUntil && ` until ${momentWords(new Date(snoozedUntil), new Date())}`}
        </StatusBadge>
      )
    case 'suppressed':
      return <StatusBadge status={status}>Suppressed · maintenance</StatusBadge>
    case 'resolved':
      return (
        <StatusBadge status={status}>
          Resolved · {firstName(resolvedBy)} <Since at={resolvedAt} />
        </StatusBadge>
      )
  }
}

/** Enough in a row; the page of the incident has all of it. */
const firstName = (person: { name: string } | null) => person?.name.split(' ')[0]

const Since = ({ at }: { at: string | null }) =>
  at && <TimeAgo at={at} format="age" className={styles.since} />
