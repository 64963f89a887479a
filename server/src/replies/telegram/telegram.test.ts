import { expect, test } from 'vitest'
import { sendDuePages } from '../../notifications/send-due.ts'
import { type Asked, jsonProvider } from '../../testing/json-provider.ts'
import { page } from '../../testing/paged.ts'
import { addContactMethod } from '../../testing/reachable.ts'
import { testApp } from '../../testing/test-app.ts'

const SECRET = 'made-up-webhook-secret'
const CHAT = 4242

/** Somebody who was paged in Telegram about an open incident, and what Telegram calls when they press a button. */
async function pagedInTelegram() {
  const telegram = await jsonProvider(() => ({
    status: 200,
    body: { ok: true, result: { message_id: 77, chat: { id: CHAT } } },
  }))
  const t = await testApp({
    environment: {
      TELEGRAM_BOT_TOKEN: '123456789:AAmade-up_made-up_made-up_made-up',
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      TELEGRAM_API_URL: telegram.url,
    },
  })
  const ana = await t.create.user({ name: 'Ana', role: 'viewer' })
  await addContactMethod(t, ana, { channel: 'telegram', address: String(CHAT) })
  const incident = await t.create.incident({ title: 'Checkout is down' })
  await page(t, ana, [incident])
  await sendDuePages(t.deps, t.clock.now())
  const [buttons] = telegram.asked.at(-1)?.body.reply_markup.inline_keyboard ?? []
  telegram.asked.length = 0
  const [acknowledge, resolve] = (buttons as { callback_data: string }[]).map(
    ({ callback_data }) => callback_data,
  )
  if (!acknowledge || !resolve) throw new Error('The page has no buttons')

  const updateOf = (data: string, person = CHAT, text = '#1 Checkout is down') => ({
    update_id: 10000,
    callback_query: {
      id: '4382bfdwdsb323b2d9',
      from: { id: person, is_bot: false, first_name: 'Ana' },
      chat_instance: '1',
      data,
      message: {
        message_id: 77,
        date: 1772355600,
        chat: { id: CHAT, type: 'private', first_name: 'Ana' },
        text,
        entities: [{ type: 'bold', offset: 0, length: 2 }],
      },
    },
  })
  const tell = (update: object, secret = SECRET) =>
    t.client({ 'x-telegram-bot-api-secret-token': secret }).post('/api/replies/telegram', update)
  const state = async () => (await (await t.asRole('viewer')).get(`/api/v1/incidents/${incident.id}`)).body
  const shown = async () => {
    await expect.poll(() => telegram.asked.length).toBeGreaterThan(0)
    return telegram.asked.shift() as Asked
  }
  return { t, ana, acknowledge, resolve, updateOf, tell, state, shown, telegram }
}

test('a button acknowledges in the name of whoever was paged: a bubble says so, and the message who has it', async () => {
  const s = await pagedInTelegram()
  const answered = await s.tell(s.updateOf(s.acknowledge))
  expect(answered).toMatchObject({
    status: 200,
    body: {
      method: 'answerCallbackQuery',
      callback_query_id: '4382bfdwdsb323b2d9',
      text: expect.stringContaining('is yours'),
      show_alert: false,
    },
  })
  expect(await s.state()).toMatchObject({ status: 'acknowledged', acknowledgedBy: { id: s.ana.id } })
  const { path, body } = await s.shown()
  expect(path).toMatch(/\/editMessageText$/)
  expect(body).toMatchObject({
    chat_id: CHAT,
    message_id: 77,
    text: expect.stringMatching(/^#1 Checkout is down\n\n✅ .*is yours/),
    entities: [{ type: 'bold', offset: 0, length: 2 }],
    reply_markup: { inline_keyboard: [[{ text: 'Resolve', callback_data: s.resolve }]] },
  })

  await s.tell(s.updateOf(s.resolve))
  expect(await s.state()).toMatchObject({ status: 'resolved' })
  expect((await s.shown()).body.reply_markup).toEqual({ inline_keyboard: [] })
})

test('what does not carry the secret of the webhook changes nothing', async () => {
  const s = await pagedInTelegram()
  expect(await s.tell(s.updateOf(s.acknowledge), 'another-secret-of-16')).toMatchObject({
    status: 401,
    body: { code: 'signature_invalid' },
  })
  expect(await s.t.nobody.post('/api/replies/telegram', s.updateOf(s.acknowledge))).toMatchObject({
    status: 401,
    body: { code: 'signature_missing' },
  })
  expect(await s.state()).toMatchObject({ status: 'open' })
})

test('somebody else who presses the button, or a button that is not ours, changes nothing and is told so', async () => {
  const s = await pagedInTelegram()
  const bo = await s.t.create.user({ name: 'Bo' })
  await addContactMethod(s.t, bo, { channel: 'telegram', address: '99' })
  const forged = `a:${'x'.repeat(38)}`
  for (const update of [s.updateOf(s.acknowledge, 99), s.updateOf(s.acknowledge, 77), s.updateOf(forged)])
    expect((await s.tell(update)).body).toMatchObject({
      method: 'answerCallbackQuery',
      show_alert: true,
      text: expect.stringContaining('Nothing was changed'),
    })
  expect(await s.state()).toMatchObject({ status: 'open' })
  expect(s.telegram.asked).toEqual([])
})

test('whoever opens the bot is told the number that OpsKnight asks for; in a group it says nothing', async () => {
  const s = await pagedInTelegram()
  const message = { message_id: 1, date: 1, text: '/start' }
  const opened = await s.tell({ update_id: 1, message: { ...message, chat: { id: 4711, type: 'private' } } })
  expect(opened.body).toMatchObject({
    method: 'sendMessage',
    chat_id: 4711,
    text: expect.stringContaining('4711'),
  })
  const inGroup = await s.tell({ update_id: 2, message: { ...message, chat: { id: -1, type: 'group' } } })
  expect(inGroup).toMatchObject({ status: 200, body: {} })
})

test('whatever else Telegram tells a bot of is taken and changes nothing', async () => {
  const s = await pagedInTelegram()
  const updates = [
    {},
    { update_id: 1 },
    { callback_query: 'x' },
    s.updateOf('z:1'),
    { message: { text: 'hello' } },
  ]
  for (const update of updates) expect(await s.tell(update)).toMatchObject({ status: 200, body: {} })
  expect(await s.state()).toMatchObject({ status: 'open' })
})

test('a message that has no room left keeps its words, and loses its buttons', async () => {
  const s = await pagedInTelegram()
  const long = 'x'.repeat(4_090)
  await s.tell(s.updateOf(s.resolve, CHAT, long))
  expect((await s.shown()).body).toMatchObject({ text: long, reply_markup: { inline_keyboard: [] } })
})

test('where Telegram is not set up, nobody is listened to', async () => {
  const t = await testApp()
  expect(await t.nobody.post('/api/replies/telegram', {})).toMatchObject({ status: 404 })
})
