import { z } from 'zod'
import { request } from './client.ts'

export const SERVICE_WORKER = '/service-worker.js'

const PushKey = z.object({ publicKey: z.string() })

/** Why this browser cannot show pages, and what to do about it; null when it can. */
export function pushProblem(): string | null {
  if (!window.isSecureContext) {
    return 'Browsers allow push only over https. Ask an administrator to give OpsKnight an https address.'
  }
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) {
    return isAppleDevice()
      ? 'On an iPhone or iPad, add OpsKnight to the Home Screen first (Share → Add to Home Screen) and open it there.'
      : 'This browser cannot do push. Use a current Chrome, Edge, Firefox or Safari.'
  }
  return Notification.permission === 'denied' ? DENIED : null
}

const DENIED =
  'Notifications of this site are blocked in this browser. Allow them in the settings of the site (beside the address), then try again.'

const isAppleDevice = () => /iPhone|iPad/.test(navigator.userAgent)

/**
 * Asks the person and subscribes this browser; returns its address on the channel `push`, for a contact method. Call it from a
 * click, as browsers ask only then. Throws an Error whose message is for the person.
 */
export async function subscribeThisBrowser(): Promise<string> {
  const problem = pushProblem()
  if (problem) throw new Error(problem)
  const permission = await Notification.requestPermission()
  if (permission === 'denied') throw new Error(DENIED)
  if (permission !== 'granted')
    throw new Error('Allow notifications when the browser asks, so that pages can be shown.')
  const { publicKey } = await request(PushKey, 'GET', '/push/key')
  await navigator.serviceWorker.register(SERVICE_WORKER)
  const { pushManager } = await navigator.serviceWorker.ready
  const subscription = await subscribe(pushManager, bytesOf(publicKey)).catch(() => {
    throw new Error(
      'The push service of this browser did not answer. It may be blocked in this network: try again.',
    )
  })
  return JSON.stringify(subscription)
}

async function subscribe(manager: PushManager, key: Uint8Array<ArrayBuffer>): Promise<PushSubscription> {
  const present = await manager.getSubscription()
  // To keys that the server no longer has, e.g. after it was set up anew: nothing could be sent with them.
  if (present && !isSame(present.options.applicationServerKey, key)) await present.unsubscribe()
  return manager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
}

const isSame = (present: ArrayBuffer | null, key: Uint8Array) =>
  present !== null &&
  key.length === present.byteLength &&
  new Uint8Array(present).every((byte, index) => byte === key[index])

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}

/** `Chrome on Windows`: the name that a contact method gets when the person gives it none. */
export function deviceName(userAgent = navigator.userAgent): string {
  const browser = BROWSERS.find(([mark]) => userAgent.includes(mark))?.[1] ?? 'Browser'
  const system = SYSTEMS.find(([mark]) => userAgent.includes(mark))?.[1]
  return system ? `${browser} on ${system}` : browser
}

// Every browser claims to be the ones below it.
const BROWSERS = [
  ['Edg', 'Edge'],
  ['OPR/', 'Opera'],
  ['Firefox/', 'Firefox'],
  ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'],
] as const
const SYSTEMS = [
  ['Android', 'Android'],
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['CrOS', 'ChromeOS'],
  ['Windows', 'Windows'],
  ['Mac OS', 'macOS'],
  ['Linux', 'Linux'],
] as const
