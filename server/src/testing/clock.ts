import type { Clock } from '../platform/clock.ts'

export type TestClock = Clock & {
  advance(by: {
    days?: number
    hours?: number
    minutes?: number
    seconds?: number
    milliseconds?: number
  }): void
}

/** A clock that stands still until the test moves it. */
export function testClock(start = '2026-03-01T09:00:00.000Z'): TestClock {
  let now = new Date(start)
  return {
    now: () => now,
    advance: ({ days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds = 0 }) => {
      const total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
      now = new Date(now.getTime() + total * 1_000 + milliseconds)
    },
  }
}
