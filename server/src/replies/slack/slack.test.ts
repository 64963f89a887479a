import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { sendDuePages } from '../../notifications/send-due.ts'
import { type Answered, type Asked, jsonProvider } from '../../testing/json-provider.ts'
import { page } from '../../testing/paged.ts'
import { addContactMethod } from '../../testing/reachable.ts'
import { PUBLIC_URL, testApp } from '../../testing/test-app.ts'

const SECRET = '8f742231b10e8888abcd990000000000'
const MEMBER = 'U0123ABCDEF'

/** Somebody who was paged in Slack about an open incident, and what Slack calls when they press a button. */
async function pagedInSlack() {
  const slack = await jsonProvider(slackAnswers)
  const t = await testApp({
    environment: {
      SLACK_BOT_TOKEN: 'xoxb-1-made-up-for-this-test',
      SLACK_SIGNING_SECRET: SECRET,
      SLACK_API_URL: slack.url,
    },
  })
  const ana = await t.create.user({ name: 'Ana', role: 'viewer' })
  await addContactMethod(t, ana, { channel: 'slack', address: MEMBER })
  const incident = await t.create.incident({ title: 'Checkout is down' })
  await page(t, ana, [incident])
  await sendDuePages(t.deps, t.clock.now())
  const { blocks, text } = slack.asked.at(-1)?.body ?? {}
  slack.asked.length = 0
  const [acknowledge, resolve] = blocks.at(-1).elements as { action_id: string; value: string }[]
  if (!acknowledge || !resolve) throw new Error('The page has no buttons')

  /** As https://docs.slack.dev/reference/interaction-payloads/block_actions-payload shows it. */
  const payloadOf = (action: object, member = MEMBER) => ({
    type: 'block_actions',
    user: { id: member, username: 'ana', team_id: 'T061EG9R6' },
    container: { type: 'message', message_ts: '1772355600.000200', channel_id: 'D024BE91L' },
    channel: { id: 'D024BE91L', name: 'directmessage' },
    message: { type: 'message', ts: '1772355600.000200', text, blocks },
    response_url: 'https://hooks.slack.com/actions/made-up',
    actions: [{ type: 'button', action_ts: '1772355601.2', ...action }],
  })
  const seconds = () => Math.floor(t.clock.now().getTime() / 1_000)
  const press = async (
    payload: object,
    { at = seconds(), secret = SECRET, body = `payload=${encodeURIComponent(JSON.stringify(payload))}` } = {},
  ) => {
    const signature = createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')
    const { statusCode, payload: answered } = await t.app.inject({
      method: 'POST',
      url: '/api/replies/slack',
      headers: {
        host: new URL(PUBLIC_URL).host,
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(at),
        'x-slack-signature': `v0=${signature}`,
      },
      payload: body,
    })
    return { status: statusCode, text: answered }
  }
  const state = async () => (await (await t.asRole('viewer')).get(`/api/v1/incidents/${incident.id}`)).body
  const shown = async () => {
    await expect.poll(() => slack.asked.length).toBeGreaterThan(0)
    return slack.asked.shift() as Asked
  }
  return { t, ana, incident, acknowledge, resolve, payloadOf, press, state, shown, seconds, slack }
}

function slackAnswers({ path }: Asked): Answered {
  const body = path === '/conversations.open' ? { channel: { id: 'D024BE91L' } } : { ts: '1772355600.000200' }
  return { status: 200, body: { ok: true, ...body } }
}

test('a button acknowledges in the name of whoever was paged, and the message says who has it', async () => {
  const s = await pagedInSlack()
  expect(await s.press(s.payloadOf(s.acknowledge))).toEqual({ status: 200, text: '' })
  expect(await s.state()).toMatchObject({ status: 'acknowledged', acknowledgedBy: { id: s.ana.id } })
  const { path, body } = await s.shown()
  expect(path).toBe('/chat.update')
  expect(body).toMatchObject({ channel: 'D024BE91L', ts: '1772355600.000200' })
  const text = JSON.stringify(body.blocks)
  expect(text).toContain('Checkout is down')
  expect(text).toContain('is yours')
  expect(body.blocks.at(-1)).toMatchObject({ type: 'actions', elements: [{ action_id: 'resolve' }] })
  expect(body.blocks.at(-1).elements).toHaveLength(1)

  await s.press({ ...s.payloadOf(s.resolve), message: { ts: '1772355600.000200', blocks: body.blocks } })
  expect(await s.state()).toMatchObject({ status: 'resolved' })
  const resolved = await s.shown()
  expect(JSON.stringify(resolved.body.blocks)).toContain('is resolved')
  expect(resolved.body.blocks.some(({ type }: { type: string }) => type === 'actions')).toBe(false)
})

test('what is not signed by Slack, or was signed more than five minutes ago, changes nothing', async () => {
  const s = await pagedInSlack()
  const payload = s.payloadOf(s.acknowledge)
  expect(await s.press(payload, { secret: 'f'.repeat(32) })).toMatchObject({ status: 401 })
  expect(await s.press(payload, { at: s.seconds() - 301 })).toMatchObject({ status: 401 })
  expect(await s.press(payload, { at: s.seconds() + 301 })).toMatchObject({ status: 401 })
  const unsigned = await s.t.nobody.post('/api/replies/slack', payload)
  expect(unsigned).toMatchObject({ status: 401, body: { code: 'signature_missing' } })
  expect(await s.state()).toMatchObject({ status: 'open' })
  expect(await s.press(payload, { at: s.seconds() - 299 })).toMatchObject({ status: 200 })
  expect(await s.state()).toMatchObject({ status: 'acknowledged' })
})

test('somebody else who presses the button is told that the page is not theirs', async () => {
  const s = await pagedInSlack()
  const bo = await s.t.create.user({ name: 'Bo' })
  await addContactMethod(s.t, bo, { channel: 'slack', address: 'U0BOBOBOBO' })
  await s.press(s.payloadOf(s.acknowledge, 'U0BOBOBOBO'))
  expect(await s.shown()).toMatchObject({
    path: '/chat.postEphemeral',
    body: { user: 'U0BOBOBOBO', text: expect.stringContaining('Nothing was changed') },
  })
  await s.press(s.payloadOf({ ...s.acknowledge, value: 'x'.repeat(38) }))
  expect(await s.shown()).toMatchObject({ path: '/chat.postEphemeral' })
  expect(await s.state()).toMatchObject({ status: 'open' })
})

test('a member ID that is no longer verified answers nothing', async () => {
  const s = await pagedInSlack()
  await s.t.db.updateTable('contact_methods').set({ verified_at: null }).execute()
  await s.press(s.payloadOf(s.acknowledge))
  expect(await s.shown()).toMatchObject({ path: '/chat.postEphemeral' })
  expect(await s.state()).toMatchObject({ status: 'open' })
})

test('whatever else Slack tells an app of is taken and changes nothing', async () => {
  const s = await pagedInSlack()
  const bodies = [
    '',
    'payload=',
    'payload=%7B',
    'payload=null',
    'ssl_check=1&token=x',
    `payload=${'['.repeat(1_000)}`,
  ]
  for (const body of bodies) expect(await s.press({}, { body })).toMatchObject({ status: 200 })
  const others = [
    { type: 'view_submission' },
    s.payloadOf({ action_id: 'open', value: 'x' }),
    { type: 'block_actions' },
  ]
  for (const payload of others) expect(await s.press(payload)).toMatchObject({ status: 200 })
  expect(await s.state()).toMatchObject({ status: 'open' })
  expect(s.slack.asked).toEqual([])
})

test('where Slack is not set up, nobody is listened to', async () => {
  const t = await testApp()
  expect(await t.nobody.post('/api/replies/slack', {})).toMatchObject({ status: 404 })
})
