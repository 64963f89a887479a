import { expect, test } from 'vitest'
import { type Answered, jsonProvider } from '../../testing/json-provider.ts'
import { everyMessage, pagedIncident, pageMessage } from '../../testing/messages.ts'
import { sendOver } from '../../testing/send-over.ts'
import type { Message } from '../types.ts'
import { ntfy } from './index.ts'

const TOKEN = 'tk_madeup0madeup1madeup2'

/** As https://docs.ntfy.sh/publish/#publish-as-json describes it. */
async function ntfyServer(
  answered: Answered = { status: 200, body: { id: 'hwQ2YpKdmg', event: 'message' } },
) {
  const server = await jsonProvider(() => answered)
  const send = (message: Message = pageMessage(), address = 'ops-made-up-topic') =>
    sendOver({ channel: 'ntfy', values: { serverUrl: server.url, token: TOKEN }, address, message })
  return { ...server, send }
}

test('a page is published to the topic, with buttons that answer without opening anything', async () => {
  const { asked, send } = await ntfyServer()
  expect(await send()).toEqual({ outcome: 'sent' })
  expect(asked[0]).toMatchObject({
    method: 'POST',
    path: '/',
    headers: { authorization: `Bearer ${TOKEN}` },
    body: {
      topic: 'ops-made-up-topic',
      title: '#42 CRITICAL Shop: Checkout is down',
      message: expect.stringContaining('Checkout is down'),
      priority: 5,
      click: 'http://opsknight.test/incidents/42',
      actions: [
        {
          action: 'http',
          label: 'Acknowledge',
          method: 'POST',
          url: 'http://opsknight.test/api/v1/replies/tok-en',
          body: '{"action":"acknowledge"}',
          clear: true,
        },
        { action: 'http', label: 'Resolve', body: '{"action":"resolve"}' },
      ],
    },
  })
})

test.each([
  ['high', 5],
  ['medium', 4],
  ['low', 3],
] as const)('urgency %s has the priority %i', async (urgency, priority) => {
  const { asked, send } = await ntfyServer()
  await send(pageMessage({ incidents: [pagedIncident({ urgency })] }))
  expect(asked[0]?.body.priority).toBe(priority)
})

test('the same message again replaces what the phone shows', async () => {
  const { asked, send } = await ntfyServer()
  await send()
  await send()
  await send(pageMessage({ key: 'another' }))
  const [first, second, third] = asked.map(({ body }) => body.sequence_id)
  expect(first).toMatch(/^[-_A-Za-z0-9]{1,64}$/)
  expect(second).toBe(first)
  expect(third).not.toBe(first)
})

test('a topic on another server is published there, without the token of the administrator’s server', async () => {
  const [configured, own] = [await ntfyServer(), await jsonProvider()]
  expect(await configured.send(pageMessage(), `${own.url}/my-topic`)).toEqual({ outcome: 'sent' })
  expect(configured.asked).toEqual([])
  expect(own.asked[0]).toMatchObject({ path: '/', body: { topic: 'my-topic' } })
  expect(own.asked[0]?.headers.authorization).toBeUndefined()
})

test('a hundred incidents stay below the size at which ntfy makes a file of a message', async () => {
  const { asked, send } = await ntfyServer()
  const incidents = Array.from({ length: 100 }, (_, index) =>
    pagedIncident({ number: index + 1, title: 'ü'.repeat(600) }),
  )
  await send(pageMessage({ incidents }))
  expect(Buffer.byteLength(asked[0]?.body.message)).toBeLessThanOrEqual(4096)
  expect(asked[0]?.body.message).toMatch(/… and \d+ more/)
})

test.each(everyMessage)('a message of the kind $kind arrives with what it says', async (message) => {
  const { asked, send } = await ntfyServer()
  expect(await send(message)).toMatchObject({ outcome: 'sent' })
  if (message.kind === 'code')
    expect(asked[0]?.body).toMatchObject({
      message: expect.stringContaining('314159'),
      click: message.confirmUrl,
    })
  expect(asked[0]?.body.actions !== undefined).toBe(message.kind === 'page')
})

test('a topic that is somebody else’s is final; a limit is waited for', async () => {
  const forbidden = { code: 40301, http: 403, error: 'forbidden' }
  const closed = await ntfyServer({ status: 403, body: forbidden })
  const outcome = await closed.send()
  expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('access token') })
  expect(JSON.stringify(outcome)).not.toContain('ops-made-up-topic')
  const busy = await ntfyServer({ status: 429, body: { code: 42901, http: 429, error: 'limit reached' } })
  expect(await busy.send()).toMatchObject({ outcome: 'retry' })
})

test('a topic is a secret: it is shown by its first letters', () => {
  expect(ntfy.checkAddress('ops-made-up-topic')).toEqual({ address: 'ops-made-up-topic', shown: 'ops…' })
  expect(ntfy.checkAddress('https://ntfy.example.com/ops-made-up-topic')).toEqual({
    address: 'https://ntfy.example.com/ops-made-up-topic',
    shown: 'https://ntfy.example.com/ops…',
  })
  for (const text of [
    '',
    'two words',
    'https://ntfy.example.com/',
    'x'.repeat(65),
    'https://u:p@ntfy.example.com/a',
  ])
    expect(ntfy.checkAddress(text)).toMatchObject({ problem: expect.any(String) })
})

test('without settings topics are on ntfy.sh', () => {
  expect(ntfy.readSettings({})).toEqual({ settings: { serverUrl: 'https://ntfy.sh', token: null } })
  expect(ntfy.readSettings({ serverUrl: 'ntfy.example.com' })).toMatchObject({ problem: expect.any(String) })
})
