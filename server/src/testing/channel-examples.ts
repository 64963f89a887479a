import type { Channel } from '#contract/channels.ts'
import { makeVapidKeys } from '../channels/push/vapid.ts'
import { makeSigningKey } from '../channels/webhook/signing.ts'

/** What every channel must be able to show: how it is set up and addressed, and what its provider answers when it took a message. */
export type ChannelExample = {
  /** Its settings with the provider at this address. */
  values(url: string): Record<string, string>
  address(url: string): string
  badAddresses: string[]
  /** As the provider documents it; of a mail server it is the protocol itself. */
  taken: { status: number; body?: object | string }
  /** What must never be read in a reason. */
  credentials(url: string): string[]
}

const NOTHING = () => ({})
const twilio = {
  accountSid: `AC${'0123456789abcdef'.repeat(2)}`,
  authToken: 'madeup-auth-token-1',
  from: '+15005550006',
}
const phone = {
  values: (url: string) => ({ ...twilio, apiUrl: url }),
  address: () => '+4915123456789',
  badAddresses: ['', '0151 23456789', '+49', 'ana@example.com', '+999999999999999999'],
  credentials: () => [
    twilio.authToken,
    Buffer.from(`${twilio.accountSid}:${twilio.authToken}`).toString('base64'),
  ],
}
const NO_WEB = ['', 'ana', 'ftp://example.com/x', 'javascript:alert(1)', 'https://']

const webhookAt = (path: string, taken: ChannelExample['taken'], badAddresses = NO_WEB): ChannelExample => ({
  values: NOTHING,
  address: (url) => `${url}${path}`,
  badAddresses,
  taken,
  credentials: (url) => [`${url}${path}`, path.split(/[/=]/).at(-1) ?? path],
})

export const channelExamples: Record<Channel, ChannelExample> = {
  email: {
    values: (url) => ({
      url: url.replace('smtp://', 'smtp://ops:madeup-password-1@'),
      from: 'ops@example.com',
    }),
    address: () => 'ana@example.com',
    badAddresses: [
      '',
      'ana',
      'ana@',
      '@example.com',
      'ana@example.com, bo@example.com',
      'ana@example.com\r\nBcc: x@example.com',
    ],
    taken: { status: 250 },
    credentials: () => ['madeup-password-1'],
  },
  sms: { ...phone, taken: { status: 201, body: { sid: 'SM0001', status: 'queued' } } },
  voice: { ...phone, taken: { status: 201, body: { sid: 'CA0001', status: 'queued' } } },
  push: {
    values: () => ({ ...VAPID, contact: 'ops@example.com' }),
    address: (url) => JSON.stringify({ endpoint: `${url}/wpush/madeup-endpoint-1`, keys: BROWSER }),
    badAddresses: ['', 'ana', '{}', '{"endpoint":"https://push.example.com/x"}'],
    taken: { status: 201 },
    credentials: () => ['madeup-endpoint-1', VAPID.privateKey ?? '', BROWSER.auth],
  },
  slack: {
    values: (url) => ({
      botToken: 'xoxb-1-madeup-token-1',
      signingSecret: '0123456789abcdef'.repeat(2),
      apiUrl: url,
    }),
    address: () => 'U0123ABCDEF',
    badAddresses: ['', '@ana', '#general', 'ana@example.com'],
    taken: { status: 200, body: { ok: true, channel: { id: 'D024BE91L' }, ts: '1772355600.000200' } },
    credentials: () => ['xoxb-1-madeup-token-1'],
  },
  'slack-webhook': webhookAt('/services/T00000000/B00000000/madeupXXXXXXXX1', { status: 200, body: 'ok' }),
  teams: webhookAt('/workflows/0123abc/triggers/manual/paths/invoke?sig=madeup-signature-1', { status: 202 }),
  telegram: {
    values: (url) => ({
      botToken: '123456789:AAmade-up_made-up_made-up_made-up',
      webhookSecret: 'madeup-webhook-secret',
      apiUrl: url,
    }),
    address: () => '4242',
    badAddresses: ['', '@ana', 'ana', '42.5'],
    taken: { status: 200, body: { ok: true, result: { message_id: 77, chat: { id: 4242 } } } },
    credentials: () => ['AAmade-up_made-up_made-up_made-up'],
  },
  mattermost: webhookAt('/hooks/madeup1madeup2madeup3', { status: 200, body: 'ok' }),
  discord: webhookAt('/api/webhooks/1234567890/madeup_token-1', {
    status: 200,
    body: { id: '1100000000000000001' },
  }),
  ntfy: {
    values: (url) => ({ serverUrl: url, token: 'tk_madeup0madeup1madeup2' }),
    address: () => 'ops-madeup-topic-1',
    badAddresses: ['', 'a topic', 'ftp://ntfy.example.com/topic'],
    taken: { status: 200, body: { id: 'hwQ2YpKdmg', event: 'message' } },
    credentials: () => ['tk_madeup0madeup1madeup2', 'ops-madeup-topic-1'],
  },
  webhook: {
    ...webhookAt('/pager/madeup-path-1', { status: 204 }),
    values: () => SIGNING,
    credentials: () => [SIGNING.signingKey ?? '', 'madeup-path-1'],
  },
}

const VAPID = makeVapidKeys()
const SIGNING = makeSigningKey()
const BROWSER = {
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
}
