import { expect, test } from 'vitest'
import { readConfig } from '../../config.ts'
import { mailbox } from '../../testing/mailbox.ts'
import { everyMessage, pagedIncident, pageMessage } from '../../testing/messages.ts'
import { sendOver } from '../../testing/send-over.ts'
import type { Message } from '../types.ts'

async function setUp(options: Parameters<typeof mailbox>[0] = {}) {
  const box = await mailbox(options)
  return {
    box,
    send: (message: Message = pageMessage(), signal?: AbortSignal) => over(box.url, message, signal),
  }
}

const over = (url: string, message: Message = pageMessage(), signal = new AbortController().signal) =>
  sendOver({
    channel: 'email',
    values: { url, from: 'OpsKnight <ops@example.com>' },
    ...{ address: 'ana@example.com', message, signal },
  })

test('a page is a mail with both parts, a button each, and the time where the person is', async () => {
  const { box, send } = await setUp()
  expect(await send()).toMatchObject({ outcome: 'sent' })
  const mail = await box.next()
  expect(mail.subject).toBe('#42 CRITICAL Shop: Checkout is down')
  expect(mail.from?.text).toBe('"OpsKnight" <ops@example.com>')
  expect(mail.to).toMatchObject({ value: [{ address: 'ana@example.com' }] })
  expect(mail.text).toContain('Acknowledge:\nhttp://opsknight.test/reply/tok-en?action=acknowledge')
  expect(mail.text).toContain('Resolve:\nhttp://opsknight.test/reply/tok-en?action=resolve')
  expect(mail.text).toContain('9:58')
  expect(mail.html).toContain('href="http://opsknight.test/reply/tok-en?action=acknowledge"')
  expect(mail.html).toContain('href="http://opsknight.test/reply/tok-en?action=resolve"')
  expect(mail.headers.get('auto-submitted')).toBe('auto-generated')
  expect(mail.headers.get('priority')).toBe('high')
})

test('what is sent again carries the same Message-ID', async () => {
  const { box, send } = await setUp()
  await send()
  await send()
  const [first, second] = [await box.next(), await box.next()]
  expect(first.messageId).toBe('<0195cafe-0000-7000-8000-000000000042@example.com>')
  expect(second.messageId).toBe(first.messageId)
})

test('several incidents are one mail that lists them', async () => {
  const { box, send } = await setUp()
  await send(
    pageMessage({ incidents: [pagedIncident(), pagedIncident({ number: 43, title: 'Login is slow' })] }),
  )
  const mail = await box.next()
  expect(mail.subject).toBe('2 incidents, first #42 CRITICAL Shop: Checkout is down')
  expect(mail.text).toContain('#43 Login is slow')
  expect(mail.text).toContain('Acknowledge all:')
})

test.each(everyMessage)('a message of the kind $kind arrives with what it says', async (message) => {
  const { box, send } = await setUp()
  expect(await send(message)).toMatchObject({ outcome: 'sent' })
  const { text = '', html } = await box.next()
  const link = { code: 'confirmUrl', test: 'settingsUrl', invitation: 'url', notice: 'url', page: 'allUrl' }[
    message.kind
  ]
  expect(text).toContain(message[link as keyof typeof message])
  expect(html).toContain(message[link as keyof typeof message])
  if (message.kind === 'code') expect(text).toContain('314159')
})

test('what comes from outside stays text', async () => {
  const { box, send } = await setUp()
  const title = '<img src=x onerror=alert(1)>\r\nBcc: eve@example.com'
  await send(pageMessage({ incidents: [pagedIncident({ title })] }))
  const mail = await box.next()
  expect(mail.subject).toBe('#42 CRITICAL Shop: <img src=x onerror=alert(1)> Bcc: eve@example.com')
  expect(mail.bcc).toBeUndefined()
  expect(mail.html).not.toContain('<img')
})

test('mails share a connection', async () => {
  let connections = 0
  const { send } = await setUp({
    onConnect(_session, callback) {
      connections += 1
      callback()
    },
  })
  for (let sent = 0; sent < 3; sent += 1) await send()
  expect(connections).toBe(1)
})

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

test('an unknown recipient is final, a full mailbox is not, and the server is quoted', async () => {
  const answers = [refusal(550, 'No such user here'), refusal(452, 'Mailbox full')]
  const { send } = await setUp({ onRcptTo: (_to, _session, callback) => callback(answers.shift()) })
  expect(await send()).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('No such user here'),
  })
  expect(await send()).toMatchObject({ outcome: 'retry', reason: expect.stringContaining('Mailbox full') })
  expect(await send()).toMatchObject({ outcome: 'sent' })
})

test('a wrong password is told without the password', async () => {
  const box = await mailbox({
    authOptional: false,
    onAuth: ({ password }, _session, callback) => callback(refusal(535, `No such password: ${password}`)),
  })
  const outcome = await over(box.url.replace('smtp://', 'smtp://ops:hunter%2F22@'))
  expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('SMTP_URL') })
  expect(JSON.stringify(outcome)).not.toContain('hunter')
})

test('a server that is not there means trying again', async () => {
  expect(await over('smtp://127.0.0.1:1')).toMatchObject({ outcome: 'retry' })
})

test('a server that hangs is given up when the sender has no more time', async () => {
  const { box, send } = await setUp({ onMailFrom: () => {} })
  const stop = new AbortController()
  const sending = send(pageMessage(), stop.signal)
  stop.abort()
  expect(await sending).toMatchObject({ outcome: 'retry' })
  expect(box.messages).toEqual([])
})

test.each([
  ['ftp://mail.example.com', 'SMTP_URL'],
  ['mail.example.com:587', 'SMTP_URL'],
  ['smtp://ops:50%off@mail.example.com', '%25'],
])('SMTP_URL=%s is refused at the start', (SMTP_URL, named) => {
  expect(() => readConfig({ SMTP_URL })).toThrow(named)
})

test('a sender that is no address is refused at the start', () => {
  expect(() => readConfig({ SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'OpsKnight' })).toThrow(
    'MAIL_FROM',
  )
})
