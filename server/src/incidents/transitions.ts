import type { Urgency } from '#contract/common.ts'
import type { TimelineKind } from '#contract/incidents.ts'
import type { Change, Context, Decision, Incident, NewTimelineEntry, Obstacle, Paging } from './model.ts'

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

/** Back to open: nobody has it any more, and it pages, unless a rule says not to. */
export function reopen(incident: Incident, context: Context, text: string | null = null): Decision {
  if (incident.status === 'open') return unchanged(incident)
  if (incident.status === 'resolved' && context.obstacle) return refusedBecauseOf(context.obstacle)
  const entry = { kind: 'reopened', text, data: { from: incident.status } } as const
  return changed(opened(incident), entry, context, {
    result: 'reopened',
    paging: pagingOf(incident, context),
  })
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

/** The incident with another severity or urgency, or as it was: an entry says so, and if it got more urgent, a page. */
export const regraded = (
  before: Incident,
  after: Incident,
  context: Context,
  result: Change['result'],
): Decision => {
  const paging = pagingWhenGraver(before, after, context)
  return {
    outcome: 'changed',
    result,
    incident: paging ? { ...after, isQuiet: false } : after,
    isNew: false,
    entries: gradeEntries(before, after, context),
    paging,
  }
}

/**
 * Who hears that an incident got more urgent: only the person who has it, if a person has it, and who knows already
 * if they said so themselves.
 */
function pagingWhenGraver(before: Incident, after: Incident, context: Context): Paging | null {
  if (!isUrgencyHigher(after.urgency, before.urgency) || before.status === 'suppressed') return null
  const { status, acknowledgedBy: holder } = before
  if (status !== 'acknowledged' || holder?.kind !== 'user') return start(context)
  const isByHolder = context.actor.kind === 'user' && context.actor.id === holder.id
  return isByHolder ? null : start(context, holder.id)
}

/** Pages whoever is on call, or only one person, from now on. */
export const start = ({ now }: Context, onlyUserId: string | null = null): Paging => ({
  kind: 'start',
  dueAt: now,
  onlyUserId,
})

export const WITHHELD = 'The alert rule that opened this incident says to page nobody.'

/** What an incident that is opened does. */
export const pagingOf = ({ isQuiet }: Pick<Incident, 'isQuiet'>, context: Context): Paging =>
  isQuiet ? { kind: 'withhold', reason: WITHHELD } : start(context)

/** What the timeline says of a change of severity or urgency: one entry, or none when both are as before. */
export function gradeEntries(before: Incident, after: Incident, context: Context): NewTimelineEntry[] {
  const urgency = { from: before.urgency, to: after.urgency }
  const hasNewUrgency = urgency.from !== urgency.to
  if (before.severity === after.severity) {
    return hasNewUrgency ? [entryOf(after, { kind: 'urgency_changed', data: urgency }, context)] : []
  }
  const severity = { from: before.severity, to: after.severity }
  const data = hasNewUrgency ? { ...severity, urgencyFrom: urgency.from, urgencyTo: urgency.to } : severity
  return [entryOf(after, { kind: 'severity_changed', data }, context)]
}

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

function refusedBecauseOf(obstacle: Obstacle): Decision {
  if (obstacle.kind === 'service-deleted') {
    const message = 'Its service was deleted, so the incident cannot be opened again.'
    return { outcome: 'refused', code: 'conflict', message }
  }
  return {
    outcome: 'refused',
    code: 'incident_already_active',
    message: `The same problem has another incident that is active: #${obstacle.number}. Work on that one.`,
  }
}

export const refusedAsResolved = (participle: string): Decision => ({
  outcome: 'refused',
  code: 'incident_resolved',
  message: `A resolved incident cannot be ${participle}. Reopen it first.`,
})
