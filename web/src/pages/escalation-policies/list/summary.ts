import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { counted } from '../../../forms/counted.ts'
import { minuteWords } from '../steps/times.ts'

/** `Primary → after 5 min Bo Sandvik and Follow the sun → after 10 min leads of Platform · 2 repeats`. */
export function summaryOf({ steps, repeat }: Pick<EscalationPolicyView, 'steps' | 'repeat'>): string {
  const words = steps.map(({ waitMinutes, targets }) => {
    const names = targets.map(({ name, leadsOnly }) => (leadsOnly ? `leads of ${name}` : name))
    return `${waitMinutes > 0 ? `after ${minuteWords(waitMinutes)} ` : ''}${together.format(names)}`
  })
  return words.join(' → ') + (repeat > 0 ? ` · ${counted(repeat, 'repeat')}` : '')
}

const together = new Intl.ListFormat('en-GB')
