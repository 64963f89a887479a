import { expect, test } from 'vitest'
import { channelOf } from '../channels/index.ts'
import { readConfig } from '../config.ts'
import { everyMessage } from '../testing/messages.ts'
import { provider } from '../testing/provider.ts'
import { testApp } from '../testing/test-app.ts'
import { twilio } from '../testing/twilio.ts'
import { channelProblem, sendMessage } from './send.ts'
import { readChannelState } from './settings.ts'

const SMS = '/api/v1/channels/sms'
const GATEWAY = { gatewayUrl: 'https://sms.example.com/send?key=gw-secret-1', gatewaySuccess: 'OK' }

async function setUp(environment: Record<string, string> = {}) {
  const t = await testApp({ environment: { OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1', ...environment } })
  return { ...t, admin: await t.asRole('admin', 'Ada Admin') }
}

test('everybody sees which channels can be used and why the others cannot', async () => {
  const { asRole } = await setUp({ SMTP_URL: 'smtp://ops:pass-word@mail.example.com' })
  const { status, body } = await (await asRole('viewer')).get('/api/v1/channels')
  expect(status).toBe(200)
  expect(body.items.slice(0, 2)).toMatchObject([
    { channel: 'email', usable: true, problem: null, configuredBy: 'environment', settings: [], values: {} },
    {
      channel: 'sms',
      usable: false,
      configuredBy: null,
      problem: expect.stringContaining('TWILIO_ACCOUNT_SID'),
      address: { kind: 'phone' },
    },
  ])
  expect(JSON.stringify(body)).not.toContain('pass-word')
})

test('an administrator sets a channel up, and never sees a secret again', async () => {
  const { admin, asRole, deps } = await setUp()
  expect(await channelProblem(deps, 'sms')).toContain('Not set up')
  const answer = await admin.put(`${SMS}/settings`, GATEWAY)
  expect(answer).toMatchObject({
    status: 200,
    body: {
      usable: true,
      problem: null,
      configuredBy: 'settings',
      values: { gatewaySuccess: 'OK' },
      storedSecrets: ['gatewayUrl'],
      updatedAt: '2026-03-01T09:00:00.000Z',
    },
  })
  expect(answer.text).not.toContain('gw-secret-1')
  expect(await channelProblem(deps, 'sms')).toBeNull()
  expect((await (await asRole('viewer')).get(SMS)).body).toMatchObject({
    usable: true,
    values: {},
    storedSecrets: [],
  })
  const rows = await deps.db.selectFrom('channel_settings').selectAll().execute()
  expect(rows[0]?.sealed.includes('gw-secret-1')).toBe(false)
})

test('a secret that is left empty stays, everything else is replaced', async () => {
  const { admin, deps } = await setUp()
  const { url, received } = await provider(() => ({ body: 'OK' }))
  await admin.put(`${SMS}/settings`, { gatewayUrl: `${url}/one`, gatewaySuccess: 'OK', gatewayMethod: 'PUT' })
  const changed = await admin.put(`${SMS}/settings`, { gatewayUrl: '', gatewaySuccess: 'O' })
  expect(changed.body).toMatchObject({ values: { gatewaySuccess: 'O' }, storedSecrets: ['gatewayUrl'] })
  for (const message of everyMessage.slice(0, 1)) await sendMessage(deps, 'sms', '+4915123456789', message)
  expect(received).toMatchObject([{ method: 'POST', url: '/one' }])
})

test('what was entered is forgotten again, and the audit log says what changed, without the secrets', async () => {
  const { admin, deps } = await setUp()
  await admin.put(`${SMS}/settings`, GATEWAY)
  await admin.put(`${SMS}/settings`, {
    ...GATEWAY,
    gatewayUrl: 'https://sms.example.com/send?key=gw-secret-2',
  })
  for (let time = 0; time < 2; time += 1) expect((await admin.delete(`${SMS}/settings`)).status).toBe(204)
  expect(await channelProblem(deps, 'sms')).toContain('Not set up')
  const { body, text } = await admin.get('/api/v1/audit-log')
  expect(body.items.slice(0, 3)).toMatchObject([
    { action: 'channel.settings_removed', target: { type: 'channel', id: 'sms', name: 'SMS' } },
    {
      action: 'channel.settings_changed',
      data: { changes: { gatewayUrl: { from: '(secret)', to: '(secret)' } } },
    },
    { data: { changes: { gatewaySuccess: { from: null, to: 'OK' } } } },
  ])
  expect(text).not.toContain('gw-secret')
})

test('settings that cannot work are refused, with the field', async () => {
  const { admin } = await setUp()
  expect(
    await admin.put(`${SMS}/settings`, { gatewayUrl: 'https://sms.example.com', gatewayBody: 'x' }),
  ).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', detail: expect.stringContaining('{{text}}') },
  })
  expect(await admin.put(`${SMS}/settings`, { accountSid: 'AC123' })).toMatchObject({ status: 400 })
  expect(await admin.put(`${SMS}/settings`, { nonsense: 'x' })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'nonsense' }] },
  })
  expect((await admin.put('/api/v1/channels/pigeon/settings', {})).status).toBe(404)
})

test('what the environment sets up is not changed here', async () => {
  const { environment } = await twilio()
  const { admin } = await setUp({ ...environment, SMTP_URL: 'smtp://mail.example.com' })
  expect(await admin.put(`${SMS}/settings`, GATEWAY)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('TWILIO_ACCOUNT_SID') },
  })
  expect(await admin.put('/api/v1/channels/email/settings', {})).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('SMTP_URL') },
  })
})

test('calls use the account that was entered for SMS', async () => {
  const { values } = await twilio()
  const { admin, deps } = await setUp()
  await admin.put(`${SMS}/settings`, values)
  expect(await channelProblem(deps, 'voice')).toBeNull()
  expect((await admin.get('/api/v1/channels/voice')).body).toMatchObject({
    usable: true,
    configuredBy: 'settings',
  })
})

test('another server hears of a change within a second', async () => {
  const t = await setUp()
  const other = await t.anotherServer()
  expect(await channelProblem(other.deps, 'sms')).not.toBeNull()
  await t.admin.put(`${SMS}/settings`, GATEWAY)
  other.deps.live.tell({ kind: 'configuration' })
  expect(await channelProblem(other.deps, 'sms')).toBeNull()
})

test('settings that were sealed with another key say so', async () => {
  const { admin, db, deps } = await setUp()
  await admin.put(`${SMS}/settings`, GATEWAY)
  const [row] = await db.selectFrom('channel_settings').selectAll().execute()
  const broken = Buffer.from(row?.sealed ?? [])
  broken[20] = (broken[20] ?? 0) ^ 1
  await db.updateTable('channel_settings').set({ sealed: broken }).execute()
  deps.live.tell({ kind: 'configuration' })
  expect(await channelProblem(deps, 'sms')).toContain('OPSKNIGHT_SECRET_KEY')
  expect((await admin.put(`${SMS}/settings`, GATEWAY)).status).toBe(200)
})

test('a test message goes to an address, and what came of it is the answer', async () => {
  const { url, received } = await provider(() =>
    received.length === 1 ? { body: 'OK' } : { status: 403, body: 'no credit' },
  )
  const { admin } = await setUp()
  await admin.put(`${SMS}/settings`, { gatewayUrl: url })
  expect(await admin.post(`${SMS}/test`, { address: '+49 151 23456789' })).toMatchObject({
    status: 200,
    body: { outcome: 'sent', reason: null },
  })
  expect(received[0]?.body).toContain('OpsKnight test page for Ada Admin')
  expect(await admin.post(`${SMS}/test`, { address: '+49 151 23456789' })).toMatchObject({
    body: { outcome: 'failed', reason: expect.stringContaining('no credit') },
  })
  expect(await admin.post(`${SMS}/test`, { address: '0151' })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'address', message: expect.stringContaining('+49') }] },
  })
})

test('without an address a test message goes to the own contact method, or says that there is none', async () => {
  const { url, received } = await provider()
  const { admin, db, deps } = await setUp()
  await admin.put(`${SMS}/settings`, { gatewayUrl: url })
  expect(await admin.post(`${SMS}/test`, {})).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'address' }] },
  })
  const { id } = await db
    .selectFrom('users')
    .select('id')
    .where('name', '=', 'Ada Admin')
    .executeTakeFirstOrThrow()
  const now = deps.clock.now()
  const times = { created_at: now, updated_at: now, verified_at: now }
  const method = { channel: 'sms', address: '+4915123456789', address_hash: Buffer.from('x') } as const
  await db
    .insertInto('contact_methods')
    .values({ id: id, user_id: id, ...method, ...times })
    .execute()
  expect(await admin.post(`${SMS}/test`, {})).toMatchObject({ body: { outcome: 'sent' } })
  expect(received[0]?.body).toContain('+4915123456789')
})

test('a private address that an administrator enters is refused unless the operator allows it', async () => {
  const { port } = await provider()
  const { admin } = await setUp({ OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '10.0.0.0/8' })
  await admin.put(`${SMS}/settings`, { gatewayUrl: `http://localhost:${port}` })
  expect(await admin.post(`${SMS}/test`, { address: '+4915123456789' })).toMatchObject({
    body: { outcome: 'failed', reason: expect.stringContaining('OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES') },
  })
})

test('what the operator puts into the environment may be private', async () => {
  const { port, received } = await provider()
  const { admin } = await setUp({
    SMS_GATEWAY_URL: `http://localhost:${port}`,
    OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '10.0.0.0/8',
  })
  expect(await admin.post(`${SMS}/test`, { address: '+4915123456789' })).toMatchObject({
    body: { outcome: 'sent' },
  })
  expect(received).toHaveLength(1)
})

test('what the operator names for one channel is no way in for the addresses of another', async () => {
  const { port, received } = await provider()
  const { admin } = await setUp({
    SMS_GATEWAY_URL: `http://127.0.0.1:${port}`,
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '10.0.0.0/8',
  })
  expect(
    await admin.post('/api/v1/channels/webhook/test', { address: `http://127.0.0.1:${port}/pager` }),
  ).toMatchObject({ body: { outcome: 'failed', reason: expect.stringContaining('private address') } })
  expect(received).toEqual([])
})

test('keys that the installation made under another secret key make their channel unusable, and nothing else', async () => {
  const { admin, db, deps } = await setUp()
  const sealed = Buffer.alloc(64, 1)
  await db
    .insertInto('installation_secrets')
    .values({ name: 'channel push', sealed, created_at: deps.clock.now() })
    .execute()
  const { status, body } = await admin.get('/api/v1/channels')
  expect(status).toBe(200)
  const problems = new Map(
    body.items.map(({ channel, problem }: { channel: string; problem: string | null }) => [channel, problem]),
  )
  expect(problems.get('push')).toContain('OPSKNIGHT_SECRET_KEY')
  expect(problems.get('webhook')).toBeNull()
  expect((await admin.get('/api/v1/push/key')).status).toBe(409)
})

test('a stored secret is not sent to another server than it was entered for', async () => {
  const { admin } = await setUp()
  const { url, received } = await provider()
  const { values } = await twilio()
  await admin.put(`${SMS}/settings`, values)
  const without = { ...values, authToken: '' }
  expect(await admin.put(`${SMS}/settings`, { ...without, apiUrl: url })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'authToken' }] },
  })
  // Calls use the same token, from what was entered for SMS.
  expect(await admin.put('/api/v1/channels/voice/settings', { apiUrl: url })).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'authToken' }] },
  })
  expect((await admin.put(`${SMS}/settings`, { ...without, from: '+15005550007' })).status).toBe(200)
  expect((await admin.put(`${SMS}/settings`, { ...values, apiUrl: url })).status).toBe(200)
  expect(received).toEqual([])
})

test('what the environment gives goes to no place that was entered in Settings before', async () => {
  const t = await setUp()
  const { values } = await twilio()
  await t.admin.put(`${SMS}/settings`, values)
  const sms = channelOf('sms')
  if (!sms) throw new Error('There is no SMS')
  const config = readConfig({
    TWILIO_ACCOUNT_SID: values.accountSid,
    TWILIO_AUTH_TOKEN: 'token-of-the-operator',
    TWILIO_FROM: values.from,
  })
  const state = await readChannelState({ ...t.deps, config }, sms)
  expect(state.values).toMatchObject({ authToken: 'token-of-the-operator' })
  expect(state.values).not.toHaveProperty('apiUrl')
})

test('a percent sign in a password is no reason to send nothing', async () => {
  const { admin } = await setUp()
  const { port, received } = await provider()
  await admin.put(`${SMS}/settings`, { gatewayUrl: `http://ops:50%off@127.0.0.1:${port}/send` })
  expect(await admin.post(`${SMS}/test`, { address: '+4915123456789' })).toMatchObject({
    status: 200,
    body: { outcome: 'sent' },
  })
  expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ops:50%off').toString('base64')}`)
})
