import { Webhook } from 'standardwebhooks'
import { jsonPost, outcomeOf } from '../refusals.ts'
import { defineChannel, type Message, type SendContext, type SendOutcome } from '../types.ts'
import { checkWebAddress } from '../web-address.ts'
import { webhookBody } from './body.ts'
import { makeSigningKey, signingSecretOf } from './signing.ts'

export type WebhookSettings = { signingKey: string }

/** A request to a program of the person's own, signed as https://www.standardwebhooks.com says. */
export const webhook = defineChannel<WebhookSettings>({
  id: 'webhook',
  name: 'Webhook',
  description: 'A signed request to a program of your own; it can acknowledge and resolve.',
  settingsFields: [],
  environment: {},
  ownKeys: { make: makeSigningKey, shown: [] },
  readSettings: ({ signingKey }) => (signingKey ? { settings: { signingKey } } : null),
  addressField: {
    name: 'address',
    label: 'URL',
    help: 'Where the requests go. What they are signed with is shown once the address is verified.',
    placeholder: 'https://pager.example.com/opsknight',
    kind: 'url',
    required: true,
  },
  isAddressSecret: true,
  verifiedBy: 'code',
  replies: true,
  checkAddress: (text) =>
    checkWebAddress(text, { what: 'a web address', example: 'https://pager.example.com/opsknight' }),
  send,
})

function send(
  message: Message,
  url: string,
  { http, settings, now, publicUrl }: SendContext<WebhookSettings>,
): Promise<SendOutcome> {
  const request = jsonPost(url, webhookBody(message, { now, publicUrl }))
  const id = message.key
  const signature = new Webhook(signingSecretOf(settings.signingKey, url)).sign(id, now, request.body)
  const headers = {
    ...request.headers,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': signature,
  }
  return outcomeOf(http, { ...request, headers }, 'The program behind the webhook', {
    410: 'The program behind the webhook says that it wants no more messages (HTTP 410).',
  })
}
