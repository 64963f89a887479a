import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Severity } from '#contract/common.ts'
import { type Fixture, loadFixtures } from './fixtures.ts'
import { integrations } from './index.ts'
import { DETAILS_MAX_BYTES } from './json-safe.ts'
import type { AlertEvent, Delivery, Integration } from './types.ts'

const RUNS = 10_000
const SEED = 20_261_105

const cases = integrations.flatMap((integration) =>
  loadFixtures(integration.type).map((fixture) => ({ integration, fixture })),
)

// What breaks readers: other types, blanks, what PostgreSQL refuses, names that JavaScript gives a meaning, sizes.
const strange: unknown[] = [
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

type ByteChange = { at: number; byte: number; how: 'set' | 'insert' | 'cut' | 'double' }
type Change = { at: number; how: 'replace' | 'delete' | 'rename' | 'add'; value: number }

const structural = fc.record({
  at: fc.nat(),
  how: fc.constantFrom<Change['how']>('replace', 'replace', 'delete', 'rename', 'add'),
  value: fc.nat(strange.length - 1),
})
const bytewise = fc.record({
  at: fc.nat(),
  byte: fc.nat(255),
  how: fc.constantFrom('set', 'insert', 'cut', 'double'),
})
const headers = fc.record(
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

const sometimes = <Value>(arbitrary: fc.Arbitrary<Value>, otherwise: Value) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(otherwise) }, { weight: 1, arbitrary })

/** Every place of a JSON value that a change may hit: its parent and the key in it. */
function placesOf(root: unknown): { parent: Record<string, unknown>; key: string }[] {
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

function mutate({ delivery }: Fixture, changes: Change[], byteChanges: readonly ByteChange[]): Buffer {
  let body: unknown
  try {
    body = JSON.parse(delivery.rawBody.toString())
  } catch {
    body = {}
  }
  for (const one of changes) change(body, one)
  return byteChanges.reduce(changeBytes, Buffer.from(JSON.stringify(body)))
}

const codePoints = (value: string) => [...value].length
const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0

function expectStorable(event: AlertEvent) {
  const text = JSON.stringify(event)
  expect(JSON.parse(text).details).toEqual(event.details)
  expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/i)
  expect(text.isWellFormed()).toBe(true)
  expect(event.title).not.toMatch(/\p{Cc}/u)
  expect(event.title).not.toBe('')
  expect(codePoints(event.title)).toBeLessThanOrEqual(1_024)
  expect(codePoints(event.source)).toBeLessThanOrEqual(255)
  expect(codePoints(event.note ?? '')).toBeLessThanOrEqual(4_200)
  expect(event.link ?? 'https://').toMatch(/^https?:\/\//i)
  expect((event.link ?? '').length).toBeLessThanOrEqual(2_048)
  expect(Buffer.byteLength(JSON.stringify(event.details))).toBeLessThanOrEqual(DETAILS_MAX_BYTES + 32)
  expect(depthOf(event.details)).toBeLessThanOrEqual(21)
  expect(Severity.safeParse(event.severity).success).toBe(true)
  expect(event.dedupKey).not.toBe('')
  expect(event.aliases).not.toContain(event.dedupKey)
  if (event.occurredAt) expect(Number.isNaN(event.occurredAt.getTime())).toBe(false)
}

// The secret of a fixture, where a mutation left it under its name.
const GRANT_CODE = /"installation":\{[^{}]*(?:\{[^{}]*\}[^{}]*)*"code":"not-a-real-grant-code"/

function isJsonObject(rawBody: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(rawBody.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

function check(integration: Integration, delivery: Delivery, settings: Record<string, unknown>) {
  const translation = integration.translate(delivery, integration.settings.parse(settings))
  if ('events' in translation) translation.events.forEach(expectStorable)
  else {
    const reason = 'ignored' in translation ? translation.ignored : translation.rejected
    expect(reason.length).toBeGreaterThan(10)
    expect(reason.length).toBeLessThan(2_000)
    expect(reason).not.toContain('\u0000')
    expect(reason.isWellFormed()).toBe(true)
  }
  const isGenuine = integration.type === 'sentry' && Boolean(delivery.headers['sentry-hook-resource'])
  if (isGenuine && isJsonObject(delivery.rawBody)) expect(translation).not.toHaveProperty('rejected')

  expect(integration.kindOf(delivery) ?? 'none').toMatch(/^[a-z][a-z0-9_.-]{0,63}$/)
  expect((integration.idempotencyKey(delivery) ?? '').length).toBeLessThanOrEqual(255)
  expect(integration.explainUnsigned?.(delivery) ?? 'no reason').not.toBe('')
  const redacted = integration.redact(delivery)
  expect(integration.redact({ ...delivery, rawBody: redacted })).toBe(redacted)
  if (GRANT_CODE.test(delivery.rawBody.toString('latin1')))
    expect(redacted.toString('latin1')).not.toMatch(GRANT_CODE)
}

test(`${RUNS} mutated fixtures: nothing throws, every event can be stored, no genuine object is rejected`, () => {
  fc.assert(
    fc.property(
      fc.nat(cases.length - 1),
      fc.array(structural, { maxLength: 4 }),
      sometimes(fc.array(bytewise, { minLength: 1, maxLength: 3 }), []),
      sometimes(headers, {}),
      (index, changes, byteChanges, otherHeaders) => {
        const { integration, fixture } = cases[index]!
        const rawBody = mutate(fixture, changes, byteChanges)
        const delivery = { headers: { ...fixture.delivery.headers, ...otherHeaders }, rawBody }
        check(integration, delivery, fixture.settings)
      },
    ),
    { numRuns: RUNS, seed: SEED, endOnFailure: true },
  )
  expect({}).not.toHaveProperty('polluted')
})
