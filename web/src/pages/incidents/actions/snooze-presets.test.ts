import { expect, test } from 'vitest'
import { snoozePresets, toLocalInput } from './snooze-presets.ts'

const until = (now: Date) =>
  Object.fromEntries(snoozePresets(now).map((preset) => [preset.label, preset.until]))

test('mornings are at nine, local time', () => {
  const presets = until(new Date(2026, 10, 3, 23, 30)) // a Tuesday
  expect(presets['Tomorrow morning']).toEqual(new Date(2026, 10, 4, 9))
  expect(presets['Monday morning']).toEqual(new Date(2026, 10, 9, 9))
})

test('on a Sunday, tomorrow morning is Monday morning and offered once', () => {
  expect(Object.keys(until(new Date(2026, 10, 8, 12)))).not.toContain('Monday morning')
})

test('on a Monday, Monday morning is the next one', () => {
  expect(until(new Date(2026, 10, 9, 8))['Monday morning']).toEqual(new Date(2026, 10, 16, 9))
})

test('a moment is written as its field wants it', () => {
  expect(toLocalInput(new Date(2026, 0, 2, 3, 4))).toBe('2026-01-02T03:04')
})
