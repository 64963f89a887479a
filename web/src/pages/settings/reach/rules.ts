import type { Urgency } from '#contract/common.ts'
import type { ContactMethodView, NotificationRule } from '#contract/contact-methods.ts'

/** What is used together, so many minutes after the incident reaches the person. */
export type RuleStep = { delayMinutes: number; methods: ContactMethodView[] }

/**
 * How somebody is reached for an urgency, in order. Without a rule of theirs: by everything that is verified, at once.
 */
export function stepsOf(
  rules: readonly NotificationRule[],
  methods: readonly ContactMethodView[],
  urgency: Urgency,
): RuleStep[] {
  const own = rules.filter((rule) => rule.urgency === urgency)
  if (own.length === 0) {
    const verified = methods.filter(({ verified }) => verified)
    return verified.length > 0 ? [{ delayMinutes: 0, methods: verified }] : []
  }
  const methodsAfter = Map.groupBy(own, ({ delayMinutes }) => delayMinutes)
  return [...methodsAfter]
    .map(([delayMinutes, ofThatDelay]) => ({
      delayMinutes,
      methods: methods.filter(({ id }) => ofThatDelay.some(({ contactMethodId }) => contactMethodId === id)),
    }))
    .filter(({ methods }) => methods.length > 0)
    .toSorted((one, other) => one.delayMinutes - other.delayMinutes)
}

export const hasOwnRules = (rules: readonly NotificationRule[], urgency: Urgency) =>
  rules.some((rule) => rule.urgency === urgency)

/** Why nothing is sent to a contact method; null when it is used. */
export function whySkipped({ verified, problem }: ContactMethodView): string | null {
  return verified ? problem : 'it is not verified'
}

/** Those of the steps that are passed over, each once. */
export function skippedOf(steps: readonly RuleStep[]): { method: ContactMethodView; why: string }[] {
  const methods = new Set(steps.flatMap((step) => step.methods))
  return [...methods].flatMap((method) => {
    const why = whySkipped(method)
    return why === null ? [] : [{ method, why }]
  })
}

/** Whether any of the steps reaches anybody. */
export const isReached = (steps: readonly RuleStep[]) =>
  steps.some(({ methods }) => methods.some((method) => whySkipped(method) === null))

/** `at once`, `after 3 min`. */
export const delayWords = (minutes: number) => (minutes === 0 ? 'at once' : `after ${minutes} min`)
