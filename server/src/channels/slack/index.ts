import { postOf } from '../post.ts'
import { slackMessage } from '../slack-blocks.ts'
import { defineChannel, type Message, type SendContext, type SendOutcome } from '../types.ts'
import { callSlack } from './api.ts'
import { SLACK_API, type SlackSettings } from './settings.ts'

const MEMBER = /^[UW][A-Z0-9]{5,30}$/

/** A direct message of our own Slack app, with buttons. */
export const slack = defineChannel<SlackSettings>({
  id: 'slack',
  name: 'Slack',
  description: 'A direct message from your Slack app, with buttons to acknowledge and resolve.',
  settingsFields: [
    {
      name: 'botToken',
      label: 'Bot User OAuth Token',
      help: 'In Slack under your app → OAuth & Permissions. The scopes chat:write and im:write are enough.',
      placeholder: 'xoxb-…',
      kind: 'secret',
      required: true,
    },
    {
      name: 'signingSecret',
      label: 'Signing Secret',
      help: 'In Slack under your app → Basic Information. It proves that a pressed button really comes from Slack.',
      placeholder: '32 hexadecimal digits',
      kind: 'secret',
      required: true,
    },
    {
      name: 'apiUrl',
      label: 'Address of the Slack API',
      help: 'Only for GovSlack or a proxy of your own.',
      placeholder: SLACK_API,
      kind: 'url',
      required: false,
    },
  ],
  environment: {
    SLACK_BOT_TOKEN: 'botToken',
    SLACK_SIGNING_SECRET: 'signingSecret',
    SLACK_API_URL: 'apiUrl',
  },
  sentTo: { apiUrl: ['botToken'] },
  readSettings,
  addressField: {
    name: 'address',
    label: 'Slack member ID',
    help: 'In Slack: your picture → Profile → ⋮ → Copy member ID.',
    placeholder: 'U0123ABCDEF',
    kind: 'text',
    required: true,
  },
  isAddressSecret: false,
  verifiedBy: 'code',
  replies: true,
  checkAddress(text) {
    const id = text.trim().toUpperCase()
    if (MEMBER.test(id)) return { address: id, shown: id }
    return { problem: 'This is not a Slack member ID. It starts with U or W, like U0123ABCDEF.' }
  },
  send,
})

function readSettings({ botToken = '', signingSecret = '', apiUrl = '' }: Record<string, string>) {
  if (!botToken || !signingSecret) return null
  if (!/^xox[a-z]-\S+$/.test(botToken)) {
    return { problem: 'The Bot User OAuth Token of Slack is wrong: it starts with xoxb-.' }
  }
  if (!/^[0-9a-f]{16,}$/i.test(signingSecret)) {
    return { problem: 'The Signing Secret of Slack is wrong: it is made of hexadecimal digits.' }
  }
  if (apiUrl && !/^https?:\/\//.test(apiUrl)) {
    return { problem: 'The address of the Slack API must start with https://.' }
  }
  return { settings: { botToken, signingSecret, apiUrl: (apiUrl || SLACK_API).replace(/\/+$/, '') } }
}

async function send(
  message: Message,
  member: string,
  context: SendContext<SlackSettings>,
): Promise<SendOutcome> {
  const opened = await callSlack(context, 'conversations.open', { users: member })
  if (opened.outcome !== 'done') return opened
  const { channel } = opened.body
  const id = typeof channel === 'object' && channel !== null && 'id' in channel ? String(channel.id) : member
  const posted = await callSlack(context, 'chat.postMessage', {
    channel: id,
    ...slackMessage(postOf(message), buttonsOf(message)),
    // Slack has no key against repetition; this one lets a program tell that two messages are the same page.
    metadata: { event_type: 'opsknight_message', event_payload: { key: message.key } },
  })
  if (posted.outcome !== 'done') return posted
  return { outcome: 'sent', providerId: `${id}:${String(posted.body.ts ?? '')}` }
}

function buttonsOf(message: Message) {
  if (message.kind !== 'page') return []
  const { token } = message.replies
  return [
    { ...button('Acknowledge', 'acknowledge', token), style: 'primary' },
    button('Resolve', 'resolve', token),
  ]
}

const button = (label: string, action: string, token: string) => ({
  type: 'button',
  text: { type: 'plain_text', text: label },
  action_id: action,
  value: token,
})
