import { createHmac, randomBytes } from 'node:crypto'

/** What all signing secrets of this installation are derived from. */
export const makeSigningKey = (): Record<string, string> => ({
  signingKey: randomBytes(32).toString('base64url'),
})

/**
 * Belongs to an address, so that it need not be kept: the same for the same one, and of no use for another. Only whoever has
 * verified the address is shown it.
 */
export const signingSecretOf = (signingKey: string, url: string): string =>
  `whsec_${createHmac('sha256', Buffer.from(signingKey, 'base64url')).update(`webhook ${url}`).digest('base64')}`
