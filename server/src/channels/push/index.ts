import { messageId } from '../message-id.ts'
import { outcomeOfStatus, REFUSALS } from '../refusals.ts'
import { defineChannel, type Message, type SendContext, type SendOutcome } from '../types.ts'
import { encryptForBrowser } from './encrypt.ts'
import { notificationText } from './notification.ts'
import { checkSubscription, readSubscription } from './subscription.ts'
import { makeVapidKeys, type VapidKeys, vapidAuthorization } from './vapid.ts'

export type PushSettings = { keys: VapidKeys; contact: string | null }

const UNSUBSCRIBED =
  'The browser has unsubscribed. Open OpsKnight in it and press "Enable push on this device" again.'
const REFUSED = 'The push service does not accept the keys of this server. Enable push on the device again.'

/** A notification of the browser, by Web Push: also while OpsKnight is closed. */
export const push = defineChannel<PushSettings>({
  id: 'push',
  name: 'Push',
  description: 'A notification on a computer or phone, by the browser; it can acknowledge and resolve.',
  settingsFields: [
    {
      name: 'contact',
      label: 'Contact of the operator',
      help: 'An e-mail address that push services may write to when something is wrong. Empty: the address of this server.',
      placeholder: 'ops@example.com',
      kind: 'email',
      required: false,
    },
  ],
  environment: { PUSH_CONTACT: 'contact' },
  ownKeys: { make: makeVapidKeys, shown: ['publicKey'] },
  readSettings({ publicKey, privateKey, contact = '' }) {
    if (!publicKey || !privateKey) return null
    if (contact && !/^\S+@\S+$/.test(contact)) return { problem: 'The contact must be an e-mail address.' }
    return { settings: { keys: { publicKey, privateKey }, contact: contact || null } }
  },
  addressField: {
    name: 'address',
    label: 'This browser',
    help: 'Entered by "Enable push on this device".',
    placeholder: '',
    kind: 'text',
    required: true,
  },
  isAddressSecret: true,
  verifiedBy: 'code',
  replies: true,
  checkAddress: checkSubscription,
  send,
})

async function send(
  message: Message,
  address: string,
  { http, settings, publicUrl, now }: SendContext<PushSettings>,
): Promise<SendOutcome> {
  const subscription = readSubscription(address)
  if (!subscription) return { outcome: 'failed', reason: UNSUBSCRIBED }
  const contact = settings.contact ? `mailto:${settings.contact}` : publicUrl
  const result = await http({
    method: 'POST',
    url: subscription.endpoint,
    headers: {
      authorization: vapidAuthorization(subscription.endpoint, { keys: settings.keys, contact, now }),
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(keptSecondsOf(message)),
      urgency: urgencyOf(message),
      // The same one again replaces what the device has not been given yet.
      topic: messageId(message.key),
    },
    body: encryptForBrowser(Buffer.from(notificationText(message)), subscription),
    answers: REFUSALS,
  })
  if (result.outcome !== 'answered') return result
  return outcomeOfStatus(result.answer, 'The push service', {
    400: REFUSED,
    401: REFUSED,
    403: REFUSED,
    404: UNSUBSCRIBED,
    410: UNSUBSCRIBED,
  })
}

const HOUR_SECONDS = 3_600

/** How long the push service keeps it for a device that is off. A page that is hours late still says what was missed. */
function keptSecondsOf({ kind }: Message): number {
  switch (kind) {
    case 'code':
    case 'test':
      return HOUR_SECONDS / 6
    case 'page':
      return 4 * HOUR_SECONDS
    case 'invitation':
    case 'notice':
      return 24 * HOUR_SECONDS
  }
}

/** With `high` a sleeping phone wakes. */
function urgencyOf(message: Message): 'high' | 'normal' {
  const isLow = message.kind === 'page' && message.incidents[0]?.urgency === 'low'
  return isLow || message.kind === 'invitation' || message.kind === 'notice' ? 'normal' : 'high'
}
