import { expect, test } from 'vitest'
import { aHealth, anIntegration } from '../../testing/integrations.ts'
import { stateOf, totalsOf, wordsOfTotals } from './health-words.ts'

const found = (level: 'problem' | 'hint', title: string) => ({ code: title, level, title, detail: '' })
const heard = anIntegration({ lastDeliveryAt: '2026-11-03T04:05:06.000Z' })

test('a problem counts for more than anything else, and the first stands for the others', () => {
  const health = aHealth({
    diagnoses: [found('problem', '401: 3 deliveries'), found('problem', 'B'), found('hint', 'C')],
  })
  expect(stateOf({ ...heard, enabled: false }, health)).toEqual({
    tone: 'problem',
    words: '401: 3 deliveries, and 1 more',
  })
})

test('a hint is no problem', () => {
  expect(stateOf(heard, aHealth({ diagnoses: [found('hint', 'C')] })).words).toBe('Receiving')
})

test('before its health is known, an integration is called what is known of it', () => {
  expect(stateOf(heard, undefined).tone).toBe('good')
  expect(stateOf(anIntegration(), undefined).words).toBe('Waiting for the first delivery')
  expect(stateOf(anIntegration({ enabled: false }), undefined).words).toBe('Disabled')
})

test('a day of deliveries in words leaves out what did not happen', () => {
  const hour = { hour: '2026-11-03T04:00:00.000Z', accepted: 700, ignored: 0, rejected: 1 }
  expect(wordsOfTotals(totalsOf({ hours: [hour, hour] }))).toBe('1,400 accepted, 2 rejected in 24 hours')
  expect(wordsOfTotals(totalsOf(aHealth()))).toBe('nothing in 24 hours')
})
