import { createHmac, randomInt, timingSafeEqual } from 'node:crypto'
import { CODE_MINUTES } from '#contract/contact-methods.ts'
import { addMinutes } from '../platform/clock.ts'
import { isUuid } from '../platform/ids.ts'
import type { SecretBox } from '../platform/secrets.ts'

const CODE_DIGITS = 6

/** Six digits that prove an address, once and for ten minutes. Only `hash` is kept. */
export type Code = { text: string; hash: Buffer; expiresAt: Date }

export function makeCode(secrets: SecretBox, contactMethodId: string, now: Date): Code {
  const text = String(randomInt(10 ** CODE_DIGITS)).padStart(CODE_DIGITS, '0')
  return { text, hash: hashOf(secrets, contactMethodId, text), expiresAt: addMinutes(now, CODE_MINUTES) }
}

/** With the server's key, as whoever reads the database could try a million codes in a moment. */
const hashOf = (secrets: SecretBox, contactMethodId: string, text: string): Buffer =>
  createHmac('sha256', secrets.derive('contact method codes')).update(`${contactMethodId}\n${text}`).digest()

/** In constant time. People type codes with spaces, as they read them. */
export function isCode(secrets: SecretBox, contactMethodId: string, hash: Buffer, typed: string): boolean {
  return timingSafeEqual(hash, hashOf(secrets, contactMethodId, typed.replaceAll(/[\s-]/g, '')))
}

/**
 * What the link beside a code carries: proof of the same, in more characters than anybody can guess. It is made from the hash
 * of the code, so that it ends with it.
 */
export function confirmationToken(secrets: SecretBox, contactMethodId: string, codeHash: Buffer): string {
  const id = Buffer.from(contactMethodId.replaceAll('-', ''), 'hex')
  return Buffer.concat([id, proofOf(secrets, contactMethodId, codeHash)]).toString('base64url')
}

const proofOf = (secrets: SecretBox, contactMethodId: string, codeHash: Buffer): Buffer =>
  createHmac('sha256', secrets.derive('contact method confirmations'))
    .update(contactMethodId)
    .update(codeHash)
    .digest()

const ID_BYTES = 16
const PROOF_BYTES = 32

/** Which contact method a token is about, before it is known whether it is genuine. */
export function contactMethodOfToken(token: string): string | null {
  const bytes = Buffer.from(token, 'base64url')
  if (bytes.length !== ID_BYTES + PROOF_BYTES) return null
  const id = bytes
    .subarray(0, ID_BYTES)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return isUuid(id) ? id : null
}

export function isConfirmation(
  secrets: SecretBox,
  contactMethodId: string,
  codeHash: Buffer,
  token: string,
): boolean {
  const given = Buffer.from(token, 'base64url').subarray(ID_BYTES)
  return given.length === PROOF_BYTES && timingSafeEqual(given, proofOf(secrets, contactMethodId, codeHash))
}
