import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { page } from '../testing/paged.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { answerOf, PUBLIC_URL, type TestApp, testApp } from '../testing/test-app.ts'
import { twilio } from '../testing/twilio.ts'

const NUMBER = '+4915123456789'

async function setUp({ channel = 'sms' as 'sms' | 'voice', incidents: count = 1 } = {}) {
  const provider = await twilio()
  const t = await testApp({ environment: provider.environment })
  const ana = await t.create.user({ name: 'Ana Example', role: 'viewer' })
  await addContactMethod(t, ana, { channel, address: NUMBER })
  const incidents: { id: string; number: number }[] = []
  for (let at = 0; at < count; at += 1)
    incidents.push(await t.create.incident({ title: `Disk ${at + 1} is full` }))
  if (count > 1) {
    // What follows the first page within moments goes out together.
    await page(t, ana, [await t.create.incident()])
    await t.runWorker()
  }
  await page(t, ana, incidents)
  t.clock.advance({ seconds: count > 1 ? 31 : 0 })
  await t.runWorker()
  const viewer = await t.asRole('viewer')
  const call = caller(t, provider.values.authToken)
  return {
    ...{ t, ana, provider, call },
    sent: () => new URLSearchParams(provider.received.at(-1)?.body),
    text: (text: string, from = NUMBER) =>
      call('/api/replies/twilio/sms', { From: from, To: '+15005550006', Body: text }),
    statuses: async () => {
      const found = await Promise.all(incidents.map(({ id }) => viewer.get(`/api/v1/incidents/${id}`)))
      return found.map(({ body }) => body.status)
    },
  }
}

/** As Twilio signs: https://www.twilio.com/docs/usage/security#validating-requests */
function signed(authToken: string, url: string, form: Record<string, string>): string {
  const all = Object.keys(form)
    .sort()
    .map((name) => `${name}${form[name]}`)
  return createHmac('sha1', authToken)
    .update(`${PUBLIC_URL}${url}${all.join('')}`)
    .digest('base64')
}

const caller =
  ({ app }: Pick<TestApp, 'app'>, authToken: string) =>
  async (
    url: string,
    form: Record<string, string>,
    signature: string | null = signed(authToken, url, form),
  ) =>
    answerOf(
      await app.inject({
        method: 'POST',
        url,
        headers: {
          // Behind a proxy: Twilio called another host.
          host: 'inside:3000',
          'content-type': 'application/x-www-form-urlencoded',
          ...(signature === null ? {} : { 'x-twilio-signature': signature }),
        },
        payload: new URLSearchParams(form).toString(),
      }),
    )

test('an SMS that says ACK and the number acknowledges, and the answer says so', async () => {
  const { text, statuses, sent, t } = await setUp()
  expect(sent().get('Body')).toContain('Reply ACK 1 or RESOLVE 1')
  const answer = await text('ack 1')
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toContain('text/xml')
  expect(answer.text).toContain('<Response><Message>#1 is yours: nobody else is paged.</Message></Response>')
  expect(await statuses()).toEqual(['acknowledged'])
  expect((await text('6')).text).toContain('#1 is resolved by you')
  expect(await statuses()).toEqual(['resolved'])
  expect(await t.db.selectFrom('pages').select('status').execute()).toEqual([{ status: 'seen' }])
})

test('a number alone means the newest page; of several incidents only acknowledging needs no more words', async () => {
  const { text, statuses, sent } = await setUp({ incidents: 2 })
  expect(sent().get('Body')).toContain('2 incidents')
  expect((await text('RESOLVE')).text).toContain('RESOLVE ALL')
  expect(await statuses()).toEqual(['open', 'open'])
  await text('ACK 2')
  expect(await statuses()).toEqual(['open', 'acknowledged'])
  await text('4')
  expect(await statuses()).toEqual(['acknowledged', 'acknowledged'])
  await text('resolve all')
  expect(await statuses()).toEqual(['resolved', 'resolved'])
})

test('nobody reaches an incident that they were not paged about, or by a number that is not theirs or not confirmed', async () => {
  const { t, text } = await setUp()
  const [bo, other] = [await t.create.user(), await t.create.incident({ title: 'Something else' })]
  await addContactMethod(t, bo, { channel: 'sms', address: '+4915111111111' })
  await page(t, bo, [other])
  await t.runWorker()
  expect((await text(`ACK ${other.number}`)).text).toContain(`You were not paged about #${other.number}`)
  expect((await text('ACK 1', '+4915198765432')).text).toContain('does not know this number')
  await t.db.updateTable('contact_methods').set({ verified_at: null }).execute()
  expect((await text('ACK 1')).text).toContain('does not know this number')
  const viewer = await t.asRole('viewer')
  for (const number of [1, other.number])
    expect((await viewer.get(`/api/v1/incidents/${number}`)).body.status).toBe('open')
})

test('what is not understood is answered with how to say it', async () => {
  const { text, statuses } = await setUp()
  expect((await text('who is this?')).text).toContain('Reply ACK or RESOLVE')
  expect(await statuses()).toEqual(['open'])
})

test('a phone that answers by itself is told how to answer only a few times, and the person is still heard', async () => {
  const { text, statuses } = await setUp()
  const strangers = '+4915198765432'
  for (let time = 0; time < 5; time += 1) {
    expect((await text('I am driving.')).text).toContain('<Message>')
    expect((await text('I am driving.', strangers)).text).toContain('<Message>')
  }
  expect((await text('I am driving.')).text).toContain('<Response/>')
  expect((await text('ACK 1', strangers)).text).toContain('<Response/>')
  expect((await text('ACK 1')).text).toContain('#1 is yours')
  expect(await statuses()).toEqual(['acknowledged'])
})

test('STOP is believed: the number counts as not confirmed any more, and the audit log says so', async () => {
  const { t, text } = await setUp()
  expect((await text('STOP')).text).toContain('<Response/>')
  expect(await t.db.selectFrom('contact_methods').select('verified_at').execute()).toEqual([
    { verified_at: null },
  ])
  const { body } = await (await t.asRole('admin')).get('/api/v1/audit-log')
  expect(body.items[0]).toMatchObject({ action: 'contact_method.stopped', actor: { name: 'Ana Example' } })
})

test('what is not signed by Twilio does nothing', async () => {
  const { call, statuses } = await setUp()
  const form = { From: NUMBER, Body: 'ACK 1' }
  const url = '/api/replies/twilio/sms'
  expect(await call(url, form, null)).toMatchObject({ status: 401, body: { code: 'signature_missing' } })
  const others = [
    'nonsense',
    signed('another token', url, form),
    signed('auth-token-of-twilio', url, { ...form, Body: 'ACK 2' }),
    signed('auth-token-of-twilio', `${url}?x=1`, form),
  ]
  for (const signature of others)
    expect(await call(url, form, signature)).toMatchObject({
      status: 401,
      body: { code: 'signature_invalid' },
    })
  expect(await statuses()).toEqual(['open'])
})

test('without a Twilio account there is nobody to sign', async () => {
  const t = await testApp()
  expect((await caller(t, 'x')('/api/replies/twilio/sms', { From: NUMBER, Body: 'ACK 1' })).status).toBe(404)
})

test('a call takes a key: 4 acknowledges, 6 resolves, another one is asked again', async () => {
  const { call, sent, statuses } = await setUp({ channel: 'voice' })
  const url = new URL(
    sent()
      .get('Twiml')
      ?.match(/action="([^"]+)"/)?.[1] ?? '',
  ).pathname
  const again = await call(url, { CallSid: 'CA0001', Digits: '9' })
  expect(again.text).toContain('<Gather')
  expect(await statuses()).toEqual(['open'])
  expect((await call(url, { CallSid: 'CA0001', Digits: '4' })).text).toContain('Incident 1 is yours')
  expect(await statuses()).toEqual(['acknowledged'])
  expect((await call(url, { CallSid: 'CA0001', Digits: '6' })).text).toContain(
    'Incident 1 is resolved by you',
  )
  expect((await call(`${url}x`, { CallSid: 'CA0001', Digits: '4' })).status).toBe(410)
})

test('Twilio tells what became of an SMS', async () => {
  const { call, t } = await setUp()
  const url = '/api/replies/twilio/sms/status'
  const status = () => t.db.selectFrom('pages').select(['status', 'reason']).executeTakeFirstOrThrow()
  expect((await call(url, { MessageSid: 'SM0001', MessageStatus: 'sent' })).status).toBe(204)
  expect(await status()).toMatchObject({ status: 'sent' })
  expect((await call(url, { MessageSid: 'SM9999', MessageStatus: 'failed' })).status).toBe(204)
  await call(url, { MessageSid: 'SM0001', MessageStatus: 'undelivered', ErrorCode: '30003' })
  expect(await status()).toEqual({
    status: 'failed',
    reason: 'The SMS did not arrive: the phone is switched off or out of reach (error 30003)',
  })
  expect((await call(url, { MessageSid: 'SM0001', MessageStatus: 'delivered' }, 'x')).status).toBe(401)
})

test('a gateway hands over SMS with its secret, as JSON or as a form', async () => {
  const t = await testApp({
    environment: {
      SMS_GATEWAY_URL: 'https://sms.example.com/',
      SMS_GATEWAY_REPLY_SECRET: 'secret-of-replies',
    },
  })
  const ana = await t.create.user()
  await addContactMethod(t, ana, { channel: 'sms', address: NUMBER })
  const url = '/api/replies/sms-gateway'
  const gateway = t.client({ authorization: 'Bearer secret-of-replies' })
  expect(await gateway.post(url, { from: NUMBER, text: 'ACK 7' })).toMatchObject({
    status: 200,
    text: 'You were not paged about #7.',
  })
  const form = await t.app.inject({
    method: 'POST',
    url: `${url}?token=secret-of-replies`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: 'from=4915123456789&text=hello',
  })
  expect(form.body).toContain('Reply ACK or RESOLVE')
  expect((await gateway.post(url, { from: 'x', text: 'ACK 7' })).status).toBe(400)
  expect(
    (await t.client({ authorization: 'Bearer wrong' }).post(url, { from: NUMBER, text: 'ACK 7' })).status,
  ).toBe(401)
  expect((await t.nobody.post(url, { from: NUMBER, text: 'ACK 7' })).status).toBe(401)
})
