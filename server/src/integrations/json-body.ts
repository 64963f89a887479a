import type { JsonObject } from '#contract/common.ts'
import { oneLine } from './json-safe.ts'
import type { Translation } from './types.ts'

type Rejection = Extract<Translation, { rejected: string }>

/** What the bytes of a delivery are: a JSON object, or something to be rejected for a reason. */
export type ParsedBody = { object: JsonObject } | Rejection

// A delivery is asked several questions (what kind, which secrets, what does it mean); its bytes are parsed for the first one.
const parsed = new WeakMap<Buffer, ParsedBody>()

/** Never throws. Integers beyond 2^53 come as strings of their digits, as they are ids and must not be rounded. */
export function parseJsonBody(rawBody: Buffer): ParsedBody {
  const known = parsed.get(rawBody)
  if (known) return known
  const body = parse(rawBody)
  parsed.set(rawBody, body)
  return body
}

const utf8 = new TextDecoder()

function parse(rawBody: Buffer): ParsedBody {
  if (rawBody.length === 0) return { rejected: 'The body is empty', code: 'invalid_json' }
  let value: unknown
  try {
    value = parseExactly(utf8.decode(rawBody))
  } catch (error) {
    return { rejected: `The body is not JSON: ${reasonOf(error)}`, code: 'invalid_json' }
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return { object: value as JsonObject }
  return {
    rejected: `The body is JSON, but ${nameOfType(value)} and not an object`,
    code: 'invalid_payload',
    errors: [{ path: '', message: `Expected an object, got ${nameOfType(value)}` }],
  }
}

// Found inside a string too, which costs time and changes nothing.
const MAY_BE_ROUNDED = /[[:,\s]-?(?:\d{17,}|9\d{15})\s*[,}\]]/

function parseExactly(text: string): unknown {
  if (!MAY_BE_ROUNDED.test(text)) return JSON.parse(text)
  try {
    return JSON.parse(text, keepDigits)
  } catch (error) {
    // A reviver is recursive, plain parsing is not: a body nested this deeply has no ids worth the digits.
    if (error instanceof RangeError) return JSON.parse(text)
    throw error
  }
}

const keepDigits = (_key: string, value: unknown, context?: { source?: string }): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
    ? context?.source
    : value

/** In words, for reasons that people read: "an array", "null". */
export function nameOfType(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

// The engine may quote the body around the mistake (`Unexpected token 'x', ..."…" is not valid JSON`), which may quote a secret.
const reasonOf = (error: unknown) =>
  error instanceof Error ? oneLine(error.message.replace(/, (?:\.\.\.)?"[\s\S]*$/, ''), 200) : 'unreadable'
