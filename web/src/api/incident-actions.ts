import type { Actor, Severity, Urgency } from '#contract/common.ts'
import { urgencyOfSeverity } from '#contract/common.ts'
import type { IncidentSummary, TimelineEntry } from '#contract/incidents.ts'

/** What a person can ask of an incident. */
export type IncidentAction =
  | { kind: 'acknowledge' }
  | { kind: 'resolve' }
  | { kind: 'reopen' }
  | { kind: 'snooze'; until: string }
  | { kind: 'note'; text: string }
  | { kind: 'severity'; severity: Severity }
  | { kind: 'urgency'; urgency: Urgency }
  | { kind: 'assign'; user: { id: string; name: string } }

export const pathOfAction = {
  acknowledge: 'acknowledge',
  resolve: 'resolve',
  reopen: 'reopen',
  snooze: 'snooze',
  note: 'notes',
  severity: 'severity',
  urgency: 'urgency',
  assign: 'assign',
} as const satisfies Record<IncidentAction['kind'], string>

/** The request body; undefined for actions that need none. */
export function bodyOfAction(action: IncidentAction): Record<string, unknown> | undefined {
  if (action.kind === 'assign') return { userId: action.user.id }
  const { kind: _kind, ...body } = action
  return Object.keys(body).length > 0 ? body : undefined
}

type Foreseen = { changes: Partial<IncidentSummary>; entry: TimelineEntry | null }

/**
 * What the server will most likely make of it, to show at once. An action without effect changes nothing; whatever the
 * server then says replaces this.
 */
export function foresee(
  incident: IncidentSummary,
  action: IncidentAction,
  actor: Actor,
  now: Date,
): Foreseen {
  const at = now.toISOString()
  const entry = (kind: TimelineEntry['kind'], more: Partial<TimelineEntry> = {}): TimelineEntry => ({
    id: `foreseen-${kind}-${at}`,
    at,
    kind,
    actor,
    text: null,
    data: {},
    ...more,
  })

  switch (action.kind) {
    case 'acknowledge':
      if (incident.status === 'acknowledged') return nothing
      return {
        changes: { status: 'acknowledged', acknowledgedAt: at, acknowledgedBy: actor, snoozedUntil: null },
        entry: entry('acknowledged'),
      }
    case 'resolve':
      return {
        changes: { status: 'resolved', resolvedAt: at, resolvedBy: actor, snoozedUntil: null },
        entry: entry('resolved'),
      }
    case 'reopen':
      return { changes: reopened, entry: entry('reopened') }
    case 'snooze':
      return {
        changes: { status: 'snoozed', snoozedUntil: action.until },
        entry: entry('snoozed', { data: { until: action.until } }),
      }
    case 'note':
      return { changes: {}, entry: entry('noted', { text: action.text }) }
    case 'severity':
      return {
        changes: { severity: action.severity, urgency: urgencyOfSeverity[action.severity] },
        entry: entry('severity_changed', { data: { from: incident.severity, to: action.severity } }),
      }
    case 'urgency':
      return {
        changes: { urgency: action.urgency },
        entry: entry('urgency_changed', { data: { from: incident.urgency, to: action.urgency } }),
      }
    case 'assign':
      return {
        changes: { assignedTo: action.user },
        entry: entry('assigned', { data: { to: action.user.name } }),
      }
  }
}

const nothing: Foreseen = { changes: {}, entry: null }

const reopened = {
  status: 'open',
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  snoozedUntil: null,
} as const satisfies Partial<IncidentSummary>
