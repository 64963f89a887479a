import { createHash } from 'node:crypto'

const KEY_MAX = 255
const KEPT = 190

/**
 * A dedup key as it is stored. One longer than 255 code points keeps its first 190, then `_` and the SHA-256 of the
 * whole in hex, so that two long keys with the same beginning stay two. NUL and lone surrogates, which PostgreSQL
 * does not store, become U+FFFD.
 */
export function storedKey(key: string): string {
  const clean = key.toWellFormed().replaceAll('\0', '\uFFFD')
  if (clean.length <= KEY_MAX) return clean
  const points = [...clean]
  if (points.length <= KEY_MAX) return clean
  return `${points.slice(0, KEPT).join('')}_${createHash('sha256').update(clean).digest('hex')}`
}

/** The largest number that the database holds has 19 digits; nobody has that many incidents. */
const NUMBER = /^#?(\d{1,15})$/

/** The number in what people call an incident: `42` or `#42`; null when it is none. */
export function numberOf(name: string): number | null {
  const digits = NUMBER.exec(name)?.[1]
  return digits === undefined ? null : Number(digits)
}

/** A key within its service, as a name of maps. */
export const nameOf = (serviceId: string, key: string): string => `${serviceId} ${key}`
