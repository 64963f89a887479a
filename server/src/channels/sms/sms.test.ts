import fc from 'fast-check'
import { expect, test } from 'vitest'
import { everyMessage, pagedIncident, pageMessage } from '../../testing/messages.ts'
import { provider } from '../../testing/provider.ts'
import { sendOver } from '../../testing/send-over.ts'
import { twilio } from '../../testing/twilio.ts'
import { checkPhoneNumber as checkNumber } from '../phone.ts'
import { lengthOf } from './gsm.ts'
import { sms } from './index.ts'
import { textOf } from './text.ts'

const TO = '+4915123456789'

test('Twilio gets the number, the sender, the text and where to tell what became of it, with the account as credentials', async () => {
  const { values, received } = await twilio()
  const outcome = await sendOver({ channel: 'sms', values, address: TO, message: pageMessage() })
  expect(outcome).toEqual({ outcome: 'sent', providerId: 'SM0001' })
  const [call] = received
  expect(call).toMatchObject({
    method: 'POST',
    url: `/2010-04-01/Accounts/${values.accountSid}/Messages.json`,
  })
  expect(call?.headers.authorization).toBe(`Basic ${btoa(`${values.accountSid}:${values.authToken}`)}`)
  expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({
    To: TO,
    From: values.from,
    Body: '#42 CRITICAL Shop: Checkout is down\nReply ACK 42 or RESOLVE 42',
    StatusCallback: 'http://opsknight.test/api/replies/twilio/sms/status',
  })
})

test('a messaging service is a sender too', async () => {
  const { values, received } = await twilio({ from: 'MG0123' })
  await sendOver({ channel: 'sms', values, address: TO, message: pageMessage() })
  const form = new URLSearchParams(received[0]?.body)
  expect([form.get('MessagingServiceSid'), form.get('From')]).toEqual(['MG0123', null])
})

test('from a sender without a number the page has its link instead of words to reply', async () => {
  const { values, received } = await twilio({ from: 'OpsKnight' })
  await sendOver({ channel: 'sms', values, address: TO, message: pageMessage() })
  expect(new URLSearchParams(received[0]?.body).get('Body')).toContain(pageMessage().replies.acknowledgeUrl)
})

test('a number that Twilio refuses is final, with its words', async () => {
  const { values } = await twilio({
    answer: () => ({ status: 400, body: { code: 21211, message: "Invalid 'To' Phone Number", status: 400 } }),
  })
  expect(await sendOver({ channel: 'sms', values, address: TO, message: pageMessage() })).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining("Invalid 'To' Phone Number"),
  })
})

const long = { title: 'x'.repeat(900), serviceName: 'Shop' }
test.each([
  ['a long title', [pagedIncident(long)]],
  ['one in another alphabet', [pagedIncident({ title: 'Оплата не работает '.repeat(30) })]],
  ['one of emoji', [pagedIncident({ title: '👩‍👩‍👧‍👦'.repeat(80) })]],
  ['many incidents', Array.from({ length: 40 }, (_, at) => pagedIncident({ ...long, number: at + 1 }))],
])('with %s it has at most 320 characters and still says how to answer', (_what, incidents) => {
  for (const answerBy of ['reply', 'link'] as const) {
    const text = textOf(pageMessage({ incidents }), answerBy)
    expect(lengthOf(text)).toBeLessThanOrEqual(320)
    expect(text.length).toBeLessThanOrEqual(320)
    expect(text.isWellFormed()).toBe(true)
    expect(text).toContain(answerBy === 'reply' ? 'Reply ACK' : '/reply/tok-en')
    expect(text).toMatch(/#\d+ CRITICAL Shop|incidents:/)
  }
})

test('whatever a title holds, the number, the severity and the service are there, within 320 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 600 }), (title) => {
      const text = textOf(pageMessage({ incidents: [pagedIncident({ title })] }), 'reply')
      expect(lengthOf(text)).toBeLessThanOrEqual(320)
      expect(text).toMatch(/^#42 CRITICAL Shop: /)
      expect(text.endsWith('Reply ACK 42 or RESOLVE 42')).toBe(true)
    }),
  )
})

test('typographic marks do not double the price of a message', () => {
  const text = textOf(
    pageMessage({ incidents: [pagedIncident({ title: '“Checkout” – isn’t up…' })] }),
    'reply',
  )
  expect(text).toContain(`"Checkout" - isn't up...`)
})

test.each(everyMessage)('a message of the kind $kind fits', (message) => {
  expect(lengthOf(textOf(message, 'reply'))).toBeLessThanOrEqual(320)
})

test.each([
  ['+49 151 23456789', '+4915123456789'],
  ['0049 151 23456789', '+4915123456789'],
  ['+1 (415) 555-2671', '+14155552671'],
])('%s is a number', (text, address) => {
  expect(checkNumber(text)).toEqual({ address, shown: address })
})

test.each([
  '0151 23456789',
  '+49',
  '+4915',
  '+999123456789',
  '+49 151 23456789 ext. 5',
  'ana@example.com',
  '+1555',
])('%s is none, and how to write one is said', (text) =>
  expect(checkNumber(text)).toEqual({ problem: expect.stringContaining('+49 151 23456789') }),
)

const message = pageMessage({ incidents: [pagedIncident({ title: 'A "quoted" & odd <title>' })] })
const TEXT =
  '#42 CRITICAL Shop: A "quoted" & odd <title>\nhttp://opsknight.test/reply/tok-en?action=acknowledge'

test.each([
  [
    'a JSON body',
    { gatewayBody: '{"n":["{{to}}"],"t":"{{text}}","id":"{{key}}"}' },
    JSON.stringify({ n: [TO], t: TEXT, id: message.key }),
  ],
  [
    'a form',
    { gatewayBody: 'to={{to}}&msg={{text}}' },
    `to=${encodeURIComponent(TO)}&msg=${encodeURIComponent(TEXT)}`,
  ],
  [
    'XML',
    { gatewayBody: '<sms to="{{to}}">{{text}}</sms>' },
    `<sms to="${TO}">${TEXT.replace(/["&<>]/g, (c) => `&#${c.charCodeAt(0)};`)}</sms>`,
  ],
  ['no template', {}, `{"to": "${TO}", "text": ${JSON.stringify(TEXT)}, "key": "${message.key}"}`],
])('a gateway is called with %s', async (_what, values, body) => {
  const { url, received } = await provider(() => ({ status: 202, body: 'queued' }))
  const given = {
    gatewayUrl: `${url}/send`,
    gatewayHeaders: 'Authorization: Bearer gw-token\\nX-Key: {{key}}',
    ...values,
  }
  expect(await sendOver({ channel: 'sms', values: given, address: TO, message })).toEqual({ outcome: 'sent' })
  expect(received).toMatchObject([
    {
      method: 'POST',
      url: '/send',
      body,
      headers: { authorization: 'Bearer gw-token', 'x-key': message.key },
    },
  ])
})

test('a gateway that is called by GET has everything in its address', async () => {
  const { url, received } = await provider(() => ({ body: 'OK 17' }))
  const values = {
    gatewayUrl: `${url}/?user=u&to={{to}}&text={{text}}`,
    gatewayMethod: 'GET',
    gatewaySuccess: 'OK',
  }
  expect(await sendOver({ channel: 'sms', values, address: TO, message })).toEqual({ outcome: 'sent' })
  expect(received[0]?.method).toBe('GET')
  expect(Object.fromEntries(new URL(received[0]?.url ?? '', url).searchParams)).toEqual({
    user: 'u',
    to: TO,
    text: TEXT,
  })
})

test('a gateway that answers 200 without the words of success has not taken it', async () => {
  const { url } = await provider(() => ({ body: 'ERR 105: no credit, password pw-12345' }))
  const values = {
    gatewayUrl: `${url}/?password=pw-12345&to={{to}}&text={{text}}`,
    gatewayMethod: 'GET',
    gatewaySuccess: 'OK',
  }
  const outcome = await sendOver({ channel: 'sms', values, address: TO, message })
  expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('ERR 105: no credit') })
  expect(JSON.stringify(outcome)).not.toContain('pw-12345')
})

test.each([
  [{ gatewayUrl: 'sms.example.com' }, 'must start with https://'],
  [{ gatewayUrl: 'https://sms.example.com', gatewayBody: '{"to": "{{to}}", "t": {{text}}' }, 'valid JSON'],
  [{ gatewayUrl: 'https://sms.example.com', gatewayBody: 'to={{to}}' }, 'must contain {{to}} and {{text}}'],
  [{ gatewayUrl: 'https://sms.example.com', gatewayBody: '{{to}} {{text}} {{from}}' }, 'not {{from}}'],
  [{ gatewayUrl: 'https://sms.example.com', gatewayHeaders: 'no colon' }, 'headers'],
  [{ gatewayUrl: 'https://sms.example.com', gatewayMethod: 'DELETE' }, 'method'],
  [{ accountSid: 'XX123', authToken: 't', from: '+1' }, 'starts with AC'],
])('%o is refused: %s', (values, problem) => {
  expect(sms.readSettings(values)).toEqual({ problem: expect.stringContaining(problem) })
})
