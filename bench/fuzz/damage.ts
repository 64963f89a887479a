import { gzipSync } from 'node:zlib'
import { placesOf, strange } from '../../server/src/testing/mutations.ts'
import type { Random } from './random.ts'

/** Changes what a JSON value says, in up to four places. */
export function twisted(value: unknown, random: Random): unknown {
  const root = { value: structuredClone(value) }
  for (let changes = random.between(1, 4); changes > 0; changes -= 1) {
    const place = random.pick(placesOf(root))
    if (place) twist(place, random)
  }
  return root.value
}

function twist({ parent, key }: { parent: Record<string, unknown>; key: string }, random: Random): void {
  switch (random.below(6)) {
    case 0:
      delete parent[key]
      break
    case 1:
      parent[`${key}\u0000`] = parent[key]
      break
    case 2:
      parent[key] = [parent[key]]
      break
    case 3:
      Object.defineProperty(parent, random.pick(['__proto__', 'constructor', 'then', 'toJSON']), {
        value: { polluted: true },
        enumerable: true,
        configurable: true,
        writable: true,
      })
      break
    default:
      parent[key] = structuredClone(random.pick(strange))
  }
}

const NUMBERS = ['1e400', '-1e400', '-0', '9'.repeat(30), '1e-400', `1${'0'.repeat(4_000)}`, '0.1', '-1']

/** Changes JSON in ways that no JavaScript value has: numbers out of range, keys twice, depth, what is no text. */
export function mangled(text: string, random: Random): Buffer {
  switch (random.below(10)) {
    case 0:
      return Buffer.from(text.replace(/-?\b\d+(\.\d+)?\b/, random.pick(NUMBERS)))
    case 1:
      // The same object twice over: every key comes twice.
      return Buffer.from(text.replace(/\{(.*)\}/s, '{$1,$1}'))
    case 2:
      return Buffer.from(nested(text, random))
    case 3:
      return Buffer.from(text, 'utf16le')
    case 4:
      return Buffer.from(`\ufeff${text}`)
    case 5:
      return Buffer.from(text.replace(/"(\w+)":/g, random.pick(['$1:', "'$1':", '"$1"'])))
    default:
      return bytewise(Buffer.from(text), random)
  }
}

function nested(text: string, random: Random): string {
  const depth = random.pick([40, 1_000, 50_000])
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const)
  const deep = `${open.repeat(depth)}${random.chance(0.5) ? '1' : 'null'}${close.repeat(depth)}`
  return random.chance(0.3) ? deep : text.replace(/:("[^"]*"|\d+|true|false|null)/, `:${deep}`)
}

function bytewise(bytes: Buffer, random: Random): Buffer {
  let changed = bytes
  for (let changes = random.between(1, 3); changes > 0; changes -= 1) {
    const at = random.below(changed.length + 1)
    const [before, after] = [changed.subarray(0, at), changed.subarray(at)]
    const byte = random.bytes(1)
    changed = random.pick([
      () => Buffer.concat([before, byte, after]),
      () => Buffer.concat([before, byte, after.subarray(1)]),
      () => Buffer.concat([before, random.bytes(random.between(1, 16)), after]),
      () => Buffer.concat([before, after.subarray(random.between(1, 8))]),
      () => before,
    ])()
  }
  return changed
}

/** A body, and the headers that say how to read it; sometimes they lie. */
export function packed(body: Buffer, random: Random): { body: Buffer; headers: [string, string][] } {
  if (random.chance(0.93)) return { body, headers: [] }
  const encoding = random.pick(['gzip', 'deflate', 'br', 'identity', 'zstd', 'x', ''])
  const isTrue = encoding === 'gzip' && random.chance(0.7)
  return { body: isTrue ? gzipSync(body) : body, headers: [['Content-Encoding', encoding]] }
}

const TYPES = [
  'application/json; charset=utf-8',
  'text/plain',
  'multipart/form-data; boundary=x',
  'json',
  '',
  '*/*',
]

export const contentType = (random: Random): [string, string][] => {
  if (random.chance(0.92)) return [['Content-Type', 'application/json']]
  return random.chance(0.3) ? [] : [['Content-Type', random.pick(TYPES)]]
}

const HEADERS = [
  'X-Forwarded-For',
  'X-Forwarded-Proto',
  'Forwarded',
  'Accept',
  'Accept-Encoding',
  'If-None-Match',
  'If-Modified-Since',
  'Range',
  'Origin',
  'Sec-Fetch-Site',
  'Idempotency-Key',
  'X-HTTP-Method-Override',
  'Cookie',
  'Authorization',
  'Upgrade',
  'Expect',
  'X-Request-Id',
  '__proto__',
]
const VALUES = [
  '',
  ' ',
  '*',
  '100-continue',
  'bytes=0-',
  'null',
  'https://evil.example',
  'a=b; a=c',
  'Bearer',
  'é\u0080',
]

/** A header now and then that nobody asked for. */
export function moreHeaders(random: Random): [string, string][] {
  if (random.chance(0.85)) return []
  return Array.from({ length: random.between(1, 3) }, () => {
    const value = random.chance(0.7) ? random.pick(VALUES) : 'v'.repeat(random.pick([1, 300, 4_000]))
    return [random.pick(HEADERS), value]
  })
}
