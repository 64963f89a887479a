import { expect, test } from 'vitest'
import { type Answered, type Asked, HOSTILE_TITLE, jsonProvider } from '../../testing/json-provider.ts'
import { everyMessage, pagedIncident, pageMessage } from '../../testing/messages.ts'
import { sendOver } from '../../testing/send-over.ts'
import type { Message } from '../types.ts'
import { slack } from './index.ts'

const TOKEN = 'xoxb-1-made-up-for-this-test'
const OPENED: Answered = { status: 200, body: { ok: true, channel: { id: 'D024BE91L' } } }
const POSTED: Answered = { status: 200, body: { ok: true, channel: 'D024BE91L', ts: '1772355600.000200' } }

/** As https://docs.slack.dev/reference/methods/ describes the two methods. */
async function slackApi(answer: (asked: Asked) => Answered | undefined = () => undefined) {
  const api = await jsonProvider(
    (asked) => answer(asked) ?? (asked.path === '/conversations.open' ? OPENED : POSTED),
  )
  const send = (message: Message = pageMessage()) =>
    sendOver({
      channel: 'slack',
      values: {
        botToken: TOKEN,
        signingSecret: '8f742231b10e8888abcd99yyyzzz85a5'.replace(/[yz]/g, '0'),
        apiUrl: api.url,
      },
      address: 'U0123ABCDEF',
      message,
    })
  return { ...api, send }
}

test('a page is a direct message with two buttons that carry the token of the reply', async () => {
  const { asked, send } = await slackApi()
  expect(await send()).toEqual({ outcome: 'sent', providerId: 'D024BE91L:1772355600.000200' })
  const [opened, posted] = asked
  expect(opened).toMatchObject({ path: '/conversations.open', body: { users: 'U0123ABCDEF' } })
  expect(posted).toMatchObject({
    path: '/chat.postMessage',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json; charset=utf-8' },
    body: { channel: 'D024BE91L', text: '#42 CRITICAL Shop: Checkout is down' },
  })
  const [content, actions] = posted?.body.blocks ?? []
  expect(JSON.stringify(content)).toContain('"url":"http://opsknight.test/incidents/42"')
  expect(JSON.stringify(content)).toMatch(/CRITICAL · Shop · web-1 · since .*9:58/)
  expect(actions.elements).toMatchObject([
    { action_id: 'acknowledge', value: 'tok-en', text: { text: 'Acknowledge' } },
    { action_id: 'resolve', value: 'tok-en', text: { text: 'Resolve' } },
  ])
})

test('the same message again carries the same key', async () => {
  const { asked, send } = await slackApi()
  await send()
  await send()
  const keys = asked.flatMap(({ body }) => body.metadata?.event_payload.key ?? [])
  expect(keys).toEqual(['0195cafe-0000-7000-8000-000000000042', '0195cafe-0000-7000-8000-000000000042'])
})

test('a title cannot mention, link or format: it is text in the blocks, and escaped where Slack reads markup', async () => {
  const { asked, send } = await slackApi()
  await send(pageMessage({ incidents: [pagedIncident({ title: HOSTILE_TITLE })] }))
  const { text, blocks } = asked[1]?.body ?? {}
  expect(text).toContain('&lt;!channel&gt; &lt;https://evil.example|click&gt;')
  expect(text).not.toMatch(/[<>\n\u202e]/)
  const pieces = blocks[0].elements.flatMap(
    ({ elements }: { elements: { type: string; url?: string }[] }) => elements,
  )
  expect(pieces.map(({ type }: { type: string }) => type)).toEqual(
    ['text', 'link', 'text', 'text', 'link'].slice(0, pieces.length),
  )
  expect(JSON.stringify(blocks)).not.toContain('mrkdwn')
  expect(pieces.flatMap(({ url }: { url?: string }) => url ?? [])).toEqual([
    'http://opsknight.test/incidents/42',
    'http://opsknight.test/incidents/42',
  ])
})

test.each(everyMessage)('a message of the kind $kind arrives with what it says', async (message) => {
  const { asked, send } = await slackApi()
  expect(await send(message)).toMatchObject({ outcome: 'sent' })
  const blocks = JSON.stringify(asked[1]?.body.blocks)
  if (message.kind === 'code') expect(blocks).toContain('314159')
  if (message.kind === 'invitation') expect(blocks).toContain(message.url)
  expect(blocks.includes('"actions"')).toBe(message.kind === 'page')
})

test.each([
  ['invalid_auth', 'failed', /Settings → Channels/],
  ['user_not_found', 'failed', /member ID/],
  ['missing_scope', 'failed', /chat:write and im:write/],
  ['something_new', 'failed', /something_new/],
  ['internal_error', 'retry', /internal_error/],
])('Slack says %s: %s, in words that tell what to do', async (error, outcome, reason) => {
  const { send } = await slackApi(() => ({ status: 200, body: { ok: false, error } }))
  expect(await send()).toMatchObject({ outcome, reason: expect.stringMatching(reason) })
})

test('a limit of Slack is waited for as long as Slack says', async () => {
  const { send } = await slackApi(() => ({
    status: 429,
    headers: { 'retry-after': '30' },
    body: { ok: false, error: 'ratelimited' },
  }))
  expect(await send()).toMatchObject({ outcome: 'retry', afterSeconds: 30 })
})

test.each([
  ['is away', { status: 503, body: 'upstream' }],
  ['answers with a page instead of JSON', { status: 200, body: '<html>proxy</html>' }],
])('Slack %s: it is tried again', async (_what, answered) => {
  const { send } = await slackApi(() => answered)
  expect(await send()).toMatchObject({ outcome: 'retry' })
})

test('no reason holds the token, even when Slack repeats it', async () => {
  const { send } = await slackApi(() => ({ status: 400, body: { error: `bad token ${TOKEN}` } }))
  expect(JSON.stringify(await send())).not.toContain(TOKEN)
})

test('settings and addresses that cannot work are refused with what is wrong', () => {
  expect(slack.readSettings({})).toBeNull()
  expect(slack.readSettings({ botToken: 'abc', signingSecret: 'ab'.repeat(16) })).toMatchObject({
    problem: expect.stringContaining('xoxb-'),
  })
  expect(slack.readSettings({ botToken: TOKEN, signingSecret: 'no secret' })).toMatchObject({
    problem: expect.stringContaining('Signing Secret'),
  })
  expect(slack.checkAddress(' u0123abcdef ')).toEqual({ address: 'U0123ABCDEF', shown: 'U0123ABCDEF' })
  expect(slack.checkAddress('@ana')).toMatchObject({ problem: expect.stringContaining('U0123ABCDEF') })
})
