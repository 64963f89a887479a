import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Severity } from '#contract/common.ts'
import { bytewise, headers, mutate, sometimes, structural } from '../testing/mutations.ts'
import { loadFixtures } from './fixtures.ts'
import { integrations } from './index.ts'
import { DETAILS_MAX_BYTES } from './json-safe.ts'
import type { AlertEvent, Delivery, Integration } from './types.ts'

const RUNS = 10_000
const SEED = 20_261_105

const cases = integrations.flatMap((integration) =>
  loadFixtures(integration.type).map((fixture) => ({ integration, fixture })),
)

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
