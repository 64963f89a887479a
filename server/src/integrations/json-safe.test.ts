import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { cut, jsonSafe, oneLine, paragraph } from './json-safe.ts'

const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>
const deep = (levels: number) => parsed(`${'{"a":'.repeat(levels)}"end"${'}'.repeat(levels)}`)

test('what PostgreSQL takes stays as it is', () => {
  const value = {
    text: 'ä🔥\n',
    number: -1.5e300,
    yes: true,
    none: null,
    list: [1, ['a', {}]],
    object: { '': 0 },
  }
  expect(jsonSafe(value)).toEqual({ value, truncated: false })
})

test('NUL and lone surrogates are taken out of texts and names', () => {
  expect(jsonSafe({ 'a\u0000b': 'c\u0000d', e: '\ud83d!', f: ['\udc00'] }).value).toEqual({
    ab: 'cd',
    e: '\ufffd!',
    f: ['\ufffd'],
  })
})

test('numbers that JSON cannot write become null', () => {
  expect(jsonSafe(parsed('{"huge":1e999,"tiny":-1e999,"fine":1e308}')).value).toEqual({
    huge: null,
    tiny: null,
    fine: 1e308,
  })
})

test('20 levels are kept', () => {
  expect(JSON.stringify(jsonSafe(deep(20)))).toContain('"end"')
  const cutOff = jsonSafe(deep(100_000))
  expect(JSON.stringify(cutOff.value)).toBe(`${'{"a":'.repeat(20)}"[nested too deeply]"${'}'.repeat(20)}`)
  expect(cutOff.truncated).toBe(true)
})

test.each([10, 50, 100, 1_000, 32 * 1024])(
  'never more than %i bytes, and the first things are kept',
  (maxBytes) => {
    const sources = [
      { first: 1, text: '語'.repeat(50_000), last: 2 },
      { first: 1, text: '\u001f'.repeat(50_000), last: 2 },
      { first: 1, list: Array.from({ length: 20_000 }, (_, index) => index) },
      { first: 1, list: Array.from({ length: 20_000 }, () => ({ a: [[]] })) },
      { first: 1, ...Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`k${index}`, 'v'])) },
    ]
    for (const source of sources) {
      const { value, truncated } = jsonSafe(source, maxBytes)
      expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(maxBytes)
      expect(truncated).toBe(true)
      if (maxBytes >= 50) expect(value).toHaveProperty('first', 1)
    }
  },
)

test('__proto__ is left out, other names of JavaScript are names', () => {
  const { value } = jsonSafe(
    parsed('{"__proto__":{"polluted":1},"constructor":{"__proto__":1},"toString":"x"}'),
  )
  expect(JSON.stringify(value)).toBe('{"constructor":{},"toString":"x"}')
  expect(value).not.toHaveProperty('polluted')
})

test('the result goes into a jsonb column and comes back the same', async () => {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  try {
    const sources = [
      parsed('{"n":1e308,"m":-1e-320,"inf":1e999,"z":-0,"i":12345678901234567890}'),
      { 'a\u0000': '\u0000\ud800\udfff\udc00\u0001\u001f\u007f\uffff', [`${'k'.repeat(500)}`]: 'long name' },
      deep(100_000),
      { text: '\ud83d'.repeat(100_000) },
    ]
    for (const source of sources) {
      const { value } = jsonSafe(source)
      const { rows } = await client.query('select $1::jsonb as value', [JSON.stringify(value)])
      expect(rows[0].value).toEqual(JSON.parse(JSON.stringify(value)))
    }
  } finally {
    await client.end()
  }
})

test('texts are cut by code points, on one line or several', () => {
  expect(cut('a🔥b', 2)).toBe('a🔥')
  expect(cut('ab', 2)).toBe('ab')
  expect(oneLine(' a\r\nb\u2028c\u0007 ', 10)).toBe('a b c')
  expect(oneLine('\u0000'.repeat(10), 10)).toBe('')
  expect(paragraph('a\r\nb\tc\u0000\u001b', 10)).toBe('a\nb\tc')
})
