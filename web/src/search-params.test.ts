import { expect, test } from 'vitest'
import { parseSearch, stringifySearch } from './search-params.ts'

test('lists are repeated names, and come back as lists', () => {
  const text = stringifySearch({ status: 'open', severity: ['critical', 'error'] })
  expect(text).toBe('?status=open&severity=critical&severity=error')
  expect(parseSearch(text)).toEqual({ status: 'open', severity: ['critical', 'error'] })
})

test('what is not set leaves no trace', () => {
  expect(stringifySearch({ q: '', status: undefined, service: [] })).toBe('')
})

test('words stay words, whatever they look like', () => {
  expect(parseSearch(stringifySearch({ q: '42' }))).toEqual({ q: '42' })
  expect(parseSearch(stringifySearch({ q: 'a&b=c "d"' }))).toEqual({ q: 'a&b=c "d"' })
})
