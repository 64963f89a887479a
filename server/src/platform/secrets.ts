import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'

const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16

/** Keeps secrets at rest: AES-256-GCM. The layout is version (1 byte), IV (12), tag (16), text. */
export type SecretBox = {
  seal(text: string): Buffer
  /** Throws when the box was sealed with another key or was changed. */
  open(sealed: Buffer): string
  /** Another key, of 32 bytes in base64, made from this one: the same for the same purpose, and no way back. */
  derive(purpose: string): string
}

/** `key`: 32 bytes, from OPSKNIGHT_SECRET_KEY. */
export function secretBox(key: Buffer): SecretBox {
  return {
    seal(text) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
      return Buffer.concat([Buffer.from([VERSION]), iv, cipher.getAuthTag(), body])
    },
    open(sealed) {
      if (sealed[0] !== VERSION) throw new Error('A stored secret has an unknown version')
      const iv = sealed.subarray(1, 1 + IV_BYTES)
      const tag = sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
      decipher.setAuthTag(tag)
      return Buffer.concat([
        decipher.update(sealed.subarray(1 + IV_BYTES + TAG_BYTES)),
        decipher.final(),
      ]).toString('utf8')
    },
    derive: (purpose) =>
      Buffer.from(hkdfSync('sha256', key, '', `opsknight ${purpose}`, 32)).toString('base64'),
  }
}

/** Null for a secret that was sealed with another key: nothing can be signed or checked with it. */
export function openOrNull(box: SecretBox, sealed: Buffer): string | null {
  try {
    return box.open(sealed)
  } catch {
    return null
  }
}

export const sha256 = (text: string | Buffer): Buffer => createHash('sha256').update(text).digest()

/** Compares in constant time, also when the lengths differ. */
export const isSameSecret = (a: string, b: string): boolean => timingSafeEqual(sha256(a), sha256(b))
