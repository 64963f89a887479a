import { createHash } from 'node:crypto'

/** A key in the form that push services and ntfy allow for what replaces an earlier one: 32 letters, digits, `-` and `_`. */
export const messageId = (key: string): string =>
  createHash('sha256').update(key).digest('base64url').slice(0, 32)
