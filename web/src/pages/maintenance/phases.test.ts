import { expect, test } from 'vitest'
import { byPhase, fromField, phaseOf, toField } from './phases.ts'

const now = new Date('2026-11-03T12:00:00.000Z')
const window = (start: string, end: string) => ({
  id: `${start}-${end}`,
  serviceIds: [],
  start: `2026-11-03T${start}:00.000Z`,
  end: `2026-11-03T${end}:00.000Z`,
  reason: '',
  createdBy: 'Dana Example',
  createdAt: '2026-11-01T00:00:00.000Z',
})

test('a window is under way from its start on, and over at its end', () => {
  expect(phaseOf(window('12:00', '13:00'), now)).toBe('now')
  expect(phaseOf(window('11:00', '12:00'), now)).toBe('over')
  expect(phaseOf(window('12:01', '13:00'), now)).toBe('planned')
})

test('what matters soonest stands first in every group', () => {
  const groups = byPhase(
    [
      window('11:00', '15:00'),
      window('11:00', '13:00'),
      window('18:00', '19:00'),
      window('14:00', '20:00'),
      window('01:00', '02:00'),
      window('03:00', '04:00'),
    ],
    now,
  )
  expect(groups.now.map(({ end }) => end.slice(11, 16))).toEqual(['13:00', '15:00'])
  expect(groups.planned.map(({ start }) => start.slice(11, 16))).toEqual(['14:00', '18:00'])
  expect(groups.over.map(({ end }) => end.slice(11, 16))).toEqual(['04:00', '02:00'])
})

test('a date field keeps the moment to the minute, whatever the zone of the browser', () => {
  expect(fromField(toField(now))).toBe(now.toISOString())
  expect(fromField('')).toBe('')
})
