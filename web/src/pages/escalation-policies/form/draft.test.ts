import { expect, test } from 'vitest'
import { PutEscalationPolicy } from '#contract/escalation-policies.ts'
import { choiceOf, contentOf, newStep, targetOf } from './draft.ts'

test.each([
  { type: 'user', id: 'u:1' },
  { type: 'schedule', id: 's-1' },
  { type: 'team', id: 't-1' },
  { type: 'team', id: 't-1', leadsOnly: true },
] as const)('a target comes back from its choice as it went: %o', (target) => {
  expect(targetOf(choiceOf(target))).toEqual(target)
})

test('an empty wait is not sent as nought', () => {
  const draft = {
    name: 'Checkout',
    repeat: 0,
    steps: [{ ...newStep(0), targets: ['user:u-1'] }],
    fallback: null,
  }
  expect(PutEscalationPolicy.safeParse(contentOf(draft)).success).toBe(true)
  const empty = { ...draft, steps: [{ ...draft.steps[0]!, waitMinutes: '' }] }
  expect(PutEscalationPolicy.safeParse(contentOf(empty)).error?.issues[0]?.path).toEqual([
    'steps',
    0,
    'waitMinutes',
  ])
})
