import { postOf } from '../post.ts'
import { defineChannel, type Message, type SendContext, type SendOutcome } from '../types.ts'
import { callTelegram } from './api.ts'
import { TELEGRAM_API, type TelegramSettings } from './settings.ts'
import { telegramText } from './text.ts'

/** https://core.telegram.org/bots/api#inlinekeyboardbutton: what a button can carry back. */
const CALLBACK_BYTES_MAX = 64

/** A message of our own Telegram bot in a private chat, with buttons. */
export const telegram = defineChannel<TelegramSettings>({
  id: 'telegram',
  name: 'Telegram',
  description: 'A message of your Telegram bot, with buttons to acknowledge and resolve.',
  settingsFields: [
    {
      name: 'botToken',
      label: 'Bot token',
      help: 'From @BotFather in Telegram: /newbot, or /token for one that exists.',
      placeholder: '123456789:AA…',
      kind: 'secret',
      required: true,
    },
    {
      name: 'webhookSecret',
      label: 'Webhook secret',
      help: 'Any 16 to 256 letters, digits, _ and -. The same goes to Telegram as secret_token when the webhook is set; it proves that a pressed button really comes from Telegram.',
      placeholder: 'openssl rand -hex 32',
      kind: 'secret',
      required: true,
    },
    {
      name: 'apiUrl',
      label: 'Address of the Bot API',
      help: 'Only for a Bot API server of your own.',
      placeholder: TELEGRAM_API,
      kind: 'url',
      required: false,
    },
  ],
  environment: {
    TELEGRAM_BOT_TOKEN: 'botToken',
    TELEGRAM_WEBHOOK_SECRET: 'webhookSecret',
    TELEGRAM_API_URL: 'apiUrl',
  },
  sentTo: { apiUrl: ['botToken'] },
  readSettings,
  addressField: {
    name: 'address',
    label: 'Telegram chat ID',
    help: 'Open the bot in Telegram and press Start; it answers with the number.',
    placeholder: '123456789',
    kind: 'text',
    required: true,
  },
  isAddressSecret: false,
  verifiedBy: 'code',
  replies: true,
  checkAddress(text) {
    const id = text.trim()
    if (/^[1-9]\d{0,15}$/.test(id)) return { address: id, shown: id }
    // Groups have negative numbers: a button there could be pressed by anybody.
    return { problem: 'This is not the chat ID of a person. It is a number like 123456789, without a sign.' }
  },
  send,
})

function readSettings({ botToken = '', webhookSecret = '', apiUrl = '' }: Record<string, string>) {
  if (!botToken || !webhookSecret) return null
  if (!/^\d+:[\w-]{20,}$/.test(botToken)) {
    return { problem: 'The bot token of Telegram is wrong: it looks like 123456789:AA….' }
  }
  if (!/^[\w-]{16,256}$/.test(webhookSecret)) {
    return {
      problem: 'The webhook secret of Telegram is wrong: it is made of 16 to 256 letters, digits, _ and -.',
    }
  }
  if (apiUrl && !/^https?:\/\//.test(apiUrl)) {
    return { problem: 'The address of the Bot API must start with https://.' }
  }
  return { settings: { botToken, webhookSecret, apiUrl: (apiUrl || TELEGRAM_API).replace(/\/+$/, '') } }
}

async function send(
  message: Message,
  chatId: string,
  context: SendContext<TelegramSettings>,
): Promise<SendOutcome> {
  const buttons = buttonsOf(message)
  const called = await callTelegram(context, 'sendMessage', {
    chat_id: Number(chatId),
    text: telegramText(postOf(message)),
    parse_mode: 'HTML',
    link_preview_options: { is_disabled: true },
    ...(buttons.length > 0 ? { reply_markup: { inline_keyboard: [buttons] } } : {}),
  })
  if (called.outcome !== 'done') return called
  const { result } = called
  const id =
    typeof result === 'object' && result !== null && 'message_id' in result ? result.message_id : null
  return id === null ? { outcome: 'sent' } : { outcome: 'sent', providerId: `${chatId}:${id}` }
}

function buttonsOf(message: Message) {
  if (message.kind !== 'page') return []
  const { token } = message.replies
  return [
    { text: 'Acknowledge', callback_data: callbackData('acknowledge', token) },
    { text: 'Resolve', callback_data: callbackData('resolve', token) },
  ]
}

const letters = { acknowledge: 'a', resolve: 'r' } as const

/** `a:<token>`. A token that does not fit would make Telegram refuse the whole page, so it fails here, where tests see it. */
export function callbackData(action: keyof typeof letters, token: string): string {
  const data = `${letters[action]}:${token}`
  if (Buffer.byteLength(data) > CALLBACK_BYTES_MAX) throw new Error('A reply token is too long for Telegram')
  return data
}

/** What a pressed button carries; null for anything that is not one of ours. */
export function readCallbackData(data: string): { action: keyof typeof letters; token: string } | null {
  const [, letter, token] = /^([ar]):(\S+)$/.exec(data) ?? []
  if (!token) return null
  return { action: letter === 'a' ? 'acknowledge' : 'resolve', token }
}
