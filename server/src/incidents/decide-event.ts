import { isDeepStrictEqual } from 'node:util'
import { type Severity, type Urgency, urgencyOfSeverity } from '#contract/common.ts'
import { STATE_FACTS } from '#contract/incidents.ts'
import { dataOfPart } from './linked.ts'
import type { Context, Decision, Incident, IncidentEvent, NewTimelineEntry } from './model.ts'
import {
  acknowledge,
  changed,
  entryOf,
  gradeEntries,
  isUrgencyHigher,
  pagingOf,
  regraded,
  reopen,
  resolve,
  start,
  WITHHELD,
} from './transitions.ts'

/** What an event from a tool does: only a trigger ever makes an incident. */
export function decideOnEvent(found: Incident | null, event: IncidentEvent, context: Context): Decision {
  const incident = found?.status === 'resolved' ? null : found
  if (event.action === 'trigger') return decideOnTrigger(incident, event, context)
  if (!incident) return { outcome: 'ignored', reason: noIncidentFor[event.action], incident: null }
  const informed = { ...incident, details: withState(incident.details, event.details) }
  if (event.action === 'resolve') return resolve(informed, context, event.note)
  if (event.action === 'note') {
    const data = event.partOf === undefined ? {} : dataOfPart(event.partOf)
    const entry = { kind: 'noted', text: event.note ?? event.title, data } as const
    return changed(informed, entry, context, { result: 'noted' })
  }
  return incident.status === 'acknowledged'
    ? { outcome: 'ignored', reason: 'The incident is acknowledged already', incident }
    : acknowledge(informed, context, event.note)
}

/** How things stand now, as any message of the tool says it; why they came to be so is what the alert has said. */
function withState(before: Incident['details'], said: Incident['details']): Incident['details'] {
  const state = STATE_FACTS.filter((name) => name in said).map((name) => [name, said[name]])
  const after = { ...before, ...Object.fromEntries(state) }
  return isTooMuch(after) ? before : after
}

function decideOnTrigger(incident: Incident | null, event: IncidentEvent, context: Context): Decision {
  if (!incident) return triggered(event, context)
  return incident.status === 'acknowledged' && incident.acknowledgedBy?.kind === 'integration'
    ? reopenedByItsTool(incident, event, context)
    : deduplicated(incident, event, context)
}

const noIncidentFor = {
  acknowledge: 'No active incident has this key, so there is nothing to acknowledge',
  resolve: 'No active incident has this key, so there is nothing to resolve',
  note: 'No active incident has this key, so there is nothing to add the note to',
} as const

function triggered(event: IncidentEvent, context: Context): Decision {
  const { now, maintenance } = context
  const severity = event.ruledSeverity ?? event.severity
  const incident: Incident = {
    id: context.newIncidentId,
    number: 0,
    serviceId: context.serviceId,
    integrationId: context.integrationId,
    dedupKey: event.dedupKey,
    title: event.title,
    description: event.description ?? null,
    severity,
    reportedSeverity: event.severity,
    urgency: urgencyOfSeverity[severity],
    status: maintenance ? 'suppressed' : 'open',
    source: event.source,
    link: event.link,
    details: event.details,
    eventCount: event.seen?.count ?? 1,
    firstEventAt: event.seen?.firstAt ?? now,
    lastEventAt: event.seen?.lastAt ?? now,
    createdAt: now,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    assignedTo: null,
    previousId: context.previous?.id ?? null,
    wakeAt: maintenance?.until ?? null,
    isQuiet: event.isQuiet ?? false,
  }
  return {
    outcome: 'changed',
    result: 'triggered',
    incident,
    isNew: true,
    entries: entriesOfNew(incident, event, context),
    // There is no moment at which an incident exists that nobody will be paged for.
    paging: maintenance ? null : pagingOf(incident, context),
  }
}

function entriesOfNew(incident: Incident, event: IncidentEvent, context: Context): NewTimelineEntry[] {
  const { maintenance } = context
  const { severity, isQuiet } = incident
  const first = entryOf(
    incident,
    {
      kind: 'triggered',
      text: event.note,
      data: event.seen ? { severity, storm: event.seen.storm } : { severity },
    },
    context,
  )
  const withheld = isQuiet ? [entryOf(incident, { kind: 'nobody_paged', text: WITHHELD }, context)] : []
  if (!maintenance) return [first, ...withheld]
  const data = { until: maintenance.until.toISOString() }
  const suppressed = { kind: 'suppressed', text: maintenance.reason || null, data } as const
  return [first, entryOf(incident, suppressed, context), ...withheld]
}

/** Archived in the tool and now escalating there: its acknowledgement holds no longer. */
function reopenedByItsTool(incident: Incident, event: IncidentEvent, context: Context): Decision {
  const repeated = { ...withEvent(incident, event, context), isQuiet: event.isQuiet ?? false }
  const decision = reopen(repeated, context, event.note)
  if (decision.outcome !== 'changed') return decision
  return { ...decision, entries: [...decision.entries, ...gradeEntries(incident, repeated, context)] }
}

/** A mere repeat counts and is no news; one that is graver is. */
function deduplicated(incident: Incident, event: IncidentEvent, context: Context): Decision {
  const repeated = withEvent(incident, event, context)
  if (event.isQuiet) return withheld(incident, repeated, context)
  return incident.isQuiet
    ? heard(incident, { ...repeated, isQuiet: false }, context)
    : regraded(incident, repeated, context, 'deduplicated')
}

/** Graver or not, this one pages nobody; what pages already goes on. */
const withheld = (incident: Incident, repeated: Incident, context: Context): Decision => ({
  outcome: 'changed',
  result: 'deduplicated',
  incident: repeated,
  isNew: false,
  entries: gradeEntries(incident, repeated, context),
  paging: null,
})

/** What nobody was to be paged about comes from somewhere that pages: a needless page is better than none. */
function heard(incident: Incident, repeated: Incident, context: Context): Decision {
  const decision = regraded(incident, repeated, context, 'deduplicated')
  if (decision.outcome !== 'changed' || incident.status !== 'open') return decision
  const entry = entryOf(repeated, { kind: 'noted', text: HEARD }, context)
  return { ...decision, entries: [...decision.entries, entry], paging: start(context) }
}

const HEARD = 'An alert came in that does not say to page nobody, so that people are paged from now on.'

function withEvent(incident: Incident, event: IncidentEvent, { now }: Context): Incident {
  return {
    ...incident,
    ...gradesAfter(incident, event),
    eventCount: incident.eventCount + 1,
    lastEventAt: now > incident.lastEventAt ? now : incident.lastEventAt,
    link: event.link ?? incident.link,
    details: mergedDetails(incident.details, event.details),
  }
}

type Grades = Pick<Incident, 'severity' | 'reportedSeverity' | 'urgency'>

/**
 * Only news counts: what a person or an alert rule has set stays so until the tool reports worse than it did before, or a rule asks
 * for more.
 */
function gradesAfter({ severity, reportedSeverity, urgency }: Grades, event: IncidentEvent): Grades {
  const reported = event.severity
  const given = event.ruledSeverity ?? reported
  const isNews = isGraver(reported, reportedSeverity)
  if (isNews || (event.ruledSeverity && isGraver(given, severity))) {
    return {
      severity: isGraver(given, severity) ? given : severity,
      reportedSeverity: isNews ? reported : reportedSeverity,
      urgency: higherUrgency(urgencyOfSeverity[given], urgency),
    }
  }
  if (!event.severityFollows) return { severity, reportedSeverity, urgency }
  const isAsReported = severity === reportedSeverity
  return { severity: isAsReported ? given : severity, reportedSeverity: reported, urgency }
}

const severities: readonly Severity[] = ['info', 'warning', 'error', 'critical']
const isGraver = (a: Severity, b: Severity) => severities.indexOf(a) > severities.indexOf(b)
const higherUrgency = (a: Urgency, b: Urgency) => (isUrgencyHigher(a, b) ? a : b)

const DETAILS_MAX_CHARACTERS = 65_536

/** The newest facts, and older ones that the new event does not repeat, as long as they are not too many. */
function mergedDetails(before: Incident['details'], after: Incident['details']): Incident['details'] {
  const entries = Object.entries(after).map(([name, value]) => [
    name,
    isPartOf(value, before[name]) ? before[name] : value,
  ])
  const merged = { ...before, ...Object.fromEntries(entries) }
  if (isDeepStrictEqual(merged, before)) return before
  return isTooMuch(merged) ? after : merged
}

const isTooMuch = (details: Incident['details']) => JSON.stringify(details).length > DETAILS_MAX_CHARACTERS

/** Whether an object says nothing that the other does not say: one message names the line that broke, the next only its file. */
function isPartOf(part: unknown, whole: unknown): boolean {
  if (!isPlainObject(part) || !isPlainObject(whole)) return false
  return Object.entries(part).every(([name, value]) => isDeepStrictEqual(value, whole[name]))
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
