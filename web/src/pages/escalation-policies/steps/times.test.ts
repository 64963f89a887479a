import { expect, test } from 'vitest'
import { afterWords, timesOf } from './times.ts'

const plan = (repeat: number, ...waits: number[]) => ({
  repeat,
  steps: waits.map((waitMinutes) => ({ waitMinutes })),
})

test('each wait counts from the step before, and the last one paged has five minutes to answer', () => {
  expect(timesOf(plan(0, 0, 5, 10))).toEqual({ steps: [0, 5, 15], roundMinutes: 15, endMinutes: 20 })
  expect(timesOf(plan(2, 0, 5, 10))).toMatchObject({ roundMinutes: 15, endMinutes: 50 })
})

test('a repeat does not begin before five minutes have passed', () => {
  expect(timesOf(plan(3, 0))).toEqual({ steps: [0], roundMinutes: 5, endMinutes: 20 })
  expect(timesOf(plan(1, 0, 2))).toMatchObject({ roundMinutes: 5, endMinutes: 12 })
})

test('the words of a wait', () => {
  expect([0, 5, 60, 90, 2_880].map(afterWords)).toEqual([
    'at once',
    'after 5 min',
    'after 1 h',
    'after 1 h 30 min',
    'after 2 d',
  ])
})
