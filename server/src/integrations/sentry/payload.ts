import { oneLine, paragraph, storable } from '../json-safe.ts'

/**
 * Readers for what Sentry sends. A field of another type than documented counts as missing: Sentry's own documentation and its
 * bodies differ in places, and an alert with a strange field is still an alert.
 */
export type Fields = Record<string, unknown>

export const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const object = (value: unknown): Fields => (isObject(value) ? value : {})

export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : [])

/** One line, bounded; blank counts as missing. */
export const line = (value: unknown, codePoints = 500): string | undefined =>
  typeof value === 'string' ? oneLine(value, codePoints) || undefined : undefined

/** Several lines, bounded; blank counts as missing. */
export const prose = (value: unknown, codePoints = 2_000): string | undefined =>
  typeof value === 'string' ? paragraph(value, codePoints) || undefined : undefined

/** The same id is a number in one body and a string in another. */
export function id(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : undefined
  return typeof value === 'string' ? storable(value).trim() || undefined : undefined
}

/** A count, which Sentry writes as a number or as a string of digits. */
export function count(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined
}

const MAX_LINK_LENGTH = 2_048

/** An http(s) address, as it becomes the target of a link. A longer one is left out, since half an address leads nowhere. */
export function link(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LINK_LENGTH) return undefined
  const url = URL.parse(value.trim())
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') return undefined
  const written = /^https?:\/\/[\x21-\x7e]+$/i.test(value.trim()) ? value.trim() : url.href
  return written.length <= MAX_LINK_LENGTH ? written : undefined
}

const EARLIEST = Date.UTC(2000, 0, 1)
const LATEST = Date.UTC(2100, 0, 1)
const MILLISECONDS_FROM = 100_000_000_000

/** A time in Sentry's bodies: Unix seconds, or ISO 8601, where a missing zone means UTC. Absurd ones count as missing. */
export function time(value: unknown): Date | undefined {
  const at =
    typeof value === 'number' ? fromUnix(value) : typeof value === 'string' ? fromIso(value) : Number.NaN
  return at >= EARLIEST && at < LATEST ? new Date(at) : undefined
}

const fromUnix = (value: number) => Math.round(value < MILLISECONDS_FROM ? value * 1000 : value)

function fromIso(value: string): number {
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?$/i.exec(value.trim())
  if (!parts) return Number.NaN
  const [, date, clock, fraction = '', zone = 'Z'] = parts
  return Date.parse(`${date}T${clock}${fraction.slice(0, 4)}${zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`)
}

/** The first value that is there. */
export const first = <Value>(...values: (Value | undefined)[]): Value | undefined =>
  values.find((value) => value !== undefined)
