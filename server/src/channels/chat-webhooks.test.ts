import { expect, test } from 'vitest'
import type { Channel } from '#contract/channels.ts'
import { type Answered, type Asked, HOSTILE_TITLE, jsonProvider } from '../testing/json-provider.ts'
import { everyMessage, pagedIncident, pageMessage } from '../testing/messages.ts'
import { sendOver } from '../testing/send-over.ts'
import { channelOf } from './index.ts'
import type { Message } from './types.ts'

/** What each provider documents: the shape of its address, its answer to a message, and to one it does not know. */
const providers = {
  'slack-webhook': {
    path: '/services/T00000000/B00000000/XXXXmadeupXXXXXXXX1',
    taken: { status: 200, body: 'ok' },
    gone: { status: 404, body: 'no_service' },
  },
  teams: {
    path: '/workflows/0123abc/triggers/manual/paths/invoke?api-version=2016-06-01&sig=made-up-1',
    taken: { status: 202 },
    gone: {
      status: 404,
      body: { error: { code: 'WorkflowNotFound', message: 'The workflow was not found.' } },
    },
  },
  mattermost: {
    path: '/hooks/madeup1madeup2madeup3',
    taken: { status: 200, body: 'ok' },
    gone: {
      status: 400,
      body: { id: 'web.incoming_webhook.invalid.app_error', message: 'Invalid webhook', status_code: 400 },
    },
  },
  discord: {
    path: '/api/webhooks/1234567890/made-up_token-1',
    taken: { status: 200, body: { id: '1100000000000000001' } },
    gone: { status: 404, body: { message: 'Unknown Webhook', code: 10015 } },
  },
} satisfies Partial<Record<Channel, { path: string; taken: Answered; gone: Answered }>>

type Chat = keyof typeof providers
const chats = Object.keys(providers) as Chat[]

async function chat(channel: Chat, answered: Answered = providers[channel].taken) {
  const server = await jsonProvider(() => answered)
  const address = `${server.url}${providers[channel].path}`
  const send = (message: Message = pageMessage()) => sendOver({ channel, address, message })
  return { ...server, address, send }
}

const titled = (title: string) => pageMessage({ incidents: [pagedIncident({ title })] })

test.each(chats)(
  '%s: a page is posted to the address, with what happened and where it is',
  async (channel) => {
    const { asked, send } = await chat(channel)
    expect(await send()).toMatchObject({ outcome: 'sent' })
    const [{ method, path, headers, body } = {} as Asked] = asked
    expect(method).toBe('POST')
    expect(path.startsWith(providers[channel].path)).toBe(true)
    expect(headers['content-type']).toMatch(/^application\/json/)
    const text = JSON.stringify(body)
    expect(text).toContain('Checkout is down')
    expect(text).toContain('http://opsknight.test/incidents/42')
    expect(text).toMatch(/CRITICAL/)
  },
)

test.each(chats)(
  '%s: everybody in the channel reads it, so nothing in it answers in the person’s name',
  async (channel) => {
    const { asked, send } = await chat(channel)
    await send()
    expect(channelOf(channel)?.replies).toBe(false)
    expect(JSON.stringify(asked[0]?.body)).not.toContain('tok-en')
  },
)

test.each(
  chats.flatMap((channel) => everyMessage.map((message) => [channel, message.kind, message] as const)),
)('%s takes a message of the kind %s', async (channel, _kind, message) => {
  const { asked, send } = await chat(channel)
  expect(await send(message)).toMatchObject({ outcome: 'sent' })
  const text = JSON.stringify(asked[0]?.body)
  if (message.kind === 'code') expect(text).toContain('314159')
  if (message.kind === 'test') expect(text).toContain(message.settingsUrl)
})

test.each(chats)('%s no longer has the webhook: that is final, and says what to do', async (channel) => {
  const { address, send } = await chat(channel, providers[channel].gone)
  const outcome = await send()
  expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('enter its address') })
  expect(JSON.stringify(outcome)).not.toContain(address)
})

test.each(chats)('%s is told to wait: it is tried again then', async (channel) => {
  const { send } = await chat(channel, { status: 429, headers: { 'retry-after': '7' }, body: 'slow down' })
  expect(await send()).toMatchObject({ outcome: 'retry', afterSeconds: 7 })
})

test('the limit of Discord is in its body', async () => {
  const body = { message: 'You are being rate limited.', retry_after: 1.336, global: false }
  const { send } = await chat('discord', { status: 429, body })
  expect(await send()).toMatchObject({ outcome: 'retry', afterSeconds: 2 })
})

test.each(chats)('%s shows of an address its host, and not enough to post to it', (channel) => {
  const given = `https://chat.example.com${providers[channel].path}#part`
  const checked = channelOf(channel)?.checkAddress(given)
  expect(checked).toMatchObject({ address: expect.stringMatching(/^https:\/\/chat\.example\.com\//) })
  const { shown } = checked as { shown: string }
  expect(shown).toMatch(/^https:\/\/chat\.example\.com\/….{4}$/)
  expect(channelOf(channel)?.isAddressSecret).toBe(true)
})

test.each(chats)('%s refuses what is no address of its own', (channel) => {
  for (const text of [
    '',
    'ops',
    'ftp://x.example/hooks/a',
    'https://',
    'https://u:p@x.example/hooks/abcdefgh1',
    'javascript:alert(1)',
  ])
    expect(channelOf(channel)?.checkAddress(text)).toMatchObject({ problem: expect.any(String) })
})

test('a title is plain text to Slack and Teams, whatever is in it', async () => {
  for (const channel of ['slack-webhook', 'teams'] as const) {
    const { asked, send } = await chat(channel)
    await send(titled(HOSTILE_TITLE))
    const text = JSON.stringify(asked[0]?.body)
    expect(text).not.toMatch(/"(mrkdwn|TextBlock)"/)
    expect(text.match(/"url":"[^"]*"/g)?.filter((url) => !url.includes('opsknight.test'))).toEqual([])
  }
})

test('Teams takes the card as its documentation has it', async () => {
  const { asked, send } = await chat('teams')
  await send()
  expect(asked[0]?.body).toMatchObject({
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          type: 'AdaptiveCard',
          version: '1.4',
          actions: [
            { type: 'Action.OpenUrl', title: 'Open the incident', url: 'http://opsknight.test/incidents/42' },
          ],
        },
      },
    ],
  })
})

test('a title means nothing to the Markdown of Discord, and wakes nobody there', async () => {
  const { asked, send } = await chat('discord')
  await send(titled(HOSTILE_TITLE))
  expect(asked[0]?.path).toContain('wait=true')
  const { content, allowed_mentions, embeds } = asked[0]?.body ?? {}
  expect(allowed_mentions).toEqual({ parse: [] })
  for (const text of [content, embeds[0].description]) {
    expect(text).toContain('\\*b\\* \\_i\\_ \\~s\\~ \\`c\\` \\|\\|x\\|\\|')
    expect(text).not.toMatch(/@(everyone|channel|here)|(?<!\\)<|https:\/\/evil/)
  }
})

test('a title means nothing to the Markdown of Mattermost, and wakes nobody there', async () => {
  const { asked, send } = await chat('mattermost')
  await send(titled(HOSTILE_TITLE))
  const { text } = asked[0]?.body ?? {}
  expect(text).toContain('\\*b\\* \\_i\\_ \\~s\\~ \\`c\\` \\|\\|x\\|\\|')
  expect(text).toContain('\\[pay\\]\\(')
  expect(text).not.toMatch(/@(everyone|channel|here)|https:\/\/evil|:boom:/)
})

test('a hundred incidents fit: the first are named, the others counted', async () => {
  const incidents = Array.from({ length: 100 }, (_, index) =>
    pagedIncident({ number: index + 1, title: '_'.repeat(600), serviceName: '*'.repeat(200) }),
  )
  for (const channel of chats) {
    const { asked, send } = await chat(channel)
    expect(await send(pageMessage({ incidents }))).toMatchObject({ outcome: 'sent' })
    const text = JSON.stringify(asked[0]?.body)
    expect(text).toMatch(/… and \d+ more|… and \d+ more\\\\\./)
    expect(text).toMatch(/http:\/\/opsknight\.test\/incidents[")]/)
    // What one Teams message may be is the least of them: 28 KB.
    expect(Buffer.byteLength(text)).toBeLessThan(28_000)
  }
  const { asked, send } = await chat('discord')
  await send(pageMessage({ incidents }))
  expect(asked[0]?.body.embeds[0].description.length).toBeLessThanOrEqual(4096)
  expect(asked[0]?.body.content.length).toBeLessThanOrEqual(2000)
})
