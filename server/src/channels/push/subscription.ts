import { createECDH } from 'node:crypto'
import { z } from 'zod'
import type { AddressCheck } from '../types.ts'

const POINT_BYTES = 65
const AUTH_BYTES = 16

/** What a browser gives away when somebody allows notifications: https://www.w3.org/TR/push-api/#dom-pushsubscription-tojson. */
const Subscription = z.object({
  endpoint: z.url().max(2_000).refine(isPushService),
  keys: z.object({ p256dh: z.string().refine(isPoint), auth: z.string().refine(isAuth) }),
})
export type Subscription = z.infer<typeof Subscription>

/** Push services speak TLS; only a test's own one on this machine does without. */
function isPushService(endpoint: string): boolean {
  const { protocol, hostname } = new URL(endpoint)
  return protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(hostname))
}

/** Whether it is a point on the curve: with another one nothing could be encrypted later, when it matters. */
function isPoint(key: string): boolean {
  const bytes = Buffer.from(key, 'base64url')
  if (bytes.length !== POINT_BYTES || bytes[0] !== 4) return false
  try {
    const trial = createECDH('prime256v1')
    trial.generateKeys()
    trial.computeSecret(bytes)
    return true
  } catch {
    return false
  }
}

function isAuth(key: string): boolean {
  return Buffer.from(key, 'base64url').length === AUTH_BYTES
}

export function readSubscription(text: string): Subscription | null {
  try {
    return Subscription.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Kept without what else browsers put in, so that the same subscription is the same address. */
export function checkSubscription(text: string): AddressCheck {
  const subscription = readSubscription(text)
  if (!subscription) {
    return {
      problem:
        'This is not the subscription of a browser. Press "Enable push on this device" in the browser that shall show pages.',
    }
  }
  const { endpoint, keys } = subscription
  const { p256dh, auth } = keys
  const address = JSON.stringify({ endpoint, keys: { p256dh, auth } })
  return { address, shown: `${browserOf(endpoint)} …${endpoint.slice(-4)}` }
}

/** Browsers do not say what they are, but each has its own push service. */
function browserOf(endpoint: string): string {
  const { hostname } = new URL(endpoint)
  const known = Object.entries(SERVICES).find(([host]) => hostname === host || hostname.endsWith(`.${host}`))
  return known ? known[1] : hostname
}

const SERVICES = {
  'fcm.googleapis.com': 'Chrome',
  'push.services.mozilla.com': 'Firefox',
  'push.apple.com': 'Safari',
  'notify.windows.com': 'Edge',
}
