import { expect, test } from 'vitest'
import { aContactMethod } from '../../../testing/contact-methods.ts'
import { isReached, skippedOf, stepsOf } from './rules.ts'

const mail = aContactMethod({ id: 'mail', channel: 'email' })
const phone = aContactMethod({ id: 'phone', channel: 'voice' })
const unverified = aContactMethod({ id: 'sms', channel: 'sms', verified: false, verifiedAt: null })

const seen = (steps: ReturnType<typeof stepsOf>) =>
  steps.map(({ delayMinutes, methods }) => [delayMinutes, ...methods.map(({ id }) => id)])

test('without a rule everything that is verified is used at once', () => {
  expect(seen(stepsOf([], [mail, unverified, phone], 'high'))).toEqual([[0, 'mail', 'phone']])
  expect(stepsOf([], [unverified], 'high')).toEqual([])
})

test('rules of one urgency stand in the order of their delays, those of one delay together', () => {
  const rules = [
    { urgency: 'high', delayMinutes: 3, contactMethodId: 'phone' },
    { urgency: 'high', delayMinutes: 0, contactMethodId: 'mail' },
    { urgency: 'high', delayMinutes: 0, contactMethodId: 'sms' },
    { urgency: 'low', delayMinutes: 0, contactMethodId: 'mail' },
  ] as const
  expect(seen(stepsOf(rules, [mail, phone, unverified], 'high'))).toEqual([
    [0, 'mail', 'sms'],
    [3, 'phone'],
  ])
})

test('what is not verified, or whose channel cannot be used, is passed over with a reason', () => {
  const silent = aContactMethod({ id: 'push', channel: 'push', problem: 'Push needs https.' })
  const steps = [{ delayMinutes: 0, methods: [unverified, silent] }]
  expect(skippedOf(steps).map(({ method, why }) => [method.id, why])).toEqual([
    ['sms', 'it is not verified'],
    ['push', 'Push needs https.'],
  ])
  expect(isReached(steps)).toBe(false)
  expect(isReached([...steps, { delayMinutes: 5, methods: [mail] }])).toBe(true)
})
