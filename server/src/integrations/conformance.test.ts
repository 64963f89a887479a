import { describe, expect, test } from 'vitest'
import { loadFixtures } from './fixtures.ts'
import { integrationOfType, integrations } from './index.ts'
import type { AlertEvent, Delivery } from './types.ts'

// Being in the registry is enough to be tested here.
describe.each(integrations.map((integration) => [integration.type, integration] as const))(
  '%s',
  (type, integration) => {
    const fixtures = loadFixtures(type)
    const eventsOf = (action: AlertEvent['action']) =>
      fixtures
        .flatMap(({ expected }) => ('events' in expected ? expected.events : []))
        .filter((event) => event.action === action)

    test('is found by its type', () => {
      expect(integrationOfType(type)).toBe(integration)
    })

    test.each(fixtures.map((fixture) => [fixture.name, fixture] as const))(
      'translates %s',
      (_name, { delivery, settings, expected }) => {
        expect(integration.translate(delivery, integration.settings.parse(settings))).toEqual(expected)
      },
    )

    test('translates every fixture the same a second time', () => {
      for (const { delivery, settings, expected } of fixtures) {
        integration.kindOf(delivery)
        const copy = { headers: { ...delivery.headers }, rawBody: Buffer.from(delivery.rawBody) }
        expect(integration.translate(copy, integration.settings.parse(settings))).toEqual(expected)
      }
    })

    test.each(['resolve', 'acknowledge'] as const)(
      'some fixture does %s what another one triggers',
      (action) => {
        const triggered = new Set(eventsOf('trigger').map(({ dedupKey }) => dedupKey))
        expect(eventsOf(action).some(({ dedupKey }) => triggered.has(dedupKey))).toBe(true)
      },
    )

    test('accepts its own signature, and nothing else', () => {
      const rawBody = Buffer.from('{"any":"body"}')
      const signed = integration.authentication.sign(rawBody, 'secret')
      const verify = (headers: Delivery['headers'], secrets: string[], body = rawBody) =>
        integration.authentication.verify({ headers, rawBody: body }, secrets)
      const [[header, signature] = ['', '']] = Object.entries(signed)

      expect(verify(signed, ['secret'])).toBe('authentic')
      expect(verify(signed, ['new secret', 'secret'])).toBe('authentic')
      expect(verify({ [header]: ` ${signature.toUpperCase()} ` }, ['secret'])).toBe('authentic')
      expect(verify(signed, ['another secret'])).toBe('invalid')
      expect(verify(signed, [])).toBe('invalid')
      expect(verify(signed, ['secret'], Buffer.from('{"any": "body"}'))).toBe('invalid')
      expect(verify({ [header]: `${signature}00` }, ['secret'])).toBe('invalid')
      expect(verify({ [header]: `${signature}, and more` }, ['secret'])).toBe('invalid')
      expect(verify({ [header]: signature.slice(1) }, ['secret'])).toBe('invalid')
      expect(verify({ [header]: '' }, ['secret'])).toBe('missing')
      expect(verify({}, ['secret'])).toBe('missing')
    })

    test('accepts the bytes of signed fixtures, and not the same values written anew', () => {
      for (const { delivery, secret } of fixtures) {
        if (secret === undefined) continue
        expect(integration.authentication.verify(delivery, [secret])).toBe('authentic')
        const rewritten = Buffer.from(JSON.stringify(JSON.parse(delivery.rawBody.toString())))
        expect(integration.authentication.verify({ ...delivery, rawBody: rewritten }, [secret])).toBe(
          'invalid',
        )
      }
    })

    test('its test delivery triggers, is marked as a test, is another one the next moment, and passes its own signature', () => {
      const translate = (now: Date) => {
        const { headers, body } = integration.testDelivery(now)
        const rawBody = Buffer.from(JSON.stringify(body))
        const signed = {
          headers: { ...headers, ...integration.authentication.sign(rawBody, 'secret') },
          rawBody,
        }
        expect(integration.authentication.verify(signed, ['secret'])).toBe('authentic')
        const translation = integration.translate(signed, integration.settings.parse({}))
        return 'events' in translation ? translation.events[0] : undefined
      }
      const event = translate(new Date('2026-11-05T04:00:00.000Z'))
      expect(event).toMatchObject({ action: 'trigger', title: 'Test alert from OpsKnight' })
      expect(translate(new Date('2026-11-05T04:00:00.001Z'))?.dedupKey).not.toBe(event?.dedupKey)
    })

    test('redacting twice is redacting once, and leaves alone what has no secret', () => {
      for (const { delivery } of fixtures) {
        const redacted = integration.redact(delivery)
        expect(integration.redact({ ...delivery, rawBody: redacted })).toBe(redacted)
        if (redacted.equals(delivery.rawBody)) expect(redacted).toBe(delivery.rawBody)
      }
    })

    test('knows a repeat by its Idempotency-Key, bounded, and not by the Request-ID', () => {
      const keyOf = (headers: Delivery['headers']) =>
        integration.idempotencyKey({ headers, rawBody: Buffer.from('{}') })
      expect(keyOf({ 'idempotency-key': ' 7f3a ' })).toBe('7f3a')
      expect(keyOf({ 'idempotency-key': 'x'.repeat(10_000) })).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(keyOf({ 'idempotency-key': '  ' })).toBeNull()
      expect(keyOf({ 'request-id': '7f3a' })).toBeNull()
    })
  },
)

test('a type that nobody registered is no integration', () => {
  expect(integrationOfType('pagerduty')).toBeNull()
  expect(integrationOfType('__proto__')).toBeNull()
})
