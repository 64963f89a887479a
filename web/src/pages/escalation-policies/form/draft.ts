import type { z } from 'zod'
import type {
  EscalationPolicyView,
  EscalationTarget,
  PutEscalationPolicy,
} from '#contract/escalation-policies.ts'

/** A step as it is being written; `key` is only for the screen. */
export type StepDraft = { key: string; waitMinutes: number | string; targets: string[] }
export type PolicyDraft = {
  name: string
  repeat: number | string
  steps: StepDraft[]
  /** Null: the administrators. */
  fallback: string[] | null
}

let lastKey = 0
const newKey = () => `step-${++lastKey}`

export const newStep = (waitMinutes: number): StepDraft => ({ key: newKey(), waitMinutes, targets: [] })

/** A target as the choice of a list: `schedule:ID`, `leads:ID`. */
export const choiceOf = ({ type, id, leadsOnly }: EscalationTarget): string =>
  `${type === 'team' && leadsOnly ? 'leads' : type}:${id}`

export function targetOf(choice: string): EscalationTarget {
  const [kind, id] = [choice.slice(0, choice.indexOf(':')), choice.slice(choice.indexOf(':') + 1)]
  return kind === 'leads'
    ? { type: 'team', id, leadsOnly: true }
    : { type: kind as EscalationTarget['type'], id }
}

export const draftOf = ({ name, repeat, steps, fallback }: EscalationPolicyView): PolicyDraft => ({
  name,
  repeat,
  steps: steps.map(({ waitMinutes, targets }) => ({
    key: newKey(),
    waitMinutes,
    targets: targets.map(choiceOf),
  })),
  fallback: fallback?.map(choiceOf) ?? null,
})

/** What is sent. */
export const contentOf = ({
  name,
  repeat,
  steps,
  fallback,
}: PolicyDraft): z.input<typeof PutEscalationPolicy> => ({
  name,
  repeat: numberOf(repeat),
  steps: steps.map(({ waitMinutes, targets }) => ({
    waitMinutes: numberOf(waitMinutes),
    targets: targets.map(targetOf),
  })),
  fallback: fallback?.map(targetOf) ?? null,
})

/** An empty field is no number, which is not nought. */
export const numberOf = (written: number | string): number => (written === '' ? Number.NaN : Number(written))
