import { expect, test } from 'vitest'
import { type TimelineEntry, TimelineKind } from '#contract/incidents.ts'
import { deedWords } from './sentence.ts'

const now = new Date(2026, 10, 3, 14, 0, 0)

const entry = (kind: TimelineKind, data: TimelineEntry['data'] = {}): TimelineEntry => ({
  id: '1',
  at: now.toISOString(),
  kind,
  actor: { kind: 'user', id: 'dana', name: 'Dana Ortiz' },
  text: null,
  data,
})

test.each([
  ['severity_changed', { from: 'warning', to: 'critical' }, 'changed the severity from warning to critical'],
  ['urgency_changed', { to: 'high' }, 'changed the urgency to high'],
  ['assigned', { to: 'Tom Becker' }, 'assigned it to Tom Becker'],
  ['snoozed', { until: new Date(2026, 10, 3, 18, 30).toISOString() }, 'snoozed it until 18:30'],
  ['snoozed', { until: 'some day' }, 'snoozed it'],
  ['severity_changed', { from: 1, to: { a: 1 } }, 'changed the severity'],
  ['triggered', { severity: 'error', storm: 12 }, 'split this off from the alert storm'],
  ['page_sent', { userName: 'Bo Sandvik', channel: 'voice' }, 'paged Bo Sandvik by phone'],
  [
    'page_sent',
    { userName: 'Bo Sandvik', channel: 'sms', together: 3 },
    'paged Bo Sandvik by SMS, about 3 incidents at once',
  ],
  ['page_sent', { channel: 'smoke' }, 'paged somebody'],
  ['page_failed', { userName: 'Bo', channel: 'email', isFinal: true }, 'could not reach Bo by mail'],
  ['page_failed', { userName: 'Bo', channel: 'email', isFinal: false }, 'has trouble reaching Bo by mail'],
  ['split', { opened: 1, linked: 0 }, 'split off 1 incident'],
  ['split', { opened: 40, linked: 2 }, 'split off 40 incidents; 2 had one already'],
  ['split', { opened: 0, linked: 1 }, 'split off no incident; 1 had one already'],
] as const)('%s with %o: %s', (kind, data, words) => {
  expect(deedWords(entry(kind, data), now)).toBe(words)
})

test('every kind of entry has words, also without data', () => {
  for (const kind of TimelineKind.options) expect(deedWords(entry(kind), now)).toMatch(/^[a-z]/)
})
