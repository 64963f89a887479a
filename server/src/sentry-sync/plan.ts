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
export type Step = { incidentId: string; at: Date; rows: number[] } & (
  | { kind: 'link' }
  | { kind: 'enrich' }
  | { kind: 'status'; status: 'resolved' | 'resolvedInNextRelease' | 'unresolved' }
  | { kind: 'assign'; userId: string }
  | { kind: 'comment'; author: string; text: string }
)

export type Plan = { steps: Step[] /** Happenings that Sentry need not hear of. */; settled: number[] }

/**
 * What is left to tell of one issue, in the order in which it happened. Of several wishes for its state, or for whom it is
 * assigned to, only the last counts; what Sentry itself has said since takes the place of a wish that it has not heard.
 */
export function planOf(happenings: readonly Happening[], behaviour: SentryBehaviour): Plan {
  let steps: Step[] = []
  const settled: number[] = []
  const drop = (kind: Step['kind']) => {
    settled.push(...steps.filter((step) => step.kind === kind).flatMap(({ rows }) => rows))
    steps = steps.filter((step) => step.kind !== kind)
  }
  for (const happening of happenings) {
    if (happening.actor.kind === 'integration' && STATES.has(happening.kind)) drop('status')
    const wishes = wishesOf(happening, behaviour)
    for (const wish of wishes) if (wish.kind !== 'comment') drop(wish.kind)
    // The row is settled with its last step: until then all of them are tried again.
    const { incidentId, at, number } = happening
    for (const [n, wish] of wishes.entries())
      steps.push({ ...wish, incidentId, at, rows: n === wishes.length - 1 ? [number] : [] })
    if (wishes.length === 0) settled.push(number)
  }
  return { steps, settled }
}

const STATES = new Set(['triggered', 'acknowledged', 'resolved', 'reopened'])

type Wish = Step extends infer One
  ? One extends Step
    ? Omit<One, 'incidentId' | 'at' | 'rows'>
    : never
  : never

/** Only what people and their programs do is news to Sentry; what comes from Sentry is not sent back. */
function wishesOf({ kind, actor, text, data }: Happening, behaviour: SentryBehaviour): Wish[] {
  if (kind === 'triggered') {
    return [
      ...(behaviour.enrich && !data.enriched ? [{ kind: 'enrich' } as const] : []),
      ...(behaviour.link ? [{ kind: 'link' } as const] : []),
    ]
  }
  if (actor.kind !== 'user' && actor.kind !== 'api-key') return []
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
