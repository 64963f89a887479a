import type { Diagnosis, IntegrationHealth, IntegrationView } from '#contract/integrations.ts'
import { counted } from '../../forms/counted.ts'

export type Tone = 'good' | 'waiting' | 'problem' | 'off'

/** How an integration is, in one line; the worst of it first. */
export function stateOf(
  { enabled, lastDeliveryAt }: Pick<IntegrationView, 'enabled' | 'lastDeliveryAt'>,
  health: Pick<IntegrationHealth, 'diagnoses'> | undefined,
): { tone: Tone; words: string } {
  const problems = (health?.diagnoses ?? []).filter(({ level }) => level === 'problem')
  const [worst] = problems
  if (worst) return { tone: 'problem', words: worst.title + andMore(problems) }
  if (!enabled) return { tone: 'off', words: 'Disabled' }
  if (!lastDeliveryAt) return { tone: 'waiting', words: 'Waiting for the first delivery' }
  return { tone: 'good', words: 'Receiving' }
}

const andMore = ({ length }: Diagnosis[]) => (length > 1 ? `, and ${length - 1} more` : '')

/** What arrived in the last 24 hours, by outcome. */
export function totalsOf({ hours }: Pick<IntegrationHealth, 'hours'>) {
  const sum = (outcome: 'accepted' | 'ignored' | 'rejected') =>
    hours.reduce((total, hour) => total + hour[outcome], 0)
  return { accepted: sum('accepted'), ignored: sum('ignored'), rejected: sum('rejected') }
}

/** `12 accepted, 1 rejected in 24 hours`. */
export function wordsOfTotals(totals: ReturnType<typeof totalsOf>): string {
  const parts = (['accepted', 'ignored', 'rejected'] as const)
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => counted(totals[outcome], outcome, outcome))
  return parts.length === 0 ? 'nothing in 24 hours' : `${parts.join(', ')} in 24 hours`
}
