import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** Both in base64url: the point as browsers want it (65 bytes), and the number behind it (32 bytes). */
export type VapidKeys = { publicKey: string; privateKey: string }

/** Who this server is to every push service. Browsers subscribe to these keys: with others, none of them could be reached. */
export function makeVapidKeys(): VapidKeys {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return { publicKey: point.toString('base64url'), privateKey: d }
}

/** Services refuse one that is valid for more than a day. */
const VALID_SECONDS = 12 * 60 * 60

/** RFC 8292: who sends, proved to the one push service that the endpoint belongs to. */
export function vapidAuthorization(
  endpoint: string,
  { keys, contact, now }: { keys: VapidKeys; contact: string; now: Date },
): string {
  const header = encoded({ typ: 'JWT', alg: 'ES256' })
  const claims = encoded({
    aud: new URL(endpoint).origin,
    exp: Math.floor(now.getTime() / 1_000) + VALID_SECONDS,
    sub: contact,
  })
  const signature = sign('sha256', Buffer.from(`${header}.${claims}`), {
    key: signingKeyOf(keys),
    dsaEncoding: 'ieee-p1363',
  })
  return `vapid t=${header}.${claims}.${signature.toString('base64url')}, k=${keys.publicKey}`
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function signingKeyOf({ publicKey, privateKey }: VapidKeys): KeyObject {
  const point = Buffer.from(publicKey, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'))
  return createPrivateKey({
    format: 'jwk',
    key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '', d: privateKey },
  })
}
