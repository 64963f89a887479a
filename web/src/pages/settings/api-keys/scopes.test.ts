import { expect, test } from 'vitest'
import { isIncluded, neededScopes } from './scopes.ts'

test('admin brings all other scopes along, write brings read', () => {
  expect(isIncluded('events', ['admin'])).toBe(true)
  expect(isIncluded('write', ['admin'])).toBe(true)
  expect(isIncluded('read', ['write'])).toBe(true)
  expect(isIncluded('events', ['write'])).toBe(false)
  expect(isIncluded('read', ['read'])).toBe(false)
})

test('a key asks for no scope that another one includes', () => {
  expect(neededScopes(['read', 'write', 'events'])).toEqual(['write', 'events'])
  expect(neededScopes(['read', 'events', 'admin'])).toEqual(['admin'])
})
