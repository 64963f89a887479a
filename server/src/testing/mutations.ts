import fc from 'fast-check'
import type { Fixture } from '../integrations/fixtures.ts'

// What breaks readers: other types, blanks, what PostgreSQL refuses, names that JavaScript gives a meaning, sizes.
export const strange: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  12345678901234567890n.toString(),
  [],
  {},
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '😀\udc00',
  'x'.repeat(70_000),
  '💥'.repeat(9_000),
  'javascript:alert(1)',
  'https://',
  '__proto__',
  'constructor',
  'toString',
  'resolved',
  'ignored',
  [[]],
  [['k', null], ['k'], 5, null, { key: 'a', value: {} }],
  { values: [null, { stacktrace: { frames: [null, {}] } }] },
  { constructor: { prototype: { polluted: true } } },
  Array.from({ length: 60 }, (_, i) => [`tag${i}`, 'v'.repeat(900)]),
]

export type ByteChange = { at: number; byte: number; how: 'set' | 'insert' | 'cut' | 'double' }
export type Change = { at: number; how: 'replace' | 'delete' | 'rename' | 'add'; value: number }

/** A change of what the body says. */
export const structural = fc.record({
  at: fc.nat(),
  how: fc.constantFrom<Change['how']>('replace', 'replace', 'delete', 'rename', 'add'),
  value: fc.nat(strange.length - 1),
})
/** A change of its bytes. */
export const bytewise = fc.record({
  at: fc.nat(),
  byte: fc.nat(255),
  how: fc.constantFrom('set', 'insert', 'cut', 'double'),
})
/** Headers that decide how a body is read. */
export const headers = fc.record(
  {
    'sentry-hook-resource': fc.constantFrom(
      'issue',
      'event_alert',
      'metric_alert',
      'activity_alert',
      'comment',
      'seer',
      'installation',
      'error',
      '__proto__',
      'x\u00e9',
      '',
    ),
    'idempotency-key': fc.string({ maxLength: 400 }),
  },
  { requiredKeys: [] },
)

export const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>, otherwise: Value) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary })

/** Every place of a JSON value that a change may hit: its parent and the key in it. */
export function placesOf(root: unknown): { parent: Record<string, unknown>; key: string }[] {
  if (typeof root !== 'object' || root === null) return []
  const parent = root as Record<string, unknown>
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...placesOf(parent[key])])
}

function change(body: unknown, { at, how, value }: Change) {
  const places = placesOf(body)
  const place = places[at % Math.max(1, places.length)]
  if (!place) return
  const { parent, key } = place
  if (how === 'replace') parent[key] = structuredClone(strange[value])
  if (how === 'delete') delete parent[key]
  if (how === 'add')
    Object.defineProperty(parent, '__proto__', {
      value: { polluted: true },
      enumerable: true,
      configurable: true,
      writable: true,
    })
  if (how === 'rename') {
    parent[`${key}\u0000`] = parent[key]
    delete parent[key]
  }
}

function changeBytes(bytes: Buffer, { at, byte, how }: ByteChange): Buffer {
  const place = at % (bytes.length + 1)
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)]
  if (how === 'insert') return Buffer.concat([before, Buffer.from([byte]), after])
  if (how === 'cut') return before
  if (how === 'double') return Buffer.concat([before, after, after])
  return Buffer.concat([before, Buffer.from([byte]), after.subarray(1)])
}

/** The body of a fixture with changes in it. */
export function mutate({ delivery }: Fixture, changes: Change[], byteChanges: readonly ByteChange[]): Buffer {
  let body: unknown
  try {
    body = JSON.parse(delivery.rawBody.toString())
  } catch {
    body = {}
  }
  for (const one of changes) change(body, one)
  return byteChanges.reduce(changeBytes, Buffer.from(JSON.stringify(body)))
}
