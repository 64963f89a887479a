import { expect, test } from 'vitest'
import { type Answered, HOSTILE_TITLE, jsonProvider } from '../../testing/json-provider.ts'
import { everyMessage, pagedIncident, pageMessage } from '../../testing/messages.ts'
import { sendOver } from '../../testing/send-over.ts'
import type { Message } from '../types.ts'
import { callbackData, readCallbackData, telegram } from './index.ts'

const BOT_TOKEN = '123456789:AAmade-up_made-up_made-up_made-up'
/** As long as reply tokens are: 28 bytes in base64url. */
const REPLY_TOKEN = 'AZXK_gAAcACAAAAAAAAAQgABAgMEBQYHCAkKCw'
const POSTED: Answered = { status: 200, body: { ok: true, result: { message_id: 77, chat: { id: 4242 } } } }

/** As https://core.telegram.org/bots/api describes sendMessage and its errors. */
async function botApi(answered: Answered = POSTED) {
  const api = await jsonProvider(() => answered)
  const values = { botToken: BOT_TOKEN, webhookSecret: 'made-up-webhook-secret', apiUrl: api.url }
  const send = (message: Message = pageMessage()) =>
    sendOver({ channel: 'telegram', values, address: '4242', message })
  return { ...api, send }
}

const refused = (status: number, description: string, parameters = {}): Answered => ({
  status,
  body: { ok: false, error_code: status, description, parameters },
})

test('a page is a message with two buttons, each within the 64 bytes that Telegram gives it', async () => {
  const { asked, send } = await botApi()
  const replies = { ...pageMessage().replies, token: REPLY_TOKEN }
  expect(await send(pageMessage({ replies }))).toEqual({ outcome: 'sent', providerId: '4242:77' })
  expect(asked[0]).toMatchObject({
    method: 'POST',
    path: `/bot${BOT_TOKEN}/sendMessage`,
    body: { chat_id: 4242, parse_mode: 'HTML', link_preview_options: { is_disabled: true } },
  })
  const [buttons] = asked[0]?.body.reply_markup.inline_keyboard ?? []
  expect(buttons.map(({ text }: { text: string }) => text)).toEqual(['Acknowledge', 'Resolve'])
  for (const { callback_data } of buttons) expect(Buffer.byteLength(callback_data)).toBeLessThanOrEqual(64)
  expect(readCallbackData(buttons[1].callback_data)).toEqual({ action: 'resolve', token: REPLY_TOKEN })
})

test('what a button carries is read back, and nothing else is', () => {
  expect(readCallbackData(callbackData('acknowledge', REPLY_TOKEN))).toEqual({
    action: 'acknowledge',
    token: REPLY_TOKEN,
  })
  for (const data of ['', 'a:', 'x:token', 'a:two words', 'token']) expect(readCallbackData(data)).toBeNull()
  expect(() => callbackData('resolve', 'x'.repeat(63))).toThrow('too long')
})

test('a title is text: only our own tags are left', async () => {
  const { asked, send } = await botApi()
  await send(pageMessage({ incidents: [pagedIncident({ title: HOSTILE_TITLE })] }))
  const tags = asked[0]?.body.text.match(/<[^>]*>/g)
  expect(new Set(tags)).toEqual(
    new Set(['<b>', '</b>', '</a>', '<a href="http://opsknight.test/incidents/42">']),
  )
})

test('a hundred incidents fit into one message', async () => {
  const { asked, send } = await botApi()
  const incidents = Array.from({ length: 100 }, (_, index) =>
    pagedIncident({ number: index + 1, title: '&'.repeat(600) }),
  )
  expect(await send(pageMessage({ incidents }))).toMatchObject({ outcome: 'sent' })
  expect(asked[0]?.body.text.length).toBeLessThanOrEqual(4096)
  expect(asked[0]?.body.text).toMatch(/… and \d+ more/)
})

test.each(everyMessage)('a message of the kind $kind arrives with what it says', async (message) => {
  const { asked, send } = await botApi()
  expect(await send(message)).toMatchObject({ outcome: 'sent' })
  const { text, reply_markup } = asked[0]?.body ?? {}
  if (message.kind === 'code') expect(text).toContain('314159')
  if (message.kind === 'notice') expect(text).toContain(`<a href="${message.url}">`)
  expect(reply_markup !== undefined).toBe(message.kind === 'page')
})

test.each([
  [403, 'Forbidden: bot was blocked by the user', /press Start/],
  [400, 'Bad Request: chat not found', /presses Start/],
  [400, 'Bad Request: message is too long', /message is too long/],
  [401, 'Unauthorized', /Settings → Channels/],
  [404, 'Not Found', /Settings → Channels/],
])('Telegram answers %i "%s": that is final, and says what to do', async (status, description, reason) => {
  const { send } = await botApi(refused(status, description))
  const outcome = await send()
  expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringMatching(reason) })
  expect(JSON.stringify(outcome)).not.toContain(BOT_TOKEN)
})

test('the limit of Telegram is in its body', async () => {
  const { send } = await botApi(refused(429, 'Too Many Requests: retry after 31', { retry_after: 31 }))
  expect(await send()).toMatchObject({ outcome: 'retry', afterSeconds: 31 })
})

test('a chat is one person: a group is refused, as anybody in it could press the buttons', () => {
  expect(telegram.checkAddress(' 4242 ')).toEqual({ address: '4242', shown: '4242' })
  for (const text of ['-100123', '@ana', '', '0', '4.2'])
    expect(telegram.checkAddress(text)).toMatchObject({ problem: expect.stringContaining('chat ID') })
})

test('settings that cannot work are refused with what is wrong', () => {
  const webhookSecret = 'made-up-webhook-secret'
  expect(telegram.readSettings({ botToken: BOT_TOKEN })).toBeNull()
  expect(telegram.readSettings({ botToken: 'abc', webhookSecret })).toMatchObject({
    problem: expect.stringContaining('bot token'),
  })
  expect(telegram.readSettings({ botToken: BOT_TOKEN, webhookSecret: 'short' })).toMatchObject({
    problem: expect.stringContaining('webhook secret'),
  })
})
