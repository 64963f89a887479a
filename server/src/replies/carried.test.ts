import { createECDH, randomBytes } from 'node:crypto'
import ece from 'http_ece'
import { expect, test } from 'vitest'
import { sendDuePages } from '../notifications/send-due.ts'
import { type Asked, jsonProvider } from '../testing/json-provider.ts'
import { page } from '../testing/paged.ts'
import { testApp } from '../testing/test-app.ts'

// From the address that a person enters to the request that their device sends back: nothing in between is made up.

type Request = { url: string; method: string; headers: Record<string, string>; body: string }

/** Somebody who enters an address and its code, is paged there, and sends the request that the message carries. */
async function journey(given: {
  channel: 'push' | 'ntfy' | 'webhook'
  address: (url: string) => string
  codeIn: (asked: Asked) => string
  answerIn: (asked: Asked, action: 'acknowledge' | 'resolve') => Request
}) {
  const provider = await jsonProvider()
  const t = await testApp({ environment: { OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1' } })
  const ana = await t.create.user({ name: 'Ana' })
  const asAna = await t.as(ana)
  const added = await asAna.post(`/api/v1/users/${ana.id}/contact-methods`, {
    channel: given.channel,
    address: given.address(provider.url),
  })
  expect(added).toMatchObject({ status: 201, body: { codeSent: true, codeProblem: null } })
  const code = given.codeIn(provider.asked[0] as Asked)
  const verified = await asAna.post(`/api/v1/contact-methods/${added.body.id}/verify`, { code })
  expect(verified).toMatchObject({ status: 200, body: { verified: true } })

  const incident = await t.create.incident({ title: 'Checkout is down' })
  await page(t, ana, [incident])
  await sendDuePages(t.deps, t.clock.now())
  const state = async () => (await asAna.get(`/api/v1/incidents/${incident.id}`)).body
  const send = async ({ url, method, headers, body }: Request) => {
    const { pathname, host } = new URL(url)
    const answered = await t.app.inject({
      method: method as 'POST',
      url: pathname,
      headers: { host, ...headers },
      payload: body,
    })
    return answered.statusCode
  }
  const sent = provider.asked.at(-1) as Asked
  expect(await send(given.answerIn(sent, 'acknowledge'))).toBe(200)
  expect(await state()).toMatchObject({ status: 'acknowledged', acknowledgedBy: { id: ana.id } })
  expect(await send(given.answerIn(sent, 'resolve'))).toBe(200)
  expect(await state()).toMatchObject({ status: 'resolved' })
}

test('a browser that has subscribed is paged, and its service worker answers', async () => {
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  const auth = randomBytes(16).toString('base64url')
  const read = ({ bytes }: Asked) =>
    JSON.parse(ece.decrypt(bytes, { version: 'aes128gcm', privateKey: pair, authSecret: auth }).toString())
  await journey({
    channel: 'push',
    address: (url) =>
      JSON.stringify({
        endpoint: `${url}/wpush/made-up-1`,
        expirationTime: null,
        keys: { p256dh: pair.getPublicKey('base64url'), auth },
      }),
    codeIn: (asked) => read(asked).body.match(/\d{6}/)[0],
    // As the service worker sends it.
    answerIn: (asked, action) => ({
      url: `http://opsknight.test/api/v1/replies/${read(asked).token}`,
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: 'http://opsknight.test' },
      body: JSON.stringify({ action }),
    }),
  })
})

test('the buttons of an ntfy notification answer', async () => {
  await journey({
    channel: 'ntfy',
    address: (url) => `${url}/ana-made-up-topic`,
    codeIn: ({ body }) => body.message.match(/\d{6}/)[0],
    answerIn: ({ body }, action) => body.actions[action === 'acknowledge' ? 0 : 1],
  })
})

test('a program answers with the requests that a webhook carries', async () => {
  await journey({
    channel: 'webhook',
    address: (url) => `${url}/pager`,
    codeIn: ({ body }) => body.data.code,
    answerIn: ({ body }, action) => body.data.replies[action],
  })
})
