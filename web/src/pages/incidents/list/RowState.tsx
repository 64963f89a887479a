import type { IncidentStatus, IncidentSummary } from '#contract/incidents.ts'
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
        <>
          <Standing status={status} verb="Acknowledged" what={firstName(acknowledgedBy)} />
          <Since at={acknowledgedAt} />
        </>
      )
    case 'snoozed':
      return (
        <Standing
          status={status}
          verb="Snoozed"
          what={snoozedUntil && momentWords(new Date(snoozedUntil), new Date())}
        />
      )
    case 'suppressed':
      return <Standing status={status} verb="Suppressed" what="maintenance" />
    case 'resolved':
      return (
        <>
          <Standing status={status} verb="Resolved" what={firstName(resolvedBy)} />
          <Since at={resolvedAt} />
        </>
      )
  }
}

type StandingProps = { status: IncidentStatus; verb: string; what: string | null | undefined }

const Standing = ({ status, verb, what }: StandingProps) => (
  <StatusBadge status={status}>
    {what ? (
      <>
        <span className={styles.verb}>{verb} · </span>
        {what}
      </>
    ) : (
      verb
    )}
  </StatusBadge>
)

/** Enough in a row; the page of the incident has all of it. */
const firstName = (person: { name: string } | null) => person?.name.split(' ')[0]

const Since = ({ at }: { at: string | null }) =>
  at && <TimeAgo at={at} format="age" className={styles.since} />
