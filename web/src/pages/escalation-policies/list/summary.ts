import type { EscalationPolicyView } from '#contract/escalation-policies.ts'
import { counted } from '../../../forms/counted.ts'
import { minuteWords } from '../steps/times.ts'

/** `Primary, then after 5 min Bo Sandvik, then after 10 min leads of Platform; repeated twice`. */
export function summaryOf({ steps, repeat }: Pick<EscalationPolicyView, 'steps' | 'repeat'>): string {
  const words = steps.map(({ waitMinutes, targets }, index) => {
    const who = targets.map(({ name, leadsOnly }) => (leadsOnly ? `leads of ${name}` : name)).join(', ')
    const wait = waitMinutes > 0 ? `after ${minuteWords(waitMinutes)} ` : ''
    return index === 0 ? `${capital(wait)}${who}` : `then ${wait}${who}`
  })
  return words.join(', ') + (repeat > 0 ? `; ${counted(repeat, 'repeat')}` : '')
}

const capital = (text: string) => text && text[0]!.toUpperCase() + text.slice(1)
