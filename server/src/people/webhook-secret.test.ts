import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { sendMessage } from '../messaging/send.ts'
import { type Asked, jsonProvider } from '../testing/json-provider.ts'
import { pageMessage } from '../testing/messages.ts'
import { testApp } from '../testing/test-app.ts'

/** Somebody whose program has been sent a code. */
async function withWebhook() {
  const program = await jsonProvider(() => ({ status: 204 }))
  const t = await testApp({ environment: { OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1' } })
  const ana = await t.create.user({ name: 'Ana' })
  const asAna = await t.as(ana)
  const address = `${program.url}/pager/made-up-path-1234`
  const { body: method } = await asAna.post(`/api/v1/users/${ana.id}/contact-methods`, {
    channel: 'webhook',
    address,
  })
  const [request] = program.asked as [Asked]
  const verify = () =>
    asAna.post(`/api/v1/contact-methods/${method.id}/verify`, { code: request.body.data.code })
  const secretUrl = `/api/v1/contact-methods/${method.id}/signing-secret`
  return { t, ana, asAna, address, program, verify, secretUrl }
}

test('once the webhook is verified its owner sees what verifies every request to it, and it is written down', async () => {
  const { t, asAna, address, program, verify, secretUrl } = await withWebhook()
  expect((await verify()).status).toBe(200)
  const { status, body } = await asAna.post(secretUrl)
  expect(status).toBe(200)
  expect((await asAna.post(secretUrl)).body).toEqual(body)

  // The library that verifies looks at the clock of the machine.
  t.clock.advance({ milliseconds: Date.now() - t.clock.now().getTime() })
  expect(await sendMessage(t.deps, 'webhook', address, pageMessage())).toEqual({ outcome: 'sent' })
  const { bytes, headers } = program.asked.at(-1) as Asked
  const verified = new Webhook(body.signingSecret).verify(bytes, headers as Record<string, string>)
  expect(verified).toMatchObject({ type: 'opsknight.page' })

  const { body: log } = await (await t.asRole('admin')).get('/api/v1/audit-log')
  const actions = (log.items as { action: string }[]).map(({ action }) => action)
  expect(actions.filter((action) => action === 'contact_method.secret_shown')).toHaveLength(2)
  expect(JSON.stringify(log)).not.toContain(body.signingSecret)
})

test('an address that is not verified tells its secret to nobody: it may be somebody else’s', async () => {
  const { asAna, secretUrl } = await withWebhook()
  expect(await asAna.post(secretUrl)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('code') },
  })
})

test('others do not see it', async () => {
  const { t, verify, secretUrl } = await withWebhook()
  await verify()
  expect((await (await t.asRole('responder')).post(secretUrl)).status).toBe(403)
})
