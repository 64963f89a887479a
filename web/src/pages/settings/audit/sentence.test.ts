import { expect, test } from 'vitest'
import type { AuditEntry } from '#contract/people.ts'
import { detailsOf } from './details.ts'
import { sentenceOf } from './sentence.ts'

const entry = (action: string, name: string, data: AuditEntry['data'] = {}): AuditEntry => ({
  id: '1',
  at: '2026-11-03T04:05:06.000Z',
  actor: { kind: 'user', id: '1', name: 'Dana Example' },
  action,
  target: { type: 'x', id: '2', name },
  data,
  ip: null,
})

test.each([
  [entry('user.invited', 'bo@example.com', { role: 'viewer' }), 'invited bo@example.com'],
  [entry('user.updated', 'bo@example.com', { disabled: true }), 'disabled bo@example.com'],
  [entry('user.updated', 'bo@example.com', { role: 'admin' }), 'changed bo@example.com'],
  [
    entry('integration.updated', 'Sentry', { enabled: { from: true, to: false } }),
    'disabled the integration "Sentry"',
  ],
  [
    entry('integration.updated', 'Sentry', { name: { from: 'a', to: 'Sentry' } }),
    'changed the integration "Sentry"',
  ],
  [
    entry('contact_method.verified', 'bo@example.com', { person: 'Bo', channel: 'email' }),
    'verified the email contact method "bo@example.com" of Bo',
  ],
  [entry('service.deleted', 'Checkout'), 'deleted the service "Checkout"'],
])('a line of the log reads as a sentence', (line, sentence) => {
  expect(sentenceOf(line)).toBe(sentence)
})

test('an action that this version does not know is shown as it is called', () => {
  expect(sentenceOf(entry('planet.created', 'Core'))).toBe('planet.created "Core"')
  expect(sentenceOf(entry('constructor', 'Core'))).toBe('constructor "Core"')
})

test('what changed is told value by value, however deep it stands', () => {
  expect(
    detailsOf({
      name: { from: 'Sentry', to: 'Sentry EU' },
      settings: {
        projects: { from: [], to: ['shop', 'api'] },
        acknowledgeOnAssign: { from: false, to: true },
      },
    }),
  ).toEqual(['name: Sentry → Sentry EU', 'projects: nothing → shop, api', 'acknowledge on assign: no → yes'])
  expect(detailsOf({ service: { id: 'x1', name: 'Checkout' }, type: 'sentry' })).toEqual([
    'service: Checkout',
    'type: sentry',
  ])
})
