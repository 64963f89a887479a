import type { IncidentSummary } from '#contract/incidents.ts'
import { reasonAgainst } from '#contract/incidents.ts'
import type { IncidentAction } from '../../../api/incident-actions.ts'

const participle = {
  acknowledge: 'Acknowledged',
  resolve: 'Resolved',
  reopen: 'Reopened',
  snooze: 'Snoozed',
  note: 'Note added to',
  severity: 'Changed the severity of',
  urgency: 'Changed the urgency of',
  assign: 'Assigned',
} as const satisfies Record<IncidentAction['kind'], string>

const infinitive = {
  acknowledge: 'acknowledge',
  resolve: 'resolve',
  reopen: 'reopen',
  snooze: 'snooze',
  note: 'add the note to',
  severity: 'change the severity of',
  urgency: 'change the urgency of',
  assign: 'assign',
} as const satisfies Record<IncidentAction['kind'], string>

const whom = (incidents: readonly IncidentSummary[]) =>
  incidents.length === 1 ? `#${incidents[0]!.number}` : `${incidents.length} incidents`

export const doneWords = ({ kind }: IncidentAction, incidents: readonly IncidentSummary[]) =>
  `${participle[kind]} ${whom(incidents)}`

export const failedWords = ({ kind }: IncidentAction, incidents: readonly IncidentSummary[]) =>
  `Could not ${infinitive[kind]} ${whom(incidents)}`

/** Why this incident does not allow this now; undefined when it does. The server decides by the same rule. */
export function reasonAgainstAction(
  incident: IncidentSummary,
  kind: IncidentAction['kind'],
): string | undefined {
  switch (kind) {
    case 'acknowledge':
    case 'resolve':
    case 'reopen':
    case 'snooze':
      return reasonAgainst[kind](incident)
    case 'severity':
    case 'urgency':
    case 'assign':
      return incident.status === 'resolved' ? 'This incident is resolved; reopen it first' : undefined
    case 'note':
      return undefined
  }
}
