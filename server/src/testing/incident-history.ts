import fc from 'fast-check'
import { type Actor, Severity, Urgency } from '#contract/common.ts'
import { decide } from '../incidents/decide.ts'
import type {
  Command,
  Context,
  Decision,
  Incident,
  IncidentEvent,
  NewTimelineEntry,
} from '../incidents/model.ts'

// Random histories of a few problems on one service, and a small world that foretells what they come to.

export const KEYS = ['disk', 'memory', 'network'] as const

/** What happens in a history. Whom a step acts on is said by key: the newest incident of that key, or the one before. */
export type Step =
  | { do: 'event'; key: string; by: 'tool' | 'program'; event: Happening }
  | { do: 'ask'; key: string; by: 'ana' | 'bo' | 'script'; of: 'newest' | 'oldest'; what: Asked }
  | { do: 'wait'; minutes: number }
  | { do: 'maintain'; minutes: number }

type Happening = Pick<IncidentEvent, 'action' | 'severity' | 'severityFollows'>
export type Asked =
  | { action: 'acknowledge' | 'resolve' | 'reopen' }
  | { action: 'snooze'; minutes: number }
  | { action: 'note'; text: string }
  | { action: 'severity'; severity: Severity }
  | { action: 'urgency'; urgency: Urgency }
  | { action: 'assign'; to: 'ana' | 'bo' }

const key = fc.constantFrom(...KEYS)
const severity = fc.constantFrom(...Severity.options)
const asked: fc.Arbitrary<Asked> = fc.oneof(
  fc.record({ action: fc.constantFrom('acknowledge', 'resolve', 'reopen') }),
  fc.record({ action: fc.constant('snooze'), minutes: fc.constantFrom(0, 5, 30) }),
  fc.record({ action: fc.constant('note'), text: fc.constant('Looking') }),
  fc.record({ action: fc.constant('severity'), severity }),
  fc.record({ action: fc.constant('urgency'), urgency: fc.constantFrom(...Urgency.options) }),
  fc.record({ action: fc.constant('assign'), to: fc.constantFrom('ana', 'bo') }),
)

const step = (
  actions: readonly Happening['action'][],
  severityFollows: fc.Arbitrary<boolean>,
): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('event'),
        key,
        by: fc.constantFrom('tool', 'tool', 'program'),
        event: fc.record({
          action: fc.oneof(fc.constant('trigger'), fc.constantFrom(...actions)),
          severity,
          severityFollows,
        }),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('ask'),
        key,
        by: fc.constantFrom('ana', 'bo', 'script'),
        of: fc.constantFrom('newest', 'newest', 'oldest'),
        what: asked,
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('wait'), minutes: fc.constantFrom(1, 5, 30) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('maintain'), minutes: fc.constantFrom(5, 20) }) },
  )

export type History = { acknowledgementTimeoutMinutes: number | null; steps: Step[] }
const historyOf = (steps: fc.Arbitrary<Step>, maxLength: number): fc.Arbitrary<History> =>
  fc.record({
    acknowledgementTimeoutMinutes: fc.constantFrom(null, 10),
    steps: fc.array(steps, { minLength: 1, maxLength }),
  })

/** Everything that a tool can say. */
export const histories = historyOf(step(['trigger', 'acknowledge', 'resolve', 'note'], fc.boolean()), 40)
/** What can be said through the Events API. */
export const apiHistories = historyOf(step(['acknowledge', 'resolve'], fc.constant(false)), 25)

export type Actors = Record<'tool' | 'program' | 'ana' | 'bo' | 'script' | 'worker', Actor>

/** What a history has led to, decision by decision. Time and actors come from outside. */
export class World {
  readonly incidents: Incident[] = []
  readonly entries: NewTimelineEntry[] = []
  readonly escalations = new Map<string, { dueAt: Date; onlyUserId: string | null }>()
  /** Triggers that were accepted, by incident. */
  readonly triggers = new Map<string, number>()
  readonly #windows: { start: Date; until: Date; reason: string }[] = []
  readonly #history: History
  readonly #actors: Actors

  constructor(history: History, actors: Actors) {
    this.#history = history
    this.#actors = actors
  }

  /** The incident that a step is about; undefined when the key has none. */
  find({ key, of }: { key: string; of: 'newest' | 'oldest' }): Incident | undefined {
    const own = this.incidents.filter(({ dedupKey }) => dedupKey === key)
    return of === 'newest' ? own.at(-1) : own[0]
  }

  activeOf(key: string): Incident | null {
    return this.incidents.find(({ dedupKey, status }) => dedupKey === key && status !== 'resolved') ?? null
  }

  event({ key, by, event }: Step & { do: 'event' }, now: Date): Decision {
    const command = { kind: 'event', event: { ...event, ...WORDS, dedupKey: key } } as const
    const decision = this.#decide(this.activeOf(key), command, by, now)
    if (event.action === 'trigger' && decision.outcome === 'changed') {
      const { id } = decision.incident
      this.triggers.set(id, (this.triggers.get(id) ?? 0) + 1)
    }
    return decision
  }

  /** Null when there is no incident to ask anything of. */
  ask(step: Step & { do: 'ask' }, now: Date): Decision | null {
    const incident = this.find(step)
    return incident ? this.#decide(incident, this.commandOf(step.what, now), step.by, now) : null
  }

  /** What is due at this time opens. */
  wake(now: Date): Decision[] {
    const due = this.incidents.filter(({ wakeAt }) => wakeAt && wakeAt <= now)
    return due.map((incident) => this.#decide(incident, { kind: 'wake' }, 'worker', now))
  }

  maintain(now: Date, until: Date, reason: string): void {
    this.#windows.push({ start: now, until, reason })
  }

  commandOf(what: Asked, now: Date): Command {
    switch (what.action) {
      case 'snooze':
        return { kind: 'snooze', until: new Date(now.getTime() + what.minutes * 60_000) }
      case 'note':
        return { kind: 'note', text: what.text }
      case 'severity':
        return { kind: 'severity', severity: what.severity }
      case 'urgency':
        return { kind: 'urgency', urgency: what.urgency }
      case 'assign': {
        const { id, name } = this.#actors[what.to]
        return { kind: 'assign', user: { id: id ?? '', name } }
      }
      default:
        return { kind: what.action }
    }
  }

  contextOf(incident: Incident | null, by: keyof Actors, now: Date, key: string): Context {
    const another = this.activeOf(key)
    const covering = this.#windows.filter(({ start, until }) => start <= now && until > now)
    return {
      now,
      actor: this.#actors[by],
      serviceId: 'service',
      integrationId: by === 'tool' ? 'integration' : null,
      newIncidentId: `incident ${this.incidents.length + 1}`,
      acknowledgementTimeoutMinutes: this.#history.acknowledgementTimeoutMinutes,
      maintenance: covering.toSorted((a, b) => b.until.getTime() - a.until.getTime())[0] ?? null,
      previous: this.find({ key, of: 'newest' }) ?? null,
      obstacle:
        another && another.id !== incident?.id ? { kind: 'another-is-active', number: another.number } : null,
    }
  }

  #decide(incident: Incident | null, command: Command, by: keyof Actors, now: Date): Decision {
    const key = incident?.dedupKey ?? (command.kind === 'event' ? command.event.dedupKey : '')
    const decision = decide(
      deepFreeze(incident),
      deepFreeze(command),
      deepFreeze(this.contextOf(incident, by, now, key)),
    )
    if (decision.outcome === 'changed') this.#apply(decision)
    return decision
  }

  #apply({ incident, isNew, entries, paging }: Decision & { outcome: 'changed' }): void {
    if (isNew) this.incidents.push({ ...incident, number: this.incidents.length + 1 })
    else this.incidents[this.incidents.findIndex(({ id }) => id === incident.id)] = incident
    this.entries.push(...entries)
    if (paging?.kind === 'stop') this.escalations.delete(incident.id)
    if (paging?.kind === 'start') {
      this.escalations.set(incident.id, { dueAt: paging.dueAt, onlyUserId: paging.onlyUserId })
    }
  }
}

export const WORDS = {
  ...{ title: 'It is broken', source: 'db1', link: null, note: null },
  details: {},
} as const satisfies Partial<IncidentEvent>

/** Whoever changes what it was given is not pure: here that throws. */
function deepFreeze<T>(value: T): T {
  if (value && typeof value === 'object' && !(value instanceof Date)) {
    for (const part of Object.values(value)) deepFreeze(part)
    Object.freeze(value)
  }
  return value
}
