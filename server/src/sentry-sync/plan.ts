import type { Actor, JsonObject } from '#contract/common.ts'
import type { SentryBehaviour } from '#contract/sentry-connection.ts'

/** Something that happened to the incident of an issue. */
export type Happening = {
  number: number
  incidentId: string
  at: Date
  kind: string
  actor: Actor
  text: string | null
  data: JsonObject
}

/** One thing that Sentry is told or asked; `rows` are settled when it is done. */
export type Step = {
  incidentId: string
  at: Date
  rows: number[]
  /** Sentry has said something since, which may be older or newer. */
  isDoubtful: boolean
} & Wish

export type Wish =
  | { kind: 'link' }
  | { kind: 'enrich' }
  | { kind: 'status'; status: 'resolved' | 'resolvedInNextRelease' | 'unresolved' }
  | { kind: 'assign'; userId: string }
  | { kind: 'comment'; author: string; text: string }
  /** Sentry has said that it is resolved: whether it still is. */
  | { kind: 'look' }

export type Plan = { steps: Step[] /** Happenings that Sentry need not hear of. */; settled: number[] }

type Planned = { wish: Wish; happening: Happening; isDoubtful: boolean }

/**
 * What is left to tell of one issue, in the order in which it happened. Of several wishes for its state, or for whom it is
 * assigned to, only the last counts; a wish after which Sentry has said something itself is doubtful.
 */
export function planOf(happenings: readonly Happening[], behaviour: SentryBehaviour): Plan {
  let planned: Planned[] = []
  for (const happening of happenings) {
    if (happening.actor.kind === 'integration') planned = planned.map((one) => ({ ...one, isDoubtful: true }))
    for (const wish of wishesOf(happening, behaviour)) {
      if (replacedBy[wish.kind].length > 0)
        planned = planned.filter((earlier) => !isReplaced(earlier, wish.kind, happening.incidentId))
      planned.push({ wish, happening, isDoubtful: false })
    }
  }
  const lastOf = new Map(planned.map((one) => [one.happening.number, one]))
  return {
    steps: planned.map((one) => toStep(one, lastOf.get(one.happening.number) === one)),
    settled: happenings.map(({ number }) => number).filter((number) => !lastOf.has(number)),
  }
}

const replacedBy: Record<Wish['kind'], readonly Wish['kind'][]> = {
  link: ['link'],
  enrich: ['enrich'],
  status: ['status', 'look'],
  assign: ['assign'],
  comment: [],
  look: ['look'],
}

/** What is asked for an incident is asked for that one, of several about the issue. */
const isReplaced = ({ wish: { kind }, happening }: Planned, by: Wish['kind'], incidentId: string) =>
  replacedBy[by].includes(kind) && (kind !== 'enrich' || happening.incidentId === incidentId)

/** A row is settled with its last step: until then all of them are tried again. */
function toStep({ wish, happening, isDoubtful }: Planned, isLast: boolean): Step {
  const { incidentId, at, number } = happening
  return { ...wish, incidentId, at, isDoubtful, rows: isLast ? [number] : [] }
}

/** Only what people and their programs do is news to Sentry; what comes from Sentry is not sent back. */
function wishesOf(happening: Happening, behaviour: SentryBehaviour): Wish[] {
  const { kind, actor, data } = happening
  if (kind === 'triggered' && behaviour.enrich && !data.enriched)
    return [{ kind: 'enrich' }, ...linkOf(behaviour)]
  if (kind === 'triggered') return linkOf(behaviour)
  const told = actor.kind === 'user' || actor.kind === 'api-key' ? toldOf(happening, behaviour) : []
  if (kind === 'reopened') return [...told, ...linkOf(behaviour)]
  if (kind === 'resolved' && actor.kind === 'integration' && behaviour.reconcile) return [{ kind: 'look' }]
  return told
}

/** The newest incident of an issue that is active is the one that Sentry shows. */
const linkOf = ({ link }: SentryBehaviour): Wish[] => (link ? [{ kind: 'link' }] : [])

function toldOf({ kind, actor, text, data }: Happening, behaviour: SentryBehaviour): Wish[] {
  switch (kind) {
    case 'acknowledged':
      return behaviour.assign && actor.kind === 'user' && actor.id
        ? [{ kind: 'assign', userId: actor.id }]
        : []
    case 'assigned':
      return behaviour.assign && typeof data.toId === 'string' ? [{ kind: 'assign', userId: data.toId }] : []
    case 'resolved':
      return behaviour.resolve === 'off' ? [] : [{ kind: 'status', status: behaviour.resolve }]
    case 'reopened':
      return behaviour.reopen ? [{ kind: 'status', status: 'unresolved' }] : []
    case 'noted':
      return behaviour.comments && text ? [{ kind: 'comment', author: actor.name, text }] : []
    default:
      return []
  }
}
