import { createHmac } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadFixture } from '../integrations/fixtures.ts'
import { testApp } from '../testing/test-app.ts'

const SECRET = 'client-secret-of-sentry'
const ALERT = JSON.stringify({ action: 'created', issue: { id: '1', title: 'Broken' } })
/** As Sentry writes it: every other character than ASCII escaped, floats with their zero. */
const AS_SENTRY_WRITES = String.raw`{"action": "created", "issue": {"id": "2", "title": "Zahlung \u00fcberf\u00e4llig \ud83d\udca5", "sum": 500.0, "tiny": 1e-7}}`

const hmac = (body: string | Buffer, secret: string) =>
  createHmac('sha256', secret).update(body).digest('hex')
const signedBy = (body: string | Buffer, secret: string, header = 'sentry-hook-signature') => ({
  headers: { [header]: hmac(body, secret) },
})

test('the signature is checked over the bytes that arrived, not over the same values written anew', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  expect(await t.deliver(sentry, AS_SENTRY_WRITES, signedBy(AS_SENTRY_WRITES, SECRET))).toMatchObject({
    status: 202,
    body: { result: { action: 'triggered', incident: { title: 'Zahlung überfällig 💥' } } },
  })
  const rewritten = JSON.stringify(JSON.parse(AS_SENTRY_WRITES))
  expect(await t.deliver(sentry, rewritten, signedBy(AS_SENTRY_WRITES, SECRET))).toMatchObject({
    status: 401,
    body: { code: 'signature_invalid' },
  })
})

test('a delivery with the signature that Sentry made opens its incident', async () => {
  const t = await testApp()
  const { delivery, secret } = loadFixture('sentry', 'event-alert-bytes-signed')
  const sentry = await t.create.integration({}, { secret: secret! })
  const headers = delivery.headers as Record<string, string>
  expect(await t.deliver(sentry, delivery.rawBody, { headers })).toMatchObject({
    status: 202,
    body: { result: { action: 'triggered' } },
  })
})

const GOOD_WAYS = [
  ['in the header of UI components', { 'sentry-app-signature': hmac(ALERT, SECRET) }],
  ['in upper case', { 'sentry-hook-signature': hmac(ALERT, SECRET).toUpperCase() }],
  ['with blanks around it', { 'sentry-hook-signature': `  ${hmac(ALERT, SECRET)} ` }],
  [
    'beside a wrong one in the other header',
    { 'sentry-hook-signature': 'f'.repeat(64), 'sentry-app-signature': hmac(ALERT, SECRET) },
  ],
] as const

test('a good signature is good in any of its headers, in upper case, with blanks around it', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  for (const [how, headers] of GOOD_WAYS) {
    expect((await t.deliver(sentry, ALERT, { headers })).status, how).toBe(202)
  }
})

test('what is not the hex HMAC-SHA256 of the body under the secret is wrong, and blank is missing', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const good = hmac(ALERT, SECRET)
  const wrong = [
    hmac(`${ALERT} `, SECRET),
    hmac(ALERT, `${SECRET} `),
    `sha256=${good}`,
    `${good}00`,
    good.slice(2),
    `${good},${good}`,
    createHmac('sha256', SECRET).update(ALERT).digest('base64'),
    createHmac('sha1', SECRET).update(ALERT).digest('hex'),
    'x',
    'é'.repeat(64),
  ]
  for (const signature of wrong) {
    const answer = await t.deliver(sentry, ALERT, { headers: { 'sentry-hook-signature': signature } })
    expect([signature, answer.status, answer.body.code]).toEqual([signature, 401, 'signature_invalid'])
  }
  const blank = await t.deliver(sentry, ALERT, { headers: { 'sentry-hook-signature': '  ' } })
  expect([blank.status, blank.body.code]).toEqual([401, 'signature_missing'])
  expect(await t.db.selectFrom('incidents').select('id').execute()).toEqual([])
})

test('a gzip body may be signed before or after it was packed', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const packed = gzipSync(ALERT)
  const packedAs = (signed: string | Buffer) => ({
    headers: { 'content-encoding': 'gzip', 'sentry-hook-signature': hmac(signed, SECRET) },
  })
  expect(await t.deliver(sentry, packed, packedAs(ALERT))).toMatchObject({ status: 202 })
  expect(await t.deliver(sentry, packed, packedAs(packed))).toMatchObject({ status: 202 })
  expect(await t.deliver(sentry, packed, packedAs('other'))).toMatchObject({ status: 401 })
})

test('white space around a pasted secret does not count', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration()
  await admin.put(`/api/v1/integrations/${sentry.ref}/signing-secret`, { secret: `\n  ${SECRET}\t\n` })
  expect(await t.deliver(sentry, ALERT, { secret: SECRET })).toMatchObject({ status: 202 })
})

test('during a rotation both secrets are good; each can be removed, and holds no longer for the next request', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration({}, { secret: 'the-old-secret' })
  const url = `/api/v1/integrations/${sentry.ref}/signing-secret`
  const statuses = async () => [
    (await t.deliver(sentry, ALERT, { secret: 'the-old-secret' })).status,
    (await t.deliver(sentry, ALERT, { secret: 'the-new-secret' })).status,
    (await t.deliver(sentry, ALERT)).status,
  ]
  expect(await statuses()).toEqual([202, 401, 401])
  await admin.put(url, { secret: 'the-new-secret', keepPrevious: true })
  expect(await statuses()).toEqual([202, 202, 401])
  await admin.delete(`${url}/previous`)
  expect(await statuses()).toEqual([401, 202, 401])
  await admin.put(url, { secret: 'the-old-secret' })
  expect(await statuses()).toEqual([202, 401, 401])
  await admin.delete(url)
  expect(await statuses()).toEqual([202, 202, 202])
})

test('a generated secret is good as it is shown', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration()
  const { body } = await admin.put(`/api/v1/integrations/${sentry.ref}/signing-secret`, {})
  expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 401 })
  expect(await t.deliver(sentry, ALERT, { secret: body.signingSecret })).toMatchObject({ status: 202 })
})

test('another server goes on with the old secret for a second at most', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration()
  expect(await other.deliver(sentry, ALERT)).toMatchObject({ status: 202 })

  await admin.put(`/api/v1/integrations/${sentry.ref}/signing-secret`, { secret: SECRET })
  expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 401 })
  t.clock.advance({ seconds: 1 })
  expect(await other.deliver(sentry, ALERT)).toMatchObject({ status: 401 })

  await admin.patch(`/api/v1/integrations/${sentry.ref}`, { enabled: false })
  expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 403 })
  t.clock.advance({ seconds: 1 })
  expect(await other.deliver(sentry, ALERT)).toMatchObject({ status: 403 })

  await admin.post(`/api/v1/integrations/${sentry.ref}/rotate-id`)
  expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 404 })
  t.clock.advance({ seconds: 1 })
  expect(await other.deliver(sentry, ALERT)).toMatchObject({ status: 404 })
})

test('the WebHooks plugin against a secret is told in the 401 and in the log why, and what to do', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const { delivery } = loadFixture('sentry', 'plugin-with-rules')
  const { status, body } = await t.deliver(sentry, delivery.rawBody)
  expect([status, body.code]).toEqual([401, 'signature_missing'])
  expect(body.detail).toContain('The WebHooks plugin never signs')
  expect(body.detail).toContain('remove the signing secret')
  const [row] = await t.db.selectFrom('deliveries').select('reason').execute()
  expect(row?.reason).toBe(body.detail)
})

test('an unauthenticated flood gets its 401s, fills no disk, and is counted; a genuine delivery gets through', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const flood = (count: number) =>
    Promise.all(
      Array.from({ length: count }, (_, index) =>
        t.deliver(sentry, ALERT, index % 2 ? { secret: 'a wrong secret' } : {}),
      ),
    )
  const answers = [...(await flood(150)), ...(await flood(50))]
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]))
  const ids = answers.flatMap(({ headers }) => headers['opsknight-delivery-id'] ?? [])
  const recorded = await t.db.selectFrom('deliveries').select('id').execute()
  expect(recorded).toHaveLength(60)
  expect(new Set(recorded.map(({ id }) => id))).toEqual(new Set(ids))
  expect(await t.deliver(sentry, ALERT, { secret: SECRET })).toMatchObject({ status: 202 })

  const minutes = await t.db
    .selectFrom('integration_minutes')
    .select(['rejected', 'accepted', 'stored_bodies'])
    .execute()
  expect(minutes).toEqual([{ rejected: 200, accepted: 1, stored_bodies: 1 }])

  t.clock.advance({ minutes: 1 })
  await flood(1)
  expect(await t.db.selectFrom('deliveries').select('id').execute()).toHaveLength(62)
})
