import { expect, test } from 'vitest'
import { settle } from './steady.ts'

type Row = { id: string; value?: string }
const rows = (...ids: string[]): Row[] => ids.map((id) => ({ id }))
const ids = (list: Row[]) => list.map(({ id }) => id)

test('a list that nobody reads shows the latest at once', () => {
  expect(ids(settle(rows('b', 'a'), rows('c', 'b'), false).shown)).toEqual(['c', 'b'])
})

test('while it is held, new rows wait and are counted', () => {
  const { shown, held } = settle(rows('b', 'a'), rows('d', 'c', 'b', 'a'), true)
  expect(ids(shown)).toEqual(['b', 'a'])
  expect(held).toBe(2)
})

test('while it is held, rows get their news where they stand', () => {
  const { shown } = settle(
    rows('b', 'a'),
    [{ id: 'c' }, { id: 'b', value: 'acknowledged' }, { id: 'a' }],
    true,
  )
  expect(shown[0]).toEqual({ id: 'b', value: 'acknowledged' })
})

test('while it is held, a row that left the list stays and is marked', () => {
  const { shown, gone, held } = settle(rows('c', 'b', 'a'), rows('c', 'a'), true)
  expect(ids(shown)).toEqual(['c', 'b', 'a'])
  expect([...gone]).toEqual(['b'])
  expect(held).toBe(0)
})

test('the next page is added below, even while the list is held', () => {
  const { shown, held } = settle(rows('c', 'b'), rows('d', 'c', 'b', 'a'), true)
  expect(ids(shown)).toEqual(['c', 'b', 'a'])
  expect(held).toBe(1)
})

test('a list that was empty shows what arrives', () => {
  expect(ids(settle([], rows('a'), true).shown)).toEqual(['a'])
})
