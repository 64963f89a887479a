import type { Channel } from '#contract/channels.ts'
import { openOrNull, type SecretBox, sha256 } from '../platform/secrets.ts'

/** What a message needs of a contact method to find its way. */
export type Addressed = { channel: Channel; address: string; sealedAddress: Buffer | null }

/**
 * By which a contact method is found from the address alone; `address` as the channel's `checkAddress` writes it. No mail server
 * tells Ana@ from ana@.
 */
export const addressHashOf = (channel: Channel, address: string): Buffer =>
  sha256(`${channel}\n${channel === 'email' ? address.toLowerCase() : address}`)

/** Where messages really go. Null when the address was sealed with another key: it must be entered anew. */
export const fullAddressOf = (secrets: SecretBox, { address, sealedAddress }: Addressed): string | null =>
  sealedAddress ? openOrNull(secrets, sealedAddress) : address

/**
 * An address as others may see it: enough to tell it from the person's other ones, too little to use it. Of one that is a
 * credential, `address` is only a part already.
 */
export function maskedAddress({ address, sealedAddress }: Addressed): string {
  if (sealedAddress) return address
  const at = address.lastIndexOf('@')
  if (at > 0) return `${address.slice(0, 1)}…${address.slice(at)}`
  return address.length > 6 ? `${address.slice(0, 3)}…${address.slice(-2)}` : '…'
}
