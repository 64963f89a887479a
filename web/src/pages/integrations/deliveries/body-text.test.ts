import { expect, test } from 'vitest'
import { bytesWords, headerLines, prettyJson } from './body-text.ts'

test('JSON is laid out, and what is no JSON stays as it came', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}')
  expect(prettyJson('{"nope": [1,2')).toBe('{"nope": [1,2')
})

test('a header that came twice stands there twice', () => {
  expect(headerLines({ 'request-id': 'a', via: ['x', 'y'] })).toBe('request-id: a\nvia: x\nvia: y')
})

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1_023, '1023 bytes'],
  [1_536, '1.5 KiB'],
  [5_242_880, '5.0 MiB'],
])('%i bytes read as %s', (bytes, words) => {
  expect(bytesWords(bytes)).toBe(words)
})
