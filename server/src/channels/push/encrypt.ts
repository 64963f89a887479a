import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { Subscription } from './subscription.ts'

const CURVE = 'prime256v1'
const RECORD_BYTES = 4096
const TAG_BYTES = 16
const SALT_BYTES = 16
/** Ends the last record; here there is only one. */
const LAST_RECORD = 2
const POINT_BYTES = 65
const HEADER_BYTES = SALT_BYTES + 4 + 1 + POINT_BYTES

/** As much text as every push service takes: 4096 bytes when it is encrypted. */
export const PLAIN_BYTES_MAX = RECORD_BYTES - HEADER_BYTES - TAG_BYTES - 1

/** Used once each; given only where a test compares with the example of the RFC. */
export type Chance = { privateKey: Buffer; salt: Buffer }

const byChance = (): Chance => {
  const ephemeral = createECDH(CURVE)
  ephemeral.generateKeys()
  return { privateKey: ephemeral.getPrivateKey(), salt: randomBytes(SALT_BYTES) }
}

/** RFC 8291 over RFC 8188 (`aes128gcm`), in one record: only the browser that subscribed can read it. */
export function encryptForBrowser(
  text: Buffer,
  { keys }: Pick<Subscription, 'keys'>,
  { privateKey, salt }: Chance = byChance(),
): Buffer {
  if (text.length > PLAIN_BYTES_MAX) throw new Error('A push message is too long')
  const browserKey = Buffer.from(keys.p256dh, 'base64url')
  const ephemeral = createECDH(CURVE)
  ephemeral.setPrivateKey(privateKey)
  const ownKey = ephemeral.getPublicKey()

  const shared = ephemeral.computeSecret(browserKey)
  const about = Buffer.concat([Buffer.from('WebPush: info\0'), browserKey, ownKey])
  const input = derive(shared, Buffer.from(keys.auth, 'base64url'), about, 32)
  const key = derive(input, salt, 'Content-Encoding: aes128gcm\0', 16)
  const nonce = derive(input, salt, 'Content-Encoding: nonce\0', 12)

  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const record = [cipher.update(text), cipher.update(Buffer.from([LAST_RECORD])), cipher.final()]
  return Buffer.concat([header(salt, ownKey), ...record, cipher.getAuthTag()])
}

const derive = (input: Buffer, salt: Buffer, info: string | Buffer, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', input, salt, info, bytes))

function header(salt: Buffer, ownKey: Buffer): Buffer {
  const sizes = Buffer.alloc(5)
  sizes.writeUInt32BE(RECORD_BYTES, 0)
  sizes.writeUInt8(ownKey.length, 4)
  return Buffer.concat([salt, sizes, ownKey])
}
