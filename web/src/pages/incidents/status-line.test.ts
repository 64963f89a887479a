import { expect, test } from 'vitest'
import type { IncidentView } from '#contract/incidents.ts'
import { aWholeIncident } from '../../testing/incidents.ts'
import { statusLine } from './status-line.ts'

const now = new Date(2026, 10, 3, 14, 0, 0)
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString()
const dana = { kind: 'user', id: 'dana', name: 'Dana Ortiz' } as const

const line = (changes: Partial<IncidentView>) =>
  statusLine(aWholeIncident({ createdAt: ago(4), ...changes }), now)
    .map(({ text }) => text)
    .join(' · ')

test('an open incident says that nobody has it', () => {
  expect(line({})).toBe('Open for 4 min · nobody has acknowledged')
})

test('when nobody is paged, the line says so loudly and why', () => {
  const problem = 'This service has no escalation policy.'
  const paging = { state: 'due', problem, next: null, policy: null } as const
  expect(line({ paging })).toBe(
    'Open for 4 min · nobody has acknowledged · nobody is paged: this service has no escalation policy',
  )
  expect(statusLine(aWholeIncident({ paging }), now).at(-1)?.isLoud).toBe(true)
})

test('when paging has ended, the line says loudly how', () => {
  const problem = 'This service has no escalation policy. The administrator Dana is paged.'
  const paging = { state: 'ended', problem, next: null, policy: null } as const
  expect(line({ paging })).toBe(
    'Open for 4 min · nobody has acknowledged · This service has no escalation policy. The administrator Dana is paged',
  )
  expect(statusLine(aWholeIncident({ paging }), now).at(-1)?.isLoud).toBe(true)
})

test('an assigned incident names the person', () => {
  expect(line({ assignedTo: { id: 'tom', name: 'Tom Becker' } })).toBe(
    'Open for 4 min · assigned to Tom Becker',
  )
})

test('an acknowledged incident names who took it, once', () => {
  const acknowledged = { status: 'acknowledged', acknowledgedAt: ago(3), acknowledgedBy: dana } as const
  expect(line({ ...acknowledged, assignedTo: { id: 'dana', name: 'Dana Ortiz' } })).toBe(
    'Acknowledged 3 min ago by Dana Ortiz',
  )
})

test('a snoozed incident says when it comes back', () => {
  const snoozedUntil = new Date(2026, 10, 4, 9).toISOString()
  expect(line({ status: 'snoozed', snoozedUntil })).toBe(
    'Snoozed until tomorrow 09:00 · opens and pages again then',
  )
})

test('a suppressed incident says until when nobody is paged', () => {
  const suppressedUntil = new Date(2026, 10, 3, 16).toISOString()
  expect(line({ status: 'suppressed', suppressedUntil })).toBe(
    'In maintenance until 16:00 · nobody is paged before that',
  )
})

test('a resolved incident says who ended it and how long it lasted', () => {
  const resolved = { status: 'resolved', createdAt: ago(200), resolvedAt: ago(20), resolvedBy: dana } as const
  expect(line(resolved)).toBe('Resolved 20 min ago by Dana Ortiz, after 3 h')
})
