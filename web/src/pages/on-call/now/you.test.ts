import { expect, test } from 'vitest'
import { anOnCallEntry } from '../../../testing/on-call.ts'
import { onCallOf } from './you.ts'

const dana = { userId: 'user-dana', name: 'Dana Ortiz' }
const bo = { userId: 'user-bo', name: 'Bo Sandvik' }

test('on call until the last of the schedules hands over', () => {
  const standing = onCallOf(
    [
      anOnCallEntry({ now: [dana], until: '2026-11-26T09:00:00.000Z' }),
      anOnCallEntry({ now: [bo, dana], until: '2026-11-27T09:00:00.000Z' }),
      anOnCallEntry({ now: [bo], until: '2026-11-30T09:00:00.000Z' }),
    ],
    'user-dana',
  )
  expect(standing).toMatchObject({
    entries: [{ now: [dana] }, { now: [bo, dana] }],
    until: new Date('2026-11-27T09:00:00.000Z'),
  })
})

test('a shift that follows one’s own without a break counts with it', () => {
  const until = '2026-11-26T09:00:00.000Z'
  const next = { start: until, end: '2026-11-27T09:00:00.000Z', people: [dana, bo] }
  expect(onCallOf([anOnCallEntry({ now: [dana], until, next })], 'user-dana')).toMatchObject({
    until: new Date('2026-11-27T09:00:00.000Z'),
  })
  const later = { ...next, start: '2026-11-26T10:00:00.000Z' }
  expect(onCallOf([anOnCallEntry({ now: [dana], until, next: later })], 'user-dana')).toMatchObject({
    until: new Date(until),
  })
})

test('without an end in sight there is none', () => {
  expect(onCallOf([anOnCallEntry({ now: [dana], until: null })], 'user-dana')).toMatchObject({
    until: null,
  })
})

test('of no schedule', () => {
  expect(onCallOf([anOnCallEntry({ now: [bo] })], 'user-dana')).toBeNull()
})
