import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

const MAX_LENGTH = 255

/** The `Idempotency-Key` of a delivery, the same on every retry; a very long one becomes its SHA-256. Null without one. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): string | null {
  const header = headers['idempotency-key']
  const key = (Array.isArray(header) ? header.join(',') : header)?.trim()
  if (!key) return null
  // Header bytes may be anything that is not ASCII control; the database takes printable ones for granted.
  const isPlain = key.length <= MAX_LENGTH && /^[\x20-\x7e]+$/.test(key)
  return isPlain ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`
}
