import { expect, test } from 'vitest'
import { emptySelection, toggle } from './selection.ts'

const order = ['e', 'd', 'c', 'b', 'a']
const select = (...steps: [id: string, isRange?: boolean][]) =>
  [
    ...steps.reduce((now, [id, isRange = false]) => toggle(now, order, id, isRange), emptySelection).ids,
  ].toSorted()

test('selecting twice lets go', () => {
  expect(select(['c'], ['c'])).toEqual([])
})

test('a range goes from the row touched last, in either direction', () => {
  expect(select(['d'], ['b', true])).toEqual(['b', 'c', 'd'])
  expect(select(['b'], ['d', true])).toEqual(['b', 'c', 'd'])
})

test('a range keeps what was selected before', () => {
  expect(select(['e'], ['c'], ['b', true])).toEqual(['b', 'c', 'e'])
})

test('a range without a beginning selects one row', () => {
  expect(select(['c', true])).toEqual(['c'])
})
