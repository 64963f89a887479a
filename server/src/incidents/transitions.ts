import type { Urgency } from '#contract/common.ts'
import type { TimelineKind } from '#contract/incidents.ts'
import type { Change, Context, Decision, Incident, NewTimelineEntry, Paging } from './model.ts'

// The steps that people and tools have in common; decide.ts and decide-event.ts say who may take which.

/** Acknowledging stops escalation until the incident is reopened. The first person to act keeps the credit. */
export function acknowledge(incident: Incident, context: Context, text: string | null = null): Decision {
  if (incident.status === 'resolved') return refusedAsResolved('acknowledged')
  if (incident.status === 'acknowledged' && !takesOver(incident, context)) return unchanged(incident)

  const { now, actor, acknowledgementTimeoutMinutes: timeout } = context
  const acknowledged: Incident = {
    ...incident,
    status: 'acknowledged',
    acknowledgedAt: now,
    acknowledgedBy: actor,
    wakeAt: timeout === null ? null : new Date(now.getTime() + timeout * 60_000),
  }
  const entry = { kind: 'acknowledged', text } as const
  return changed(acknowledged, entry, context, { result: 'acknowledged', paging: { kind: 'stop' } })
}

/** A tool's acknowledgement is nobody's promise: the first person after it takes the incident. */
const takesOver = (incident: Incident, { actor }: Context) =>
  actor.kind === 'user' && incident.acknowledgedBy?.kind === 'integration'

export function resolve(incident: Incident, context: Context, text: string | null = null): Decision {
  if (incident.status === 'resolved') return unchanged(incident)
  const resolved: Incident = {
    ...incident,
    status: 'resolved',
    resolvedAt: context.now,
    resolvedBy: context.actor,
    wakeAt: null,
  }
  return changed(resolved, { kind: 'resolved', text }, context, {
    result: 'resolved',
    paging: { kind: 'stop' },
  })
}

/** Back to open: nobody has it any more, and it pages. */
export function reopen(incident: Incident, context: Context, text: string | null = null): Decision {
  if (incident.status === 'open') return unchanged(incident)
  const entry = { kind: 'reopened', text, data: { from: incident.status } } as const
  return changed(opened(incident), entry, context, { result: 'reopened', paging: { kind: 'start' } })
}

const opened = (incident: Incident): Incident => ({
  ...incident,
  status: 'open',
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  resolvedBy: null,
  wakeAt: null,
})

const urgencies: readonly Urgency[] = ['low', 'medium', 'high']
export const isUrgencyHigher = (a: Urgency, b: Urgency) => urgencies.indexOf(a) > urgencies.indexOf(b)

/** Who hears that an incident got more urgent: only the person who has it, if a person has it. */
export function pagingWhenGraver(before: Incident, after: Incident): Paging | null {
  if (!isUrgencyHigher(after.urgency, before.urgency) || before.status === 'suppressed') return null
  const { status, acknowledgedBy } = before
  if (status === 'acknowledged' && acknowledgedBy?.kind === 'user' && acknowledgedBy.id) {
    return { kind: 'tell', userId: acknowledgedBy.id }
  }
  return { kind: 'start' }
}

export const severityEntry = (before: Incident, after: Incident) =>
  ({
    kind: 'severity_changed',
    data: {
      from: before.severity,
      to: after.severity,
      ...(before.urgency === after.urgency ? {} : { urgencyFrom: before.urgency, urgencyTo: after.urgency }),
    },
  }) as const

type EntryDraft = { kind: TimelineKind; text?: string | null; data?: Record<string, unknown> }

export const entryOf = (
  incident: Incident,
  draft: EntryDraft,
  { now, actor }: Context,
): NewTimelineEntry => ({
  incidentId: incident.id,
  at: now,
  actor,
  kind: draft.kind,
  text: draft.text ?? null,
  data: draft.data ?? {},
})

/** A change of an incident that exists, with its one entry. */
export const changed = (
  incident: Incident,
  draft: EntryDraft,
  context: Context,
  more: Partial<Pick<Change, 'result' | 'paging'>> = {},
): Decision => ({
  outcome: 'changed',
  result: 'changed',
  incident,
  isNew: false,
  entries: [entryOf(incident, draft, context)],
  paging: null,
  ...more,
})

export const unchanged = (incident: Incident): Decision => ({ outcome: 'unchanged', incident })

export const refusedAsResolved = (participle: string): Decision => ({
  outcome: 'refused',
  code: 'incident_resolved',
  message: `A resolved incident cannot be ${participle}. Reopen it first.`,
})
