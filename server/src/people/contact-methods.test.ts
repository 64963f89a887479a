import { expect, test } from 'vitest'
import { appWithMail, goesTo, otherThan, readCode } from '../testing/people-with-mail.ts'
import { provider } from '../testing/provider.ts'
import { raceOnTable } from '../testing/race.ts'
import { testApp } from '../testing/test-app.ts'

const url = (id: string, action: string) => `/api/v1/contact-methods/${id}/${action}`
const ofUser = (id: string) => `/api/v1/users/${id}/contact-methods`

test('somebody adds an address, gets a code of six digits there, and verifies it', async () => {
  const t = await appWithMail()
  const ana = await t.person()

  const added = await ana.browser.post(ofUser(ana.id), {
    channel: 'email',
    address: ' ana@home.example ',
    label: 'At home',
  })
  expect(added.status).toBe(201)
  expect(added.body).toMatchObject({
    channel: 'email',
    address: 'ana@home.example',
    label: 'At home',
    verified: false,
    verifiedBy: 'code',
    codeExpiresAt: '2026-03-01T09:10:00.000Z',
    problem: null,
    codeSent: true,
    codeProblem: null,
  })

  const { code } = readCode(await t.box.next(goesTo('ana@home.example')))
  const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
  const verified = await ana.browser.post(url(added.body.id, 'verify'), { code: spaced })
  expect(verified.status).toBe(200)
  expect(verified.body).toMatchObject({
    id: added.body.id,
    verified: true,
    verifiedAt: '2026-03-01T09:00:00.000Z',
    codeExpiresAt: null,
  })
  expect((await ana.browser.get(ofUser(ana.id))).body.items).toEqual([verified.body])
})

test('a code works for ten minutes', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const [first, second] = [await t.add(ana, 'a@example.com'), await t.add(ana, 'b@example.com')]

  t.clock.advance({ minutes: 9, seconds: 59 })
  expect((await ana.browser.post(url(first.id, 'verify'), first)).status).toBe(200)
  t.clock.advance({ seconds: 1 })
  const late = await ana.browser.post(url(second.id, 'verify'), second)
  expect([late.status, late.body.code]).toEqual([410, 'code_expired'])
})

test('a code can be tried five times: the right one does not work after five wrong ones', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const { id, code } = await t.add(ana, 'ana@example.com')

  for (let left = 4; left >= 0; left -= 1) {
    const wrong = await ana.browser.post(url(id, 'verify'), { code: otherThan(code) })
    expect([wrong.status, wrong.body.code]).toEqual([400, 'code_invalid'])
    expect(wrong.body.errors).toEqual([{ path: 'code', message: 'is not the code that was sent' }])
    const rest =
      left === 0 ? 'ask for a new one' : left === 1 ? 'tried once more' : `tried ${left} times more`
    expect(wrong.body.detail).toContain(rest)
  }
  expect((await ana.browser.post(url(id, 'verify'), { code })).status).toBe(410)

  const resent = await ana.browser.post(url(id, 'resend'))
  expect([resent.status, resent.body.codeSent, resent.body.verified]).toEqual([200, true, false])
  const newer = readCode(await t.box.next())
  expect((await ana.browser.post(url(id, 'verify'), { code: newer.code })).status).toBe(200)
})

test('of many wrong codes at the same moment no more than five are looked at', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const { id, code } = await t.add(ana, 'ana@example.com')
  const guess = () => ana.browser.post(url(id, 'verify'), { code: otherThan(code) })

  const answers = await raceOnTable(t.db, 'contact_methods', Array<typeof guess>(4).fill(guess))
  answers.push(...(await Promise.all(Array.from({ length: 4 }, guess))))

  expect(answers.map(({ status }) => status).sort()).toEqual([400, 400, 400, 400, 400, 410, 410, 410])
})

test('verifying twice at the same moment, or again, succeeds and is recorded once', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person()
  const { id, code } = await t.add(ana, 'ana@example.com')
  const verify = () => ana.browser.post(url(id, 'verify'), { code })

  const answers = await raceOnTable(t.db, 'contact_methods', [verify, verify])
  answers.push(await verify())

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  const { items } = (await admin.get('/api/v1/audit-log')).body
  const lines = items.filter(({ action }: { action: string }) => action === 'contact_method.verified')
  expect(lines).toHaveLength(1)
  expect((await ana.browser.get(`/api/v1/users/${ana.id}/notification-rules`)).body).toHaveLength(3)
})

test('a new code ends the one before it, and its link', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const { id, code, token } = await t.add(ana, 'ana@example.com')
  await ana.browser.post(url(id, 'resend'))
  const newer = readCode(await t.box.next())

  if (newer.code !== code) expect((await ana.browser.post(url(id, 'verify'), { code })).status).toBe(400)
  expect((await t.nobody.post('/api/v1/contact-methods/confirmation', { token })).status).toBe(410)
  expect((await ana.browser.post(url(id, 'verify'), { code: newer.code })).status).toBe(200)
  expect((await ana.browser.post(url(id, 'resend'))).status).toBe(409)
})

test('the link beside the code confirms by a button that anybody with the mail can press, once', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const { id, code, token } = await t.add(ana, 'ana@example.com')

  const whose = { name: 'Ana Example', channel: 'email', address: 'ana@example.com' }
  const looked = await t.nobody.post('/api/v1/contact-methods/confirmation/lookup', { token })
  expect(looked.body).toMatchObject(whose)
  await t.nobody.get(`/confirm?token=${token}`)
  expect((await ana.browser.get(ofUser(ana.id))).body.items[0].verified).toBe(false)

  const confirmed = await t.nobody.post('/api/v1/contact-methods/confirmation', { token })
  expect([confirmed.status, confirmed.body.channelName]).toEqual([200, expect.any(String)])
  expect((await ana.browser.get(ofUser(ana.id))).body.items[0].verified).toBe(true)

  const again = await t.nobody.post('/api/v1/contact-methods/confirmation', { token })
  expect([again.status, again.body.code]).toEqual([410, 'link_invalid'])
  expect((await ana.browser.post(url(id, 'verify'), { code })).status).toBe(200)
})

test('a link that is changed, of another contact method, too old or of somebody disabled confirms nothing', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person()
  const [one, other] = [await t.add(ana, 'a@example.com'), await t.add(ana, 'b@example.com')]
  const mixed = Buffer.concat([
    Buffer.from(one.token, 'base64url').subarray(0, 16),
    Buffer.from(other.token, 'base64url').subarray(16),
  ]).toString('base64url')
  const confirm = async (token: string) =>
    (await t.nobody.post('/api/v1/contact-methods/confirmation', { token })).status

  expect(await confirm(mixed)).toBe(410)
  expect(await confirm('x')).toBe(410)
  expect(await confirm(`${one.token.slice(0, -4)}AAAA`)).toBe(410)
  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: true })
  expect(await confirm(one.token)).toBe(410)
  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: false })
  t.clock.advance({ minutes: 10 })
  expect(await confirm(one.token)).toBe(410)
})

test('nobody is flooded with codes: five an hour go to one address, whoever asks', async () => {
  const t = await appWithMail()
  const [ana, bo] = [await t.person(), await t.person('viewer', 'Bo')]
  const { id } = await t.add(ana, 'victim@example.com')
  for (let sent = 2; sent <= 4; sent += 1)
    expect((await ana.browser.post(url(id, 'resend'))).status).toBe(200)
  const addressOfBo = { channel: 'email', address: 'VICTIM@example.com' }
  const fifth = await bo.browser.post(ofUser(bo.id), addressOfBo)
  expect(fifth.status).toBe(201)

  const sixth = await bo.browser.post(url(fifth.body.id, 'resend'))
  expect([sixth.status, sixth.body.code]).toEqual([429, 'rate_limited'])
  expect(sixth.headers['retry-after']).toBe('3600')
  expect(t.box.messages).toHaveLength(5)

  t.clock.advance({ hours: 1 })
  expect((await bo.browser.post(url(fifth.body.id, 'resend'))).status).toBe(200)
})

test('a person who goes on adding addresses is told to wait', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  for (let n = 0; n < 12; n += 1) await t.add(ana, `a${n}@example.com`)
  const refused = await ana.browser.post(ofUser(ana.id), { channel: 'email', address: 'b@example.com' })
  expect(refused.status).toBe(429)
  expect((await ana.browser.get(ofUser(ana.id))).body.items).toHaveLength(12)
})

test('when the mail server refuses the code, the answer says why and the address stays unverified', async () => {
  const refusal = Object.assign(new Error('No such user here'), { responseCode: 550 })
  const t = await appWithMail({ onRcptTo: (_to, _session, callback) => callback(refusal) })
  const ana = await t.person()
  const { body, status } = await ana.browser.post(ofUser(ana.id), {
    channel: 'email',
    address: 'a@example.com',
  })
  expect(status).toBe(201)
  expect(body).toMatchObject({ verified: false, codeSent: false })
  expect(body.codeProblem).toContain('No such user here')
})

test('without a mail server an address can be added; its channel says what is missing', async () => {
  const t = await testApp()
  const ana = await t.create.user()
  const browser = await t.as(ana)
  const { body } = await browser.post(ofUser(ana.id), { channel: 'email', address: 'a@example.com' })
  expect(body).toMatchObject({ verified: false, codeSent: false })
  expect(body.problem).toContain('SMTP_URL')
  expect(body.codeProblem).toContain('SMTP_URL')
})

test('what cannot be an address is refused where it was typed', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const wrong = await ana.browser.post(ofUser(ana.id), { channel: 'email', address: 'not an address' })
  expect([wrong.status, wrong.body.code]).toEqual([400, 'invalid_request'])
  expect(wrong.body.errors).toEqual([{ path: 'address', message: expect.any(String) }])
  const pigeon = await ana.browser.post(ofUser(ana.id), { channel: 'pigeon', address: 'a@example.com' })
  expect([pigeon.status, pigeon.body.errors[0].path]).toEqual([400, 'channel'])
})

test('one person has an address once, however it is written; two people may share it', async () => {
  const t = await appWithMail()
  const [ana, bo] = [await t.person(), await t.person()]
  await t.add(ana, 'office@example.com')
  const again = await ana.browser.post(ofUser(ana.id), { channel: 'email', address: 'Office@Example.com' })
  expect([again.status, again.body.code]).toEqual([409, 'conflict'])
  await t.add(bo, 'office@example.com')
  expect(t.box.messages).toHaveLength(2)
})

test('of two requests that add the same address at once, one is refused', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const add = () => ana.browser.post(ofUser(ana.id), { channel: 'email', address: 'a@example.com' })
  const answers = await raceOnTable(t.db, 'contact_methods', [add, add])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
})

test('naming a contact method changes nothing else; its address cannot be changed', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const id = await t.addVerified(ana, 'ana@example.com')

  const named = await ana.browser.patch(`/api/v1/contact-methods/${id}`, { label: 'Work' })
  expect(named.body).toMatchObject({ label: 'Work', verified: true, address: 'ana@example.com' })
  const moved = await ana.browser.patch(`/api/v1/contact-methods/${id}`, {
    label: 'W',
    address: 'b@example.com',
  })
  expect(moved.status).toBe(400)
  const unnamed = await ana.browser.patch(`/api/v1/contact-methods/${id}`, { label: '' })
  expect(unnamed.body).toMatchObject({ label: null, verified: true })
})

test('a contact method that is deleted takes its rules along', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const id = await t.addVerified(ana, 'ana@example.com')
  expect((await ana.browser.delete(`/api/v1/contact-methods/${id}`)).status).toBe(204)
  expect((await ana.browser.get(ofUser(ana.id))).body.items).toEqual([])
  expect((await ana.browser.get(`/api/v1/users/${ana.id}/notification-rules`)).body).toEqual([])
  expect((await ana.browser.delete(`/api/v1/contact-methods/${id}`)).status).toBe(404)
})

test("people manage their own, administrators everybody's, and nobody else anybody's", async () => {
  const t = await appWithMail()
  const ana = await t.person('viewer')
  const { id, code } = await t.add(ana, 'ana@example.com')
  const others = {
    viewer: [await t.asRole('viewer'), 403],
    responder: [await t.asRole('responder'), 403],
    reading: [t.withKey(await t.create.apiKey('read')), 403],
    writing: [t.withKey(await t.create.apiKey('write')), 403],
    nobody: [t.nobody, 401],
  } as const
  for (const [who, [client, refused]] of Object.entries(others)) {
    const answers = [
      await client.post(ofUser(ana.id), { channel: 'email', address: 'x@example.com' }),
      await client.post(url(id, 'verify'), { code }),
      await client.post(url(id, 'resend')),
      await client.post(url(id, 'test')),
      await client.patch(`/api/v1/contact-methods/${id}`, { label: 'x' }),
      await client.delete(`/api/v1/contact-methods/${id}`),
      await client.put(`/api/v1/users/${ana.id}/notification-rules`, []),
    ]
    expect(
      answers.map(({ status }) => status),
      who,
    ).toEqual(answers.map(() => refused))
  }

  const key = t.withKey(await t.create.apiKey('admin'))
  const { id: second, code: codeOfSecond } = await t.add(ana, 'second@example.com', key)
  expect((await key.post(url(second, 'verify'), { code: codeOfSecond })).status).toBe(200)
  expect((await (await t.asRole('admin')).delete(`/api/v1/contact-methods/${second}`)).status).toBe(204)
})

test('the address of somebody else is masked, but for administrators', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  await t.add(ana, 'ana.secret@example.com')
  const addressFor = async (client: typeof t.nobody) => {
    const list = (await client.get(ofUser(ana.id))).body.items[0].address
    const detail = (await client.get(`/api/v1/users/${ana.id}`)).body.contactMethods[0].address
    expect(detail).toBe(list)
    return list
  }
  expect(await addressFor(ana.browser)).toBe('ana.secret@example.com')
  expect(await addressFor(await t.asRole('admin'))).toBe('ana.secret@example.com')
  expect(await addressFor(await t.asRole('responder'))).toBe('a…@example.com')
  expect(await addressFor(t.withKey(await t.create.apiKey('read')))).toBe('a…@example.com')
})

test('an address that is a credential is sealed, shown in part to everybody, and still found again', async () => {
  const receiver = await provider()
  const t = await testApp({ environment: { OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1' } })
  const ana = await t.create.user()
  const browser = await t.as(ana)
  const address = `${receiver.url}/services/a-credential-of-ana`

  const added = await browser.post(ofUser(ana.id), { channel: 'webhook', address })
  expect(added.body).toMatchObject({ codeSent: true, verified: false })
  expect((await browser.post(ofUser(ana.id), { channel: 'webhook', address })).status).toBe(409)
  const { code } = JSON.parse(receiver.received[0]?.body ?? '{}').data
  expect((await browser.post(url(added.body.id, 'verify'), { code })).status).toBe(200)

  const admin = await t.asRole('admin')
  const texts = [
    (await browser.get(ofUser(ana.id))).text,
    (await admin.get(`/api/v1/users/${ana.id}`)).text,
    (await admin.get('/api/v1/audit-log')).text,
    JSON.stringify(await t.db.selectFrom('contact_methods').selectAll().execute()),
    ...t.logged,
  ]
  expect(texts.join('\n')).not.toContain('a-credential-of-ana')
})

test('nothing is sent for somebody who is disabled', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person()
  const { id } = await t.add(ana, 'ana@example.com')
  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: true })
  for (const answer of [
    await admin.post(ofUser(ana.id), { channel: 'email', address: 'other@example.com' }),
    await admin.post(url(id, 'resend')),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([409, 'conflict'])
  }
  expect(t.box.messages).toHaveLength(1)
})

test('neither code nor link is in the log, the audit log or readable in the database', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person()
  const { code, token } = await t.add(ana, 'ana@example.com')
  const rows = await t.db.selectFrom('contact_methods').selectAll().execute()
  const all = [JSON.stringify(rows), (await admin.get('/api/v1/audit-log')).text, ...t.logged].join('\n')
  expect(all).toContain('contact_method.code_sent')
  for (const secret of [code, token]) expect(all).not.toContain(secret)
})
