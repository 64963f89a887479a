import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

const BODY = JSON.stringify({
  action: 'created',
  issue: { id: '1', title: 'Broken', level: 'error', status: 'unresolved' },
  project: { name: 'Shop' },
})

const setUp = async (type = 'sentry') => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { body: service } = await admin.post('/api/v1/services', { name: 'Checkout' })
  const { body: integration } = await admin.post(`/api/v1/services/${service.id}/integrations`, { type })
  const url = `/api/v1/integrations/${integration.ref}`
  /** The status and code that a delivery gets, signed with this secret or not at all. */
  const deliver = async (secret?: string) => {
    const signature = secret && createHmac('sha256', secret).update(BODY).digest('hex')
    const { statusCode, body } = await t.app.inject({
      method: 'POST',
      url: `/api/integrations/sentry?integrationId=${integration.id}`,
      headers: {
        'content-type': 'application/json',
        ...(signature ? { 'sentry-hook-signature': signature } : {}),
      },
      payload: BODY,
    })
    return JSON.parse(body).code ?? statusCode
  }
  return { ...t, admin, integration, url, deliver }
}

test('a pasted secret is trimmed, and from the next delivery on only its signature is accepted', async () => {
  const { admin, url, deliver } = await setUp()
  expect(await deliver()).toBe(202)

  const answer = await admin.put(`${url}/signing-secret`, { secret: '  client-secret-of-sentry\n' })
  expect(answer).toMatchObject({ status: 200, body: { signingSecret: 'client-secret-of-sentry' } })
  expect(await deliver()).toBe('signature_missing')
  expect(await deliver('another-secret')).toBe('signature_invalid')
  expect(await deliver('client-secret-of-sentry')).toBe(202)
  expect((await admin.get(url)).body).toMatchObject({
    hasSigningSecret: true,
    hasPreviousSigningSecret: false,
  })
})

test.each([{}, undefined])('without a secret in the body (%o) one is generated', async (body) => {
  const { admin, url, deliver } = await setUp()
  const { body: made } = await admin.put(`${url}/signing-secret`, body)
  expect(made.signingSecret).toMatch(/^[\w-]{43}$/)
  expect(await deliver(made.signingSecret)).toBe(202)
})

test('during a rotation the previous secret stays valid until it is removed', async () => {
  const { admin, url, deliver } = await setUp()
  await admin.put(`${url}/signing-secret`, { secret: 'the-first-one' })
  await admin.put(`${url}/signing-secret`, { secret: 'the-second-one', keepPrevious: true })
  expect([await deliver('the-first-one'), await deliver('the-second-one')]).toEqual([202, 202])
  expect((await admin.get(url)).body).toMatchObject({
    hasSigningSecret: true,
    hasPreviousSigningSecret: true,
  })

  // Saving the same again must not push the first one out.
  await admin.put(`${url}/signing-secret`, { secret: 'the-second-one', keepPrevious: true })
  expect(await deliver('the-first-one')).toBe(202)

  expect((await admin.delete(`${url}/signing-secret/previous`)).status).toBe(204)
  expect([await deliver('the-first-one'), await deliver('the-second-one')]).toEqual([
    'signature_invalid',
    202,
  ])
  expect((await admin.delete(`${url}/signing-secret/previous`)).status).toBe(204)
})

test('a new secret replaces what was there', async () => {
  const { admin, url, deliver } = await setUp()
  await admin.put(`${url}/signing-secret`, { secret: 'the-first-one' })
  await admin.put(`${url}/signing-secret`, { secret: 'the-second-one', keepPrevious: true })
  await admin.put(`${url}/signing-secret`, { secret: 'the-third-one' })
  expect([
    await deliver('the-first-one'),
    await deliver('the-second-one'),
    await deliver('the-third-one'),
  ]).toEqual(['signature_invalid', 'signature_invalid', 202])
})

test('without secrets deliveries need no signature', async () => {
  const { admin, url, deliver } = await setUp()
  await admin.put(`${url}/signing-secret`, { secret: 'the-first-one' })
  await admin.put(`${url}/signing-secret`, { secret: 'the-second-one', keepPrevious: true })
  expect((await admin.delete(`${url}/signing-secret`)).status).toBe(204)
  expect(await deliver()).toBe(202)
  expect((await admin.get(url)).body).toMatchObject({
    hasSigningSecret: false,
    hasPreviousSigningSecret: false,
  })
  expect((await admin.delete(`${url}/signing-secret`)).status).toBe(204)
})

test('the Events API takes no signing secret', async () => {
  const { admin, url } = await setUp('events')
  const answer = await admin.put(`${url}/signing-secret`, {})
  expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect((await admin.get(url)).body.hasSigningSecret).toBe(false)
})

test.each([
  { about: 'of five characters', secret: 'short' },
  { about: 'that is short without its spaces', secret: '  padded  ' },
  { about: 'of 513 characters', secret: 'x'.repeat(513) },
])('a secret $about is not accepted', async ({ secret }) => {
  const { admin, url } = await setUp()
  expect(await admin.put(`${url}/signing-secret`, { secret })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ path: 'secret' }] },
  })
})

test('a secret is sealed in the database, and shows up in no answer, audit entry or log line', async () => {
  const { admin, url, db, logged } = await setUp()
  await admin.put(`${url}/signing-secret`, { secret: 'client-secret-of-sentry' })
  const row = await db.selectFrom('integrations').selectAll().executeTakeFirstOrThrow()
  expect(row.signing_secret?.includes('client-secret')).toBe(false)
  const shown = [await admin.get(url), await admin.get(`${url}/health`), await admin.get('/api/v1/audit-log')]
  expect(`${shown.map(({ text }) => text)}${logged}`).not.toContain('client-secret')
  expect(shown[2]?.body.items[0]).toMatchObject({
    action: 'integration.signing_secret_set',
    data: { generated: false, previousKept: false },
  })
})

test('a secret of another OPSKNIGHT_SECRET_KEY refuses deliveries, says why, and can be set anew', async () => {
  const { admin, url, db, deliver } = await setUp()
  await admin.put(`${url}/signing-secret`, { secret: 'the-first-one' })
  await db
    .updateTable('integrations')
    .set({ signing_secret: Buffer.from([1, 2, 3]) })
    .execute()
  // The directory of this process hears of no change that goes around it.
  await admin.patch(url, { name: 'Renamed' })

  expect(await deliver('the-first-one')).toBe('unavailable')
  const { body: health } = await admin.get(`${url}/health`)
  expect(health.diagnoses).toMatchObject([{ code: 'unreadable', level: 'problem' }, {}])

  await admin.put(`${url}/signing-secret`, { secret: 'the-second-one', keepPrevious: true })
  expect(await deliver('the-second-one')).toBe(202)
})
