import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { type Answered, type Asked, jsonProvider } from '../../testing/json-provider.ts'
import { everyMessage, pageMessage } from '../../testing/messages.ts'
import { sendOver } from '../../testing/send-over.ts'
import type { Message } from '../types.ts'
import { makeSigningKey, signingSecretOf } from './signing.ts'

const values = makeSigningKey()
const secretOf = (address: string) => signingSecretOf(values.signingKey ?? '', address)

async function program(answered: Answered = { status: 204 }) {
  const server = await jsonProvider(() => answered)
  const address = `${server.url}/pager`
  // The library that verifies looks at the clock of the machine.
  const send = (message: Message = pageMessage()) =>
    sendOver({ channel: 'webhook', values, address, message, now: new Date() })
  return { ...server, address, send }
}

const verified = ({ bytes, headers }: Asked, secret: string) =>
  new Webhook(secret).verify(bytes, headers as Record<string, string>)

test('a page is a signed request that says everything and how it is answered', async () => {
  const { asked, address, send } = await program()
  expect(await send()).toEqual({ outcome: 'sent' })
  const [request] = asked as [Asked]
  expect(verified(request, secretOf(address))).toMatchObject({
    type: 'opsknight.page',
    timestamp: expect.stringMatching(/Z$/),
    data: {
      summary: '#42 CRITICAL Shop: Checkout is down',
      person: { name: 'Ana Example' },
      incidents: [
        {
          number: 42,
          title: 'Checkout is down',
          severity: 'critical',
          urgency: 'high',
          serviceName: 'Shop',
          source: 'web-1',
          openedAt: '2026-03-01T08:58:00.000Z',
          url: 'http://opsknight.test/incidents/42',
        },
      ],
      url: 'http://opsknight.test/incidents',
      replies: {
        acknowledgeUrl: 'http://opsknight.test/reply/tok-en?action=acknowledge',
        acknowledge: {
          method: 'POST',
          url: 'http://opsknight.test/api/v1/replies/tok-en',
          body: '{"action":"acknowledge"}',
        },
      },
    },
  })
})

test('the same message again has the same webhook-id', async () => {
  const { asked, send } = await program()
  await send()
  await send()
  expect(asked.map(({ headers }) => headers['webhook-id'])).toEqual([pageMessage().key, pageMessage().key])
})

test('the secret belongs to the address: another one verifies nothing, nor does a changed body', async () => {
  const { asked, address, send } = await program()
  await send()
  const [request] = asked as [Asked]
  expect(() => verified(request, secretOf(`${address}/other`))).toThrow('No matching signature')
  expect(() => verified(request, signingSecretOf(makeSigningKey().signingKey ?? '', address))).toThrow()
  const changed = { ...request, bytes: Buffer.from(request.bytes.toString().replace('Shop', 'Shoq')) }
  expect(() => verified(changed, secretOf(address))).toThrow('No matching signature')
  expect(secretOf(address)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
})

test.each(everyMessage)('a message of the kind $kind arrives with what it says', async (message) => {
  const { asked, address, send } = await program()
  expect(await send(message)).toMatchObject({ outcome: 'sent' })
  const body = verified(asked[0] as Asked, secretOf(address)) as {
    type: string
    data: Record<string, unknown>
  }
  expect(body.type).toBe(`opsknight.${message.kind}`)
  if (message.kind === 'code') expect(body.data).toMatchObject({ code: '314159', url: message.confirmUrl })
})

test.each([
  [410, 'failed'],
  [404, 'failed'],
  [409, 'retry'],
  [500, 'retry'],
])('a program that answers %i: %s', async (status, outcome) => {
  const { send } = await program({ status })
  expect(await send()).toMatchObject({ outcome })
})
