import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Delivery } from './types.ts'

export type Verdict = 'authentic' | 'missing' | 'invalid'

/** How a tool proves that a delivery is its own. */
export type Authentication = {
  /** Several secrets are valid at once during a rotation. Constant time in the signature. */
  verify(delivery: Delivery, secrets: readonly string[]): Verdict
  /** The headers a genuine sender would add. Used by "Send test alert" and by the tests. */
  sign(rawBody: Buffer, secret: string): Record<string, string>
}

/**
 * Hex HMAC-SHA256 over the bytes that arrived, in any one of `headers` (the first is used for signing).
 * Verified before parsing: a parser that writes the body anew changes its bytes.
 */
export function hmacSha256(...headers: [string, ...string[]]): Authentication {
  const digest = (rawBody: Buffer, secret: string) => createHmac('sha256', secret).update(rawBody).digest()
  return {
    verify({ headers: received, rawBody }, secrets) {
      const signatures = headers
        .flatMap((header) => received[header] ?? [])
        .map((signature) => signature.trim())
        .filter((signature) => signature !== '')
      if (signatures.length === 0) return 'missing'
      const expected = secrets.map((secret) => digest(rawBody, secret))
      const matches = signatures.flatMap((signature) => expected.map((value) => isSame(value, signature)))
      return matches.includes(true) ? 'authentic' : 'invalid'
    },
    sign: (rawBody, secret) => ({ [headers[0]]: digest(rawBody, secret).toString('hex') }),
  }
}

function isSame(expected: Buffer, signature: string): boolean {
  // Decoding hex stops in silence at the first other character, so that 64 good digits with a tail would pass.
  if (!/^[0-9a-f]{64}$/i.test(signature)) return false
  return timingSafeEqual(expected, Buffer.from(signature, 'hex'))
}
