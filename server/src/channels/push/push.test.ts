import { createECDH, type ECDH, randomBytes, webcrypto } from 'node:crypto'
import ece from 'http_ece'
import { expect, test } from 'vitest'
import { type Answered, type Asked, HOSTILE_TITLE, jsonProvider } from '../../testing/json-provider.ts'
import { everyMessage, pagedIncident, pageMessage } from '../../testing/messages.ts'
import { sendOver } from '../../testing/send-over.ts'
import type { Message } from '../types.ts'
import { encryptForBrowser, PLAIN_BYTES_MAX } from './encrypt.ts'
import { push } from './index.ts'
import type { PushedNotification } from './notification.ts'
import { makeVapidKeys } from './vapid.ts'

const keys = makeVapidKeys()

/** What a browser keeps to itself, and what it gives away. */
function browser(endpoint = 'https://push.example.com/made-up/1234') {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  const auth = randomBytes(16)
  const p256dh = pair.getPublicKey('base64url')
  return { pair, auth, subscription: { endpoint, keys: { p256dh, auth: auth.toString('base64url') } } }
}

/** By Martin Thomson's library, the author of the RFC. */
const decrypted = (body: Buffer, { pair, auth }: { pair: ECDH; auth: Buffer }): Buffer =>
  ece.decrypt(body, { version: 'aes128gcm', privateKey: pair, authSecret: auth.toString('base64url') })

async function pushService(answered: Answered = { status: 201 }) {
  const service = await jsonProvider(() => answered)
  const owner = browser(`${service.url}/wpush/v2/made-up-endpoint-1`)
  const address = JSON.stringify(owner.subscription)
  const send = (message: Message = pageMessage(), contact = 'ops@example.com') =>
    sendOver({ channel: 'push', values: { ...keys, contact }, address, message })
  const read = ({ bytes }: Asked): PushedNotification => JSON.parse(decrypted(bytes, owner).toString())
  return { ...service, owner, address, send, read }
}

test('a page is encrypted for the browser that subscribed, and says what its notification shows', async () => {
  const { asked, send, read } = await pushService()
  expect(await send()).toEqual({ outcome: 'sent' })
  const [request] = asked as [Asked]
  expect(request).toMatchObject({
    method: 'POST',
    path: '/wpush/v2/made-up-endpoint-1',
    headers: { 'content-encoding': 'aes128gcm', ttl: '14400', urgency: 'high' },
  })
  expect(request.bytes.includes('Checkout')).toBe(false)
  expect(read(request)).toEqual({
    kind: 'page',
    title: '#42 CRITICAL Shop: Checkout is down',
    body: expect.stringMatching(/^CRITICAL · Shop · web-1 · since .*9:58/),
    tag: request.headers.topic,
    url: 'http://opsknight.test/incidents/42',
    token: 'tok-en',
  })
})

test('the server proves who it is to this push service, for half a day', async () => {
  const { asked, url, send } = await pushService()
  await send()
  const [, jwt = '', key] = asked[0]?.headers.authorization?.match(/^vapid t=(\S+), k=(\S+)$/) ?? []
  expect(key).toBe(keys.publicKey)
  const [header = '', claims = '', signature = ''] = jwt.split('.')
  const imported = await webcrypto.subtle.importKey(
    'raw',
    Buffer.from(keys.publicKey, 'base64url'),
    { name: 'ECDSA', namedCurve: 'P-256' },
    false,
    ['verify'],
  )
  const isGenuine = await webcrypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    imported,
    Buffer.from(signature, 'base64url'),
    Buffer.from(`${header}.${claims}`),
  )
  expect(isGenuine).toBe(true)
  const parsed = [header, claims].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
  const sentAt = Date.parse('2026-03-01T09:00:00Z') / 1_000
  expect(parsed).toEqual([
    { typ: 'JWT', alg: 'ES256' },
    { aud: url, exp: sentAt + 12 * 3_600, sub: 'mailto:ops@example.com' },
  ])
})

test('the encryption is the one of RFC 8291: its own example comes out byte for byte', () => {
  const bytes = (text: string) => Buffer.from(text, 'base64url')
  const body = encryptForBrowser(
    Buffer.from('When I grow up, I want to be a watermelon'),
    {
      keys: {
        p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
        auth: 'BTBZMqHH6r4Tts7J_aSIgg',
      },
    },
    {
      privateKey: bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw'),
      salt: bytes('DGv6ra1nlYgDCS1FRnbzlw'),
    },
  )
  expect(body.toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  )
})

test('another browser cannot read it, and no two messages are the same', async () => {
  const { asked, send } = await pushService()
  await send()
  await send()
  const [first, second] = asked as [Asked, Asked]
  expect(() => decrypted(first.bytes, browser())).toThrow()
  expect(first.bytes.equals(second.bytes)).toBe(false)
  expect(first.headers.topic).toBe(second.headers.topic)
  expect(first.headers.topic).toMatch(/^[-_A-Za-z0-9]{1,32}$/)
})

test('the longest text still fits, and one that is longer is made shorter', async () => {
  const { asked, send, read } = await pushService()
  const incidents = Array.from({ length: 60 }, (_, index) =>
    pagedIncident({ number: index + 1, title: `"${'ü'.repeat(600)}` }),
  )
  expect(await send(pageMessage({ incidents }))).toEqual({ outcome: 'sent' })
  const [request] = asked as [Asked]
  expect(request.bytes.length).toBeLessThanOrEqual(4096)
  expect(read(request).body).toMatch(/… and \d+ more/)
  const { owner } = await pushService()
  const full = randomBytes(PLAIN_BYTES_MAX)
  expect(decrypted(encryptForBrowser(full, owner.subscription), owner).equals(full)).toBe(true)
  expect(() => encryptForBrowser(Buffer.alloc(PLAIN_BYTES_MAX + 1), owner.subscription)).toThrow('too long')
})

test.each(everyMessage)('a message of the kind $kind arrives with what it says', async (message) => {
  const { asked, send, read } = await pushService()
  expect(await send(message)).toMatchObject({ outcome: 'sent' })
  const notification = read(asked[0] as Asked)
  expect(notification).toMatchObject({ kind: message.kind, token: message.kind === 'page' ? 'tok-en' : null })
  if (message.kind === 'code')
    expect(notification).toMatchObject({ body: expect.stringContaining('314159'), url: message.confirmUrl })
})

test('a title is text', async () => {
  const { asked, send, read } = await pushService()
  await send(pageMessage({ incidents: [pagedIncident({ title: HOSTILE_TITLE })] }))
  expect(read(asked[0] as Asked).title).toContain('<!channel>')
  expect(read(asked[0] as Asked).title).not.toMatch(/[\n\u202e]/)
})

test.each([404, 410])('%i: the browser has unsubscribed; that is final', async (status) => {
  const { address, send } = await pushService({ status, body: { reason: 'Unregistered' } })
  const outcome = await send()
  expect(outcome).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('The browser has unsubscribed'),
  })
  expect(JSON.stringify(outcome)).not.toContain(JSON.parse(address).endpoint)
})

test('keys that a push service refuses are final; a limit is waited for', async () => {
  const refusing = await pushService({ status: 403, body: { reason: 'BadJwtToken' } })
  expect(await refusing.send()).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('keys') })
  const busy = await pushService({ status: 429, headers: { 'retry-after': '120' } })
  expect(await busy.send()).toMatchObject({ outcome: 'retry', afterSeconds: 120 })
})

test('a subscription is kept without what else browsers put in, and shown without what one could send with', () => {
  const { subscription } = browser('https://fcm.googleapis.com/fcm/send/dTk2:APA91-made-up')
  const given = JSON.stringify({ ...subscription, expirationTime: null })
  expect(push.checkAddress(given)).toEqual({ address: JSON.stringify(subscription), shown: 'Chrome …e-up' })
  const { keys: ofBrowser } = subscription
  const wrong = [
    'not json',
    '{}',
    JSON.stringify({ ...subscription, endpoint: 'http://push.example.com/1' }),
    JSON.stringify({ ...subscription, keys: { ...ofBrowser, auth: 'short' } }),
    JSON.stringify({
      ...subscription,
      keys: { ...ofBrowser, p256dh: Buffer.alloc(65, 4).toString('base64url') },
    }),
  ]
  for (const text of wrong) expect(push.checkAddress(text)).toMatchObject({ problem: expect.any(String) })
})
