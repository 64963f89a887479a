import type { Actor, Severity } from '#contract/common.ts'
import type { ResultAction } from '#contract/integrations.ts'
import { decide } from '../incidents/decide.ts'
import { nameOf, storedKey } from '../incidents/keys.ts'
import { isOnlyNoted, noteOfPart } from '../incidents/linked.ts'
import type { Context, Incident, IncidentEvent } from '../incidents/model.ts'
import type { IncidentKey, KeyOfIntegration } from '../incidents/store.ts'
import {
  emptyStorm,
  type FoldedProblem,
  factsOf,
  foldInto,
  isStormKey,
  stormKey,
} from '../incidents/storm.ts'
import type { WorkingSet } from '../incidents/working-set.ts'
import type { AlertEvent } from '../integrations/types.ts'
import { newId } from '../platform/ids.ts'
import type { ServiceSettings } from '../services/store.ts'
import { type Destination, destinationOf, wishedServices } from './destination.ts'
import type { Intake, Source } from './model.ts'

/** What the batch knows beside the incidents themselves. */
export type BatchContext = {
  services: ReadonlyMap<string, ServiceSettings>
  /** The newest incident of a key that has no active one, by `nameOf`. */
  previous: Map<string, string>
  /** New incidents of the present minute, by integration. */
  newIncidents: Map<string, number>
  /** Events that report what OpsKnight itself has changed in their tool. */
  echoes: ReadonlySet<AlertEvent>
}

/** What became of one event: the incident is the one that was changed or found. */
export type EventOutcome = { action: ResultAction; incident: Incident | null; reason: string | null }

/** Every name under which the events of an intake may meet an incident, the storm's own among them. */
export function keysOf(intake: Intake): IncidentKey[] {
  const { serviceId, source, verdict } = intake
  if (verdict.outcome !== 'events') return []
  const storm = source && source.newIncidentsPerMinute !== null ? [stormKey(source.ref)] : []
  const names = [...verdict.events.flatMap(namesOf), ...storm]
  return [serviceId, ...wishedServices(intake)].flatMap((id) => names.map((key) => ({ serviceId: id, key })))
}

/** The names under which a connected integration may have opened incidents on other services. */
export function keysElsewhereOf({ source, verdict }: Intake): KeyOfIntegration[] {
  if (!source?.isConnected || verdict.outcome !== 'events') return []
  return verdict.events.flatMap(namesOf).map((key) => ({ integrationId: source.ref, key }))
}

const namesOf = ({ dedupKey, aliases }: AlertEvent): string[] => [dedupKey, ...aliases].map(keyOfSender)

/** The incident about a storm is OpsKnight's own: a sender who makes up its key means another problem. */
const keyOfSender = (key: string) => storedKey(isStormKey(key) ? `sent:${key}` : key)

/**
 * Applies one event to the working set, in the order of arrival. Pure but for the set and the batch's counters. One that no alert rule
 * sends to a service is about every incident that its integration has open for the problem, wherever rules have opened it.
 */
export function applyEvent(
  changes: WorkingSet,
  intake: Intake,
  event: AlertEvent,
  batch: BatchContext,
): EventOutcome {
  if (batch.echoes.has(event)) return { action: 'ignored', incident: null, reason: OUR_OWN }
  const linked = findLinked(changes, intake, event)
  if (linked) return applyToLinked(changes, intake, event, linked, batch)
  const destination = destinationOf(intake, event, batch.services)
  const elsewhere = findElsewhere(changes, intake, event)
  const applyHere = () => applyOn(changes, intake, event, destination, batch)
  if (elsewhere.length === 0) return applyHere()
  const { serviceId } = destination
  const isHere =
    changes.findActive(serviceId, namesOf(event)) ?? changes.findFolded(serviceId, namesOf(event))
  const told = toIncidentEvent(event)
  const outcomes = elsewhere.map((incident) =>
    decideAndApply(changes, incident, told, { ...intake, serviceId: incident.serviceId }, batch),
  )
  return firstOf(isHere ? [applyHere(), ...outcomes] : outcomes)
}

/** Where the problem has an incident of its own, that one counts. */
function findLinked(changes: WorkingSet, { source }: Intake, event: AlertEvent) {
  if (!source?.isConnected) return null
  const names = namesOf(event)
  return changes.findActiveOf(source.ref, names).length > 0 ? null : changes.findLinked(source.ref, names)
}

/** What its tool says of a problem that a person has linked to another incident. */
function applyToLinked(
  changes: WorkingSet,
  intake: Intake,
  event: AlertEvent,
  { incident, isWhole, key }: { incident: Incident; isWhole: boolean; key: string },
  batch: BatchContext,
): EventOutcome {
  const told = toIncidentEvent(event)
  const asNote = { action: 'note', note: noteOfPart(event.note ?? event.title), partOf: key } as const
  const { serviceId } = incident
  return decideAndApply(
    changes,
    incident,
    isOnlyNoted(event.action, { isWhole }) ? { ...told, ...asNote } : told,
    { ...intake, serviceId },
    batch,
  )
}

/** What several events or incidents come to is what the first one did that did something. */
export const firstOf = (outcomes: readonly EventOutcome[]): EventOutcome =>
  outcomes.find(({ action }) => action !== 'ignored') ?? outcomes[0]!

function findElsewhere(changes: WorkingSet, intake: Intake, event: AlertEvent): Incident[] {
  if (!intake.source?.isConnected || (event.action === 'trigger' && event.routing?.service)) return []
  return changes
    .findActiveOf(intake.source.ref, namesOf(event))
    .filter(({ serviceId }) => serviceId !== intake.serviceId)
}

function applyOn(
  changes: WorkingSet,
  given: Intake,
  event: AlertEvent,
  { serviceId, note }: Destination,
  batch: BatchContext,
): EventOutcome {
  const intake = { ...given, serviceId }
  const names = namesOf(event)
  const active = changes.findActive(serviceId, names)
  const folded = changes.findFolded(serviceId, names)
  const told = toIncidentEvent(event, note)
  if (!active && event.action === 'trigger' && isOverBudget(intake, batch))
    return fold(changes, intake, { event: told, names }, folded, batch)
  if (!active && event.action !== 'trigger' && folded) return tellStorm(changes, event, folded)

  const outcome = decideAndApply(changes, active, told, intake, batch)
  const { incident } = outcome
  if (incident && incident.status !== 'resolved' && outcome.action !== 'ignored')
    changes.addAliases(incident, names)
  if (incident && folded) changes.storms.put(settled(folded, incident))
  if (outcome.action === 'triggered' && intake.source) count(batch.newIncidents, intake.source.ref)
  return outcome
}

const OUR_OWN = 'OpsKnight made this change in Sentry itself'

function decideAndApply(
  changes: WorkingSet,
  active: Incident | null,
  event: IncidentEvent,
  intake: Intake,
  batch: BatchContext,
): EventOutcome {
  const decision = decide(active, { kind: 'event', event }, contextOf(intake, event.dedupKey, batch))
  switch (decision.outcome) {
    case 'changed': {
      changes.apply(decision)
      const { incident, result } = decision
      if (incident.status === 'resolved') {
        batch.previous.set(nameOf(incident.serviceId, incident.dedupKey), incident.id)
      }
      return { action: result === 'changed' ? 'noted' : result, incident, reason: null }
    }
    case 'ignored':
      return { action: 'ignored', incident: decision.incident, reason: decision.reason }
    case 'unchanged':
      return {
        action: 'ignored',
        incident: decision.incident,
        reason: 'The incident is as the event says already',
      }
    case 'refused':
      return { action: 'ignored', incident: active, reason: decision.message }
  }
}

function contextOf({ at, actor, serviceId, source }: Intake, key: string, batch: BatchContext): Context {
  const service = batch.services.get(serviceId)
  const previous = batch.previous.get(nameOf(serviceId, key))
  return {
    now: at,
    actor,
    serviceId,
    integrationId: source?.ref ?? null,
    newIncidentId: newId(at),
    acknowledgementTimeoutMinutes: service?.acknowledgementTimeoutMinutes ?? null,
    maintenance: service?.maintenance ?? null,
    previous: previous ? { id: previous } : null,
  }
}

const isOverBudget = ({ source, isReplay }: Intake, { newIncidents }: BatchContext) =>
  source !== null &&
  !isReplay &&
  source.newIncidentsPerMinute !== null &&
  (newIncidents.get(source.ref) ?? 0) >= source.newIncidentsPerMinute

/** It has an incident of its own by now; where that is over, so is the problem. */
const settled = (folded: FoldedProblem, { id, status }: Incident): FoldedProblem =>
  status === 'resolved' ? { ...folded, state: 'resolved' } : { ...folded, state: 'opened', incidentId: id }

/**
 * In a storm the first problems page, the rest is one incident that lists them: a person cannot act on hundreds. What was
 * folded opens an incident of its own when it comes again after the storm, or when a person splits it off.
 */
function fold(
  changes: WorkingSet,
  intake: Intake,
  { event, names }: { event: IncidentEvent; names: string[] },
  waiting: FoldedProblem | null,
  batch: BatchContext,
): EventOutcome {
  const { serviceId, source, at } = intake
  const severity = event.ruledSeverity ?? event.severity
  if (!source) throw new Error('Only an integration has a budget')
  const key = stormKey(source.ref)
  const incident = waiting ? changes.get(waiting.stormId) : changes.findActive(serviceId, [key])
  const before = (incident && changes.storms.get(incident.id)) ?? emptyStorm(incident?.id ?? '', at)
  const known = waiting ?? changes.storms.getProblem(before.incidentId, event.dedupKey)
  const { storm, problem } = foldInto(before, known, { event: { ...event, severity }, names, serviceId, at })
  const told = { ...stormEvent(source, key, severity), details: factsOf(storm), isQuiet: event.isQuiet }
  const outcome = decideAndApply(changes, incident, told, intake, batch)
  const stormId = outcome.incident!.id
  changes.storms.putStorm({ ...storm, incidentId: stormId })
  if (problem) changes.storms.put({ ...problem, stormId })
  const reason = `More than ${source.newIncidentsPerMinute} new incidents in a minute: this one was folded into the incident about the storm`
  return { action: 'folded', incident: outcome.incident, reason }
}

/** What is not a trigger, about a problem that has no incident but the one about the storm. */
function tellStorm(changes: WorkingSet, event: AlertEvent, folded: FoldedProblem): EventOutcome {
  const incident = changes.get(folded.stormId)
  if (event.action !== 'resolve') {
    const reason = 'The problem is folded into the incident about a storm and has no incident of its own'
    return { action: 'ignored', incident, reason }
  }
  changes.storms.put({ ...folded, state: 'resolved' })
  const reason = 'The problem is folded into the incident about a storm, where it is listed as resolved now'
  return { action: 'noted', incident, reason }
}

const stormEvent = (source: Source, dedupKey: string, severity: Severity): IncidentEvent => ({
  action: 'trigger',
  dedupKey,
  title: `Alert storm: more than ${problems(source.newIncidentsPerMinute)} in a minute from ${source.name}`,
  description:
    'Problems beyond the limit of new incidents per minute are folded in here. Split off what needs an incident of its own.',
  severity,
  severityFollows: false,
  source: source.name,
  link: null,
  details: {},
  note: null,
})

const problems = (count: number | null) => (count === 1 ? '1 new problem' : `${count} new problems`)

const toIncidentEvent = (event: AlertEvent, alsoNote: string | null = null): IncidentEvent => ({
  action: event.action,
  dedupKey: keyOfSender(event.dedupKey),
  title: event.title,
  description: event.description,
  severity: event.severity,
  ruledSeverity: event.routing?.severity,
  severityFollows: event.severityFollows ?? false,
  isQuiet: event.routing?.page === false,
  source: event.source,
  link: event.link,
  details: event.details,
  note: [event.note, alsoNote].filter(Boolean).join('\n') || null,
})

const count = (counts: Map<string, number>, key: string) => counts.set(key, (counts.get(key) ?? 0) + 1)

/** Who a delivery acts as: the integration it came in on. */
export const integrationActor = ({ ref, name }: Source): Actor => ({ kind: 'integration', id: ref, name })
