import type { Actor, JsonObject, Severity, Urgency } from '#contract/common.ts'
import type { IncidentStatus, TimelineKind } from '#contract/incidents.ts'
import type { ResultAction } from '#contract/integrations.ts'

/** One problem on one service, from first trigger to resolution. */
export type Incident = {
  id: string
  /** Given by the database; 0 until it is written. */
  number: number
  serviceId: string
  integrationId: string | null
  dedupKey: string
  title: string
  description: string | null
  severity: Severity
  /** The worst (or, where severity follows, the latest) that events have said; a person may have set `severity` apart from it. */
  reportedSeverity: Severity
  urgency: Urgency
  status: IncidentStatus
  source: string | null
  link: string | null
  details: JsonObject
  eventCount: number
  firstEventAt: Date
  lastEventAt: Date
  createdAt: Date
  acknowledgedAt: Date | null
  acknowledgedBy: Actor | null
  resolvedAt: Date | null
  resolvedBy: Actor | null
  assignedTo: string | null
  previousId: string | null
  /** When it opens again by itself: the end of a snooze, of a maintenance window or of an acknowledgement. */
  wakeAt: Date | null
  /** An alert rule says that nobody is to be paged about it; over once something comes in that pages. */
  isQuiet: boolean
}

/** An event as a decision sees it: its keys are short enough to be stored. */
export type IncidentEvent = {
  action: 'trigger' | 'acknowledge' | 'resolve' | 'note'
  dedupKey: string
  title: string
  description?: string | undefined
  /** What the tool says. */
  severity: Severity
  /** What the alert rule says in its place. */
  ruledSeverity?: Severity | undefined
  severityFollows: boolean
  /** The alert rule says that nobody is to be paged. */
  isQuiet?: boolean | undefined
  source: string | null
  link: string | null
  details: JsonObject
  note: string | null
  /** The linked problem that the note is about, where the incident is about more. */
  partOf?: string
  /** Of a problem that a storm, the incident of this number, has counted before: how often and when. */
  seen?: { storm: number; count: number; firstAt: Date; lastAt: Date }
}

/** What anybody or anything can ask of an incident. */
export type Command =
  | { kind: 'event'; event: IncidentEvent }
  | { kind: 'acknowledge' }
  | { kind: 'resolve'; reason?: string }
  | { kind: 'reopen'; reason?: string }
  | { kind: 'snooze'; until: Date }
  | { kind: 'note'; text: string }
  | { kind: 'severity'; severity: Severity }
  | { kind: 'urgency'; urgency: Urgency }
  | { kind: 'assign'; user: { id: string; name: string } }
  /** Problems of a storm get incidents of their own, or have them already. */
  | { kind: 'split'; titles: string[]; opened: number; linked: number }
  /** The timer of `wakeAt` has gone off. */
  | { kind: 'wake' }
  /** Its tool was asked how the problem stands. */
  | { kind: 'follow'; dedupKey: string; shown: Shown; before: Before }

/** How a tool shows a problem when it is asked. */
export type Shown = {
  state: 'resolved' | 'acknowledged' | 'open'
  /** Since when, by our clock; null when the tool does not say. */
  since: Date | null
  /** It is so because OpsKnight has set it there. */
  isOurs: boolean
  /** The tool has seen the problem again after that. */
  hasRecurred: boolean
  /** For the timeline. */
  text: string
}

/** What happened to the incident before its tool was asked. */
export type Before = {
  /** When a person or their program last decided something about it. */
  decidedAt: Date | null
  /** When it was last acknowledged, by whomever. */
  acknowledgedAt: Date | null
  /** Where the problem was linked to an incident that is about more: when its timeline last said how the problem stands. */
  part: { notedAt: Date | null } | null
}

/** Everything a decision depends on beside the incident and the command. */
export type Context = {
  now: Date
  actor: Actor
  /** Where a new incident would belong, and its id. */
  serviceId: string
  integrationId: string | null
  newIncidentId: string
  /** After how long an acknowledgement runs out; null = never. */
  acknowledgementTimeoutMinutes: number | null
  /** The maintenance that covers the service now; null when there is none. */
  maintenance: { until: Date; reason: string } | null
  /** The newest incident of the same key, when none is active. */
  previous: { id: string } | null
  /** Why a resolved incident cannot be opened again; absent when nothing stands in the way. */
  obstacle?: Obstacle | null
}

export type Obstacle = { kind: 'another-is-active'; number: number } | { kind: 'service-deleted' }

export type NewTimelineEntry = {
  incidentId: string
  at: Date
  kind: TimelineKind
  actor: Actor
  text: string | null
  data: JsonObject
}

/**
 * What must happen to the escalation row: `start` writes it, `stop` deletes it, `withhold` writes one that pages nobody and why.
 * With `onlyUserId` it pages only the person who has the incident, as it got worse.
 */
export type Paging =
  | { kind: 'start'; dueAt: Date; onlyUserId: string | null }
  | { kind: 'withhold'; reason: string }
  | { kind: 'stop' }

/** A change of one incident, with everything that commits together with it. */
export type Change = {
  result: Exclude<ResultAction, 'ignored' | 'queued' | 'folded'> | 'changed'
  incident: Incident
  isNew: boolean
  entries: NewTimelineEntry[]
  paging: Paging | null
}

/**
 * `unchanged`: a person asked for what is so already, which succeeds. `ignored`: an event has no effect, and why.
 * `refused`: a person asked for what is impossible now.
 */
export type Decision =
  | ({ outcome: 'changed' } & Change)
  | { outcome: 'unchanged'; incident: Incident }
  | { outcome: 'ignored'; reason: string; incident: Incident | null }
  | {
      outcome: 'refused'
      code: 'incident_resolved' | 'incident_already_active' | 'conflict' | 'invalid_request'
      message: string
      /** The field of the request that is wrong, of an `invalid_request`. */
      path?: string
    }
