import { expect, test } from 'vitest'
import { hintsWhileWaiting } from './hints.ts'

test('who waits on a private address is told first that sentry.io cannot reach it', () => {
  const webhookUrl = 'http://192.168.1.4:3000/api/integrations/sentry?integrationId=x'
  expect(hintsWhileWaiting({ type: 'sentry', webhookUrl })[0]).toBe(
    'sentry.io cannot reach http://192.168.1.4:3000, which exists only in your own network. Set OPSKNIGHT_URL to a public address.',
  )
})

test('self-hosted Sentry and its refusal of private addresses are always mentioned', () => {
  const webhookUrl = 'https://ops.example.com/api/integrations/sentry?integrationId=x'
  expect(hintsWhileWaiting({ type: 'sentry', webhookUrl }).join()).toMatch(/25\.9.*SENTRY_DISALLOWED_IPS/)
})
