import type { EscalationTarget } from '#contract/escalation-policies.ts'
import type { PageCause } from '#contract/pages.ts'
import type { PolicyVersion } from '../services/policies.ts'
import { begin, nextTurn, type Run } from './model.ts'
import type { FindPeople, Found } from './people.ts'
import type { DueEscalation } from './store.ts'

/** What is to be done about one incident now. */
export type Turn = { incidentId: string; row: DueEscalation } & (
  | { do: 'tell-holder'; userId: string }
  | { do: 'without-policy' }
  /** Working out whom it pages, or writing it down, broke. */
  | { do: 'give-up' }
  | { do: 'wait'; policy: PolicyVersion; run: Run }
  | { do: 'page'; policy: PolicyVersion; run: Run; step: number }
  | { do: 'end'; policy: PolicyVersion; run: Run }
)

/** `policy` is the one that it runs on; null when its service has none. */
export function turnOf(row: DueEscalation, policy: PolicyVersion | null, now: Date): Turn {
  const of = { incidentId: row.incidentId, row }
  if (row.onlyUserId) return { ...of, do: 'tell-holder', userId: row.onlyUserId }
  if (!policy) return { ...of, do: 'without-policy' }
  const run = row.run ?? begin(row.dueAt, policy)
  return { ...of, policy, run, ...nextTurn(run, policy, now) }
}

export const brokenTurn = (row: DueEscalation): Turn => ({ incidentId: row.incidentId, row, do: 'give-up' })

/** Everything that has to be known of to take a turn; of one that ends in vain all that the policy names. */
export function targetsOfTurn(turn: Turn): readonly EscalationTarget[] {
  switch (turn.do) {
    case 'tell-holder':
      return [{ type: 'user', id: turn.userId }]
    case 'page':
      return turn.policy.steps[turn.step]?.targets ?? []
    case 'end':
      return [...(turn.policy.fallback ?? []), ...(turn.run.reachedAt ? [] : allTargets(turn.policy))]
    case 'without-policy':
    case 'give-up':
    case 'wait':
      return []
  }
}

export const allTargets = ({ steps }: PolicyVersion): EscalationTarget[] =>
  steps.flatMap(({ targets }) => targets)

/** People who are to be paged for one reason; `problems`: why others are not among them. */
export type Attempt = Found & {
  turn: Turn
  cause: PageCause
  /** From 1, as pages count them. */
  step: number | null
  cycle: number | null
  /** Whom this cycle has paged before. */
  already: { id: string; name: string }[]
}

/** Whom a turn pages before it turns to the administrators; null: nobody. */
export function attemptOf(turn: Turn, find: FindPeople): Attempt | null {
  const nowhere = { step: null, cycle: null, already: [] }
  switch (turn.do) {
    case 'tell-holder':
      return { turn, cause: 'worse', ...nowhere, ...find(targetsOfTurn(turn)) }
    case 'end':
      return turn.policy.fallback
        ? { turn, cause: 'fallback', ...nowhere, ...find(turn.policy.fallback) }
        : null
    case 'page': {
      const { people, problems } = find(targetsOfTurn(turn))
      const isAlready = ({ id }: { id: string }) => turn.run.reached.includes(id)
      return {
        ...{ turn, cause: 'escalation', problems, step: turn.step + 1, cycle: turn.run.cycle },
        people: people.filter((person) => !isAlready(person)),
        already: people.filter(isAlready),
      }
    }
    case 'without-policy':
    case 'give-up':
    case 'wait':
      return null
  }
}
