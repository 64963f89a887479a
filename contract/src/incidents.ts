import { z } from 'zod'
import {
  Actor,
  cleanText,
  Id,
  JsonObject,
  Moment,
  PageQuery,
  pageOf,
  Severity,
  Timestamp,
  Urgency,
} from './common.ts'
import { IntegrationType } from './integrations.ts'

export const IncidentStatus = z.enum(['open', 'acknowledged', 'snoozed', 'suppressed', 'resolved'])
export type IncidentStatus = z.infer<typeof IncidentStatus>

/** Active = everything but resolved. */
export const isActive = (incident: { status: IncidentStatus }) => incident.status !== 'resolved'

const Person = z.object({ id: Id, name: z.string() })

/** One row of the list. */
export const IncidentSummary = z.object({
  id: Id,
  /** What people say to each other: "incident 42". */
  number: z.int(),
  title: z.string(),
  status: IncidentStatus,
  severity: Severity,
  urgency: Urgency,
  serviceId: Id,
  serviceName: z.string(),
  source: z.string().nullable(),
  dedupKey: z.string(),
  link: z.string().nullable(),
  eventCount: z.int(),
  firstEventAt: Timestamp,
  lastEventAt: Timestamp,
  createdAt: Timestamp,
  acknowledgedAt: Timestamp.nullable(),
  acknowledgedBy: Actor.nullable(),
  resolvedAt: Timestamp.nullable(),
  resolvedBy: Actor.nullable(),
  snoozedUntil: Timestamp.nullable(),
  assignedTo: Person.nullable(),
})
export type IncidentSummary = z.infer<typeof IncidentSummary>

export const IncidentPage = pageOf(IncidentSummary)
export type IncidentPage = z.infer<typeof IncidentPage>

export const TimelineKind = z.enum([
  'triggered',
  'reopened',
  'acknowledged',
  'resolved',
  'snoozed',
  'suppressed',
  'noted',
  'severity_changed',
  'urgency_changed',
  'assigned',
  'split',
  /** A step of the escalation policy has come: whom it pages, and whom it could not. */
  'escalated',
  /** Why nobody is paged although somebody should be. */
  'nobody_paged',
  'escalation_ended',
  'page_sent',
  'page_failed',
  'page_seen',
  /** Its tool was told of it, or could not be: an issue assigned, resolved or commented on in Sentry. */
  'synced',
])
export type TimelineKind = z.infer<typeof TimelineKind>

export const TimelineEntry = z.object({
  id: Id,
  at: Timestamp,
  kind: TimelineKind,
  actor: Actor,
  /** What a note says, or why something happened; as it came, to be escaped where it is shown. */
  text: z.string().nullable(),
  /** The values that changed, e.g. `{from: 'warning', to: 'critical'}` or `{until: '…'}`. */
  data: JsonObject,
})
export type TimelineEntry = z.infer<typeof TimelineEntry>

export const TimelinePage = pageOf(TimelineEntry)
export type TimelinePage = z.infer<typeof TimelinePage>

/** Whom an incident pages next, by itself. */
export const Paging = z.object({
  /** `due`: it goes on; `ended`: nobody is left to page; `stopped`: somebody has it, it waits or it is over. */
  state: z.enum(['due', 'ended', 'stopped']),
  /** Why nobody is paged although somebody should be; null when all is well. */
  problem: z.string().nullable(),
  /** What happens when, unless somebody acknowledges before. */
  next: z
    .object({
      at: Timestamp,
      /** Of the policy, from 1; null at its end, and when only whoever has the incident is told. */
      step: z.int().nullable(),
      /** How many steps the policy has. */
      of: z.int(),
      /** How often the policy has run before, and how often it runs again at most. */
      cycle: z.int(),
      repeat: z.int(),
      /** Whom it pages, in words: `Ana Example and whoever is on call in Primary`. */
      who: z.string(),
    })
    .nullable(),
  /** The policy that it runs on, as it was when that began. */
  policy: z
    .object({
      id: Id,
      name: z.string(),
      version: z.int(),
      /** The policy has been changed or deleted since. */
      isOutdated: z.boolean(),
    })
    .nullable(),
})
export type Paging = z.infer<typeof Paging>

export const IncidentView = IncidentSummary.extend({
  description: z.string().nullable(),
  details: JsonObject,
  integration: z.object({ ref: Id, name: z.string(), type: IntegrationType }).nullable(),
  /** The incident before this one with the same key. */
  previousIncident: z.object({ id: Id, number: z.int() }).nullable(),
  /** Until when new pages wait because a maintenance window covers the service. */
  suppressedUntil: Timestamp.nullable(),
  /** Of the incident about a storm: its problems, how many of them still wait in it, and alerts about others that are only counted. */
  storm: z.object({ listed: z.int(), waiting: z.int(), notListed: z.int() }).nullable(),
  paging: Paging,
  /** The newest 100 entries, newest first. */
  timeline: z.array(TimelineEntry),
})
export type IncidentView = z.infer<typeof IncidentView>

const manyOf = <Option extends z.ZodType>(option: Option) =>
  z.preprocess((value) => (value === undefined ? undefined : [value].flat()), z.array(option).optional())

export const IncidentQuery = PageQuery.extend({
  /** Repeatable; `active` stands for all but resolved. */
  status: manyOf(z.enum([...IncidentStatus.options, 'active'])),
  serviceId: manyOf(Id),
  severity: manyOf(Severity),
  dedupKey: z.string().max(5_000).optional(),
  /** Words of the title, the source or the key; `#42` or `42` finds the incident of that number. */
  q: cleanText.max(200).optional(),
})
export type IncidentQuery = z.infer<typeof IncidentQuery>

/**
 * Where a problem that a storm has folded stands: it waits in the storm's incident, was reported as resolved, or has had an incident
 * of its own since, because somebody split it off or it came again after the storm.
 */
export const FoldedState = z.enum(['folded', 'resolved', 'opened'])
export type FoldedState = z.infer<typeof FoldedState>

/** A problem that a storm has folded into one incident. */
export const FoldedProblem = z.object({
  /** Its dedup key, by which it is split off. */
  key: z.string(),
  title: z.string(),
  severity: Severity,
  source: z.string().nullable(),
  link: z.string().nullable(),
  eventCount: z.int(),
  firstEventAt: Timestamp,
  lastEventAt: Timestamp,
  state: FoldedState,
  /** The incident that it has had since; null unless `opened`. */
  incident: z.object({ id: Id, number: z.int(), status: IncidentStatus }).nullable(),
})
export type FoldedProblem = z.infer<typeof FoldedProblem>

export const FoldedPage = pageOf(FoldedProblem)
export type FoldedPage = z.infer<typeof FoldedPage>

/** As many incidents one call opens at most; call again until `waiting` is 0. */
export const SPLIT_MAX = 200
export const SplitStorm = z.object({
  /** The keys of the problems to split off; without it the next ones that wait, the worst first. */
  keys: z.array(z.string().min(1).max(5_000)).min(1).max(SPLIT_MAX).optional(),
})
export type SplitStorm = z.infer<typeof SplitStorm>

export const SplitResult = z.object({
  /** Those that were asked for, as they are now. One that is resolved stays so. */
  items: z.array(FoldedProblem),
  /** How many incidents were opened by this call, and how many problems had an active one already. */
  opened: z.int(),
  linked: z.int(),
  /** How many problems still wait in the storm. */
  waiting: z.int(),
})
export type SplitResult = z.infer<typeof SplitResult>

/** How many incidents there are of each active status, for the head of the list. */
export const IncidentCounts = z.object({
  open: z.int(),
  acknowledged: z.int(),
  snoozed: z.int(),
  suppressed: z.int(),
})
export type IncidentCounts = z.infer<typeof IncidentCounts>

export const CreateIncident = z.object({
  serviceId: Id,
  title: cleanText.trim().min(1).max(500),
  severity: Severity.default('error'),
  description: cleanText.max(20_000).optional(),
  dedupKey: z.string().min(1).max(5_000).optional(),
})
export type CreateIncident = z.infer<typeof CreateIncident>

export const SnoozeIncident = z.object({ until: Moment })
export const NoteIncident = z.object({ text: cleanText.trim().min(1).max(10_000) })
export const ChangeSeverity = z.object({ severity: Severity })
export const ChangeUrgency = z.object({ urgency: Urgency })
export const AssignIncident = z.object({ userId: Id })

/**
 * Names of facts (in `details`) that say how the problem stands in its tool now. They are taken from whatever the tool reports; all
 * others only from what opens an incident or comes again.
 */
export const STATE_FACTS = [
  'status',
  'substatus',
  'priority',
  'assignedTo',
  'count',
  'userCount',
  'lastSeen',
] as const

/** Everything that can be asked of an incident. */
export const IncidentAction = z.discriminatedUnion('action', [
  z.object({ action: z.literal('acknowledge') }),
  z.object({ action: z.literal('resolve') }),
  z.object({ action: z.literal('reopen') }),
  SnoozeIncident.extend({ action: z.literal('snooze') }),
  NoteIncident.extend({ action: z.literal('note') }),
  ChangeSeverity.extend({ action: z.literal('severity') }),
  ChangeUrgency.extend({ action: z.literal('urgency') }),
  AssignIncident.extend({ action: z.literal('assign') }),
])
export type IncidentAction = z.infer<typeof IncidentAction>

export const BULK_MAX = 200
export const BulkAction = z.intersection(z.object({ ids: z.array(Id).min(1).max(BULK_MAX) }), IncidentAction)
export type BulkAction = z.infer<typeof BulkAction>

/** One result for every id, in the order asked: the incident, or the code and words of what was wrong. */
export const BulkResult = z.object({
  results: z.array(
    z.object({
      id: Id,
      status: z.int(),
      incident: IncidentSummary.nullable(),
      error: z.object({ code: z.string(), detail: z.string() }).nullable(),
    }),
  ),
})
export type BulkResult = z.infer<typeof BulkResult>

/**
 * Why the button of an action is off; undefined when it is on. The server is more patient: it refuses (409) to acknowledge or snooze
 * what is resolved, and takes a repetition (acknowledged, resolved or open already) as a success that changes nothing.
 */
export const reasonAgainst = {
  acknowledge: ({ status, acknowledgedBy }: { status: IncidentStatus; acknowledgedBy: Actor | null }) => {
    if (status === 'resolved') return 'This incident is resolved; reopen it first'
    // A tool's acknowledgement is nobody's promise: the first person after it takes the incident.
    if (status !== 'acknowledged' || acknowledgedBy?.kind === 'integration') return undefined
    return 'This incident is acknowledged already'
  },
  resolve: ({ status }: { status: IncidentStatus }) =>
    status === 'resolved' ? 'This incident is resolved already' : undefined,
  snooze: ({ status }: { status: IncidentStatus }) =>
    status === 'resolved' ? 'This incident is resolved; reopen it first' : undefined,
  reopen: ({ status }: { status: IncidentStatus }) =>
    status === 'open' ? 'This incident is open already' : undefined,
  split: ({ status, storm }: { status: IncidentStatus; storm: { waiting: number } | null }) => {
    if (status === 'resolved') return 'This incident is resolved; reopen it first'
    return storm && storm.waiting > 0 ? undefined : 'Nothing waits in this storm any more'
  },
}
