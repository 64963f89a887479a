import type { TimelineKind } from '#contract/incidents.ts'
import { nameOf } from './keys.ts'
import { isWholeOf } from './linked.ts'
import type { Change, Incident, NewTimelineEntry, Paging } from './model.ts'
import type { FoldedProblem } from './storm.ts'
import { StormSet } from './storm-set.ts'

/** Somebody is to be paged about an incident from `dueAt` on: whoever is on call, or only one person. */
type EscalationRow = {
  incidentId: string
  /** Null when it pages nobody. */
  dueAt: Date | null
  onlyUserId: string | null
  endedReason: string | null
}

type Link = { integrationId: string; key: string }

type ForTool = { n: number; integrationId: string | null; dedupKey: string }

const TELLABLE: ReadonlySet<TimelineKind> = new Set([
  'triggered',
  'acknowledged',
  'resolved',
  'reopened',
  'assigned',
  'noted',
])

/**
 * The changes of one transaction, folded: several decisions about one incident become one write. Decisions are
 * made against what it holds, so the second event of a batch sees what the first one did.
 */
export class WorkingSet {
  readonly #byId = new Map<string, Incident>()
  readonly #activeByKey = new Map<string, string>()
  readonly #byIntegration = new Map<string, Set<string>>()
  readonly #linked = new Map<string, { id: string; isWhole: boolean }>()
  readonly #new = new Set<string>()
  readonly #touched = new Set<string>()
  readonly #paging = new Map<string, Paging>()
  readonly #newAliases = new Map<string, { serviceId: string; alias: string; incidentId: string }>()
  readonly entries: NewTimelineEntry[] = []
  readonly storms = new StormSet()

  /** Puts an incident in as the database has it, with the other names it goes by and the problems that people have linked to it. */
  load(incident: Incident, aliases: readonly string[] = [], links: readonly Link[] = []): void {
    this.#byId.set(incident.id, incident)
    if (incident.status === 'resolved') return
    const isWhole = isWholeOf(incident, links.length)
    for (const { integrationId, key } of links)
      this.#linked.set(nameOf(integrationId, key), { id: incident.id, isWhole })
    for (const key of [incident.dedupKey, ...aliases]) this.#name(incident, key)
  }

  get(id: string): Incident | null {
    return this.#byId.get(id) ?? null
  }

  /** The active incident that goes by one of these names; the first name that is known decides. */
  findActive(serviceId: string, keys: readonly string[]): Incident | null {
    for (const key of keys) {
      const incident = this.#byId.get(this.#activeByKey.get(nameOf(serviceId, key)) ?? '')
      if (incident && incident.status !== 'resolved') return incident
    }
    return null
  }

  /** The active incidents that an integration has opened under these names, on whichever service. */
  findActiveOf(integrationId: string, keys: readonly string[]): Incident[] {
    const ids = new Set(
      keys.flatMap((key) => [...(this.#byIntegration.get(nameOf(integrationId, key)) ?? [])]),
    )
    return [...ids].flatMap((id) => {
      const incident = this.#byId.get(id)
      return incident && incident.status !== 'resolved' ? [incident] : []
    })
  }

  /** The active incident that a person has linked the problem to; `isWhole` when it is about nothing else. */
  findLinked(
    integrationId: string,
    keys: readonly string[],
  ): { incident: Incident; isWhole: boolean; key: string } | null {
    for (const key of keys) {
      const linked = this.#linked.get(nameOf(integrationId, key))
      const incident = linked && this.#byId.get(linked.id)
      if (incident && incident.status !== 'resolved') return { incident, isWhole: linked.isWhole, key }
    }
    return null
  }

  /** The problem that waits under one of these names in an active storm. */
  findFolded(serviceId: string, names: readonly string[]): FoldedProblem | null {
    const folded = this.storms.findWaiting(serviceId, names)
    const storm = folded && this.get(folded.stormId)
    return storm && storm.status !== 'resolved' ? folded : null
  }

  apply(change: Change): void {
    const { incident, isNew, entries, paging } = change
    this.#byId.set(incident.id, incident)
    this.#touched.add(incident.id)
    if (isNew) this.#new.add(incident.id)
    if (incident.status !== 'resolved') this.#name(incident, incident.dedupKey)
    this.entries.push(...entries)
    if (paging) this.#paging.set(incident.id, paging)
  }

  /** Remembers the other names of an active incident. A name that another one has already stays with that one. */
  addAliases(incident: Incident, aliases: readonly string[]): void {
    for (const alias of aliases) {
      if (alias === incident.dedupKey || this.findActive(incident.serviceId, [alias])) continue
      this.#name(incident, alias)
      const { serviceId, id: incidentId } = incident
      this.#newAliases.set(nameOf(serviceId, alias), { serviceId, alias, incidentId })
    }
  }

  /** What is to be written. An incident that came and went within the set is written once, as it ended. */
  get inserted(): Incident[] {
    return [...this.#new].map((id) => this.#byId.get(id)!)
  }
  get updated(): Incident[] {
    return [...this.#touched].filter((id) => !this.#new.has(id)).map((id) => this.#byId.get(id)!)
  }
  /** What has ended within the set. */
  get resolved(): Incident[] {
    return this.touchedIds.map((id) => this.#byId.get(id)!).filter(({ status }) => status === 'resolved')
  }
  /** The entries; those that a tool may want to hear of have a number and say which integration and problem it is. */
  get toldEntries(): (NewTimelineEntry & Partial<ForTool>)[] {
    return this.entries.map((entry, n) => {
      const incident = TELLABLE.has(entry.kind) ? this.#byId.get(entry.incidentId) : undefined
      if (!incident) return entry
      return { ...entry, n, integrationId: incident.integrationId, dedupKey: incident.dedupKey }
    })
  }
  /** The escalation rows that are to be written, and those that are to go. */
  get escalations(): { started: EscalationRow[]; stopped: string[] } {
    const started: EscalationRow[] = []
    const stopped: string[] = []
    for (const [incidentId, paging] of this.#paging) {
      if (paging.kind === 'stop') stopped.push(incidentId)
      else started.push({ incidentId, ...rowOf(paging) })
    }
    return { started, stopped }
  }
  get newAliases(): { serviceId: string; alias: string; incidentId: string }[] {
    return [...this.#newAliases.values()].filter(
      ({ incidentId }) => this.#byId.get(incidentId)?.status !== 'resolved',
    )
  }
  get touchedIds(): string[] {
    return [...this.#touched]
  }
  get isTouched(): boolean {
    return this.#touched.size > 0 || this.storms.touchedIds.length > 0
  }

  /** After the insert: the numbers that the database gave. */
  setNumbers(numbers: readonly { id: string; number: number }[]): void {
    for (const { id, number } of numbers) {
      const incident = this.#byId.get(id)
      if (incident) this.#byId.set(id, { ...incident, number })
    }
  }

  #name({ serviceId, integrationId, id }: Incident, key: string): void {
    this.#activeByKey.set(nameOf(serviceId, key), id)
    if (integrationId === null) return
    const name = nameOf(integrationId, key)
    const ids = this.#byIntegration.get(name)
    if (ids) ids.add(id)
    else this.#byIntegration.set(name, new Set([id]))
  }
}

const rowOf = (paging: Exclude<Paging, { kind: 'stop' }>): Omit<EscalationRow, 'incidentId'> =>
  paging.kind === 'start'
    ? { dueAt: paging.dueAt, onlyUserId: paging.onlyUserId, endedReason: null }
    : { dueAt: null, onlyUserId: null, endedReason: paging.reason }
