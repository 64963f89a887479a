import { expect, test } from 'vitest'
import { addDays, dayIn, differenceWords, localIn, momentIn, mondayOf, startOfDayIn } from './zones.ts'

test.each([
  ['Europe/Berlin', '2026-11-23T09:00', '2026-11-23T08:00:00.000Z'],
  ['America/New_York', '2026-11-23T09:00', '2026-11-23T14:00:00.000Z'],
  ['Asia/Kathmandu', '2026-11-23T09:00', '2026-11-23T03:15:00.000Z'],
  // Skipped: 02:30 does not exist, and is 03:30.
  ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:30:00.000Z'],
  // Shown twice: the first one.
  ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30:00.000Z'],
  ['America/New_York', '2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
  // Half an hour at Lord Howe.
  ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:45:00.000Z'],
  ['Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-04T14:45:00.000Z'],
])('in %s the clocks show %s at %s', (zone, local, moment) => {
  expect(momentIn(zone, local).toISOString()).toBe(moment)
})

test('a local time comes back as it went, on every hour of a year but the skipped ones', () => {
  for (const zone of ['America/New_York', 'Australia/Lord_Howe']) {
    const skipped = []
    for (let hour = 0; hour < 366 * 24; hour += 1) {
      const local = new Date(Date.UTC(2026, 0, 1, hour)).toISOString().slice(0, 16)
      if (localIn(zone, momentIn(zone, local)) !== local) skipped.push(local)
    }
    expect(skipped.length, `${zone} ${skipped}`).toBeLessThanOrEqual(1)
  }
})

test('a day begins at its midnight, and where that is skipped when the clocks go on', () => {
  expect(startOfDayIn('Europe/Berlin', '2026-10-25').toISOString()).toBe('2026-10-24T22:00:00.000Z')
  expect(startOfDayIn('Europe/Berlin', '2026-10-26').toISOString()).toBe('2026-10-25T23:00:00.000Z')
  expect(startOfDayIn('America/Santiago', '2026-09-06').toISOString()).toBe('2026-09-06T04:00:00.000Z')
  expect(dayIn('America/New_York', new Date('2026-11-23T03:00Z'))).toBe('2026-11-22')
})

test('weeks begin on Monday and cross years', () => {
  expect(mondayOf('2026-11-25')).toBe('2026-11-23')
  expect(mondayOf('2026-11-23')).toBe('2026-11-23')
  expect(mondayOf('2027-01-03')).toBe('2026-12-28')
  expect(addDays('2026-12-28', 7)).toBe('2027-01-04')
})

test('how far the clocks of another place are from ours', () => {
  const at = new Date('2026-11-25T12:00Z')
  expect(differenceWords('Europe/Berlin', 'Europe/Paris', at)).toBeNull()
  expect(differenceWords('Europe/Berlin', 'America/New_York', at)).toBe('6 h ahead of you')
  expect(differenceWords('America/New_York', 'Asia/Kathmandu', at)).toBe('10 h 45 min behind you')
})
