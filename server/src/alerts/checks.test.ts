import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Answer, type TestApp, testApp } from '../testing/test-app.ts'
import { openWire } from '../testing/wire.ts'
import { BODY_MAX_BYTES } from './body.ts'

const SECRET = 'client-secret-of-sentry'
const ALERT = JSON.stringify({ action: 'created', issue: { id: '1', title: 'Broken' } })
const TOO_LARGE = Buffer.alloc(BODY_MAX_BYTES + 1, ' ')

const problem = (status: number, code: string) => ({
  status,
  headers: { 'content-type': 'application/problem+json; charset=utf-8' },
  body: { status, code, type: `urn:opsknight:problem:${code}`, requestId: expect.any(String) },
})

/** What the delivery log has, newest first, as a responder reads it. */
async function logOf(t: TestApp, { ref }: { ref: string }) {
  const responder = await t.asRole('responder')
  const { body } = await responder.get(`/api/v1/integrations/${ref}/deliveries?limit=200`)
  return Promise.all(
    (body.items as { id: string }[]).map(
      async ({ id }) => (await responder.get(`/api/v1/deliveries/${id}`)).body,
    ),
  )
}

const post = async (t: TestApp, url: string, payload: string | Buffer = ALERT): Promise<Answer> => {
  const response = await t.app.inject({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json' },
    payload,
  })
  return {
    status: response.statusCode,
    headers: response.headers,
    text: response.body,
    body: response.json(),
  }
}

test('an address without an Integration ID is a 400, whatever the tool and the body', async () => {
  const t = await testApp()
  for (const url of [
    '/api/integrations/sentry',
    '/api/integrations/sentry?integrationId=',
    '/api/integrations/sentry?integrationid=lower-case',
    '/api/integrations/unknown-tool',
  ]) {
    expect(await post(t, url, TOO_LARGE), url).toMatchObject(problem(400, 'integration_id_missing'))
  }
})

test('one Integration ID given twice is no address', async () => {
  const t = await testApp()
  const { id } = await t.create.integration()
  const answer = await post(t, `/api/integrations/sentry?integrationId=${id}&integrationId=${id}`)
  expect(answer).toMatchObject(problem(400, 'integration_id_missing'))
})

test('an ID that never was, one of another tool, a rotated, a deleted and a malformed one get the same 404', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const [events, rotated, deleted, ofDeleted] = [
    await t.create.integration({}, { type: 'events' }),
    await t.create.integration(),
    await t.create.integration(),
    await t.create.integration(),
  ]
  await admin.post(`/api/v1/integrations/${rotated.ref}/rotate-id`)
  await admin.delete(`/api/v1/integrations/${deleted.ref}`)
  await admin.delete(`/api/v1/services/${ofDeleted.serviceId}`)

  const queries = [
    randomBytes(32).toString('base64url'),
    events.id,
    rotated.id,
    deleted.id,
    ofDeleted.id,
    deleted.ref,
    'short',
    'x'.repeat(10_000),
    '%00',
    '%ff%fe',
    "'%20or%201=1--%20a%20long%20enough%20text",
    '__proto__',
  ].map((id) => `/api/integrations/sentry?integrationId=${id}`)
  const answers = [
    ...(await Promise.all(queries.map((url) => post(t, url)))),
    await post(t, `/api/integrations/unknown-tool?integrationId=${rotated.id}`),
    await post(t, `/api/integrations/__proto__?integrationId=${events.id}`),
  ]
  for (const answer of answers) expect(answer).toMatchObject(problem(404, 'integration_not_found'))
  expect(new Set(answers.map(({ body }) => body.detail)).size).toBe(1)
  expect(await t.db.selectFrom('deliveries').select('id').execute()).toEqual([])
})

test('of several reasons to refuse the first one in the documented order is answered, and each is in the log', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration({}, { secret: SECRET })
  const everything = { headers: { 'content-type': 'text/plain' } }
  await admin.patch(`/api/v1/integrations/${sentry.ref}`, { enabled: false })
  expect(await t.deliver(sentry, TOO_LARGE, everything)).toMatchObject(problem(403, 'integration_disabled'))

  await admin.patch(`/api/v1/integrations/${sentry.ref}`, { enabled: true })
  const steps = [
    [TOO_LARGE, everything, problem(413, 'body_too_large')],
    ['no json', everything, problem(415, 'unsupported_media_type')],
    ['no json', {}, problem(401, 'signature_missing')],
    ['no json', { secret: 'another secret' }, problem(401, 'signature_invalid')],
    ['no json', { secret: SECRET }, problem(400, 'invalid_json')],
    ['{"unknown":"shape"}', { secret: SECRET }, problem(400, 'invalid_payload')],
  ] as const
  for (const [body, options, expected] of steps) {
    expect(await t.deliver(sentry, body, options)).toMatchObject(expected)
  }
  expect(await t.deliver(sentry, ALERT, { secret: SECRET })).toMatchObject({ status: 202 })

  const log = (await logOf(t, sentry)).toReversed()
  expect(log.map(({ httpStatus, code }) => [httpStatus, code])).toEqual([
    [403, 'integration_disabled'],
    [413, 'body_too_large'],
    [415, 'unsupported_media_type'],
    [401, 'signature_missing'],
    [401, 'signature_invalid'],
    [400, 'invalid_json'],
    [400, 'invalid_payload'],
    [202, null],
  ])
  for (const { outcome, reason } of log.slice(0, -1)) {
    expect(outcome).toBe('rejected')
    expect(reason).toMatch(/\w{5}/)
  }
})

test('a body that cannot be unpacked is a 401 as long as nobody vouches for it, then a 400', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const gzip = { 'content-encoding': 'gzip' }
  expect(await t.deliver(sentry, 'not gzip', { headers: gzip })).toMatchObject(
    problem(401, 'signature_missing'),
  )
  expect(await t.deliver(sentry, 'not gzip', { headers: gzip, secret: SECRET })).toMatchObject(
    problem(400, 'invalid_json'),
  )
})

test('the answer names its delivery; a refused one keeps its first 4 KiB and says how long it was', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const long = `{"start":"${'x'.repeat(20_000)}"}`
  const refused = await t.deliver(sentry, long)
  const short = await t.deliver(sentry, '{"short":1}')
  const [ofShort, ofLong] = await logOf(t, sentry)
  expect(refused.headers['opsknight-delivery-id']).toBe(ofLong.id)
  expect(short.headers['opsknight-delivery-id']).toBe(ofShort.id)
  expect(ofLong).toMatchObject({ bodyBytes: long.length, bodyTruncated: true, body: long.slice(0, 4096) })
  expect(ofShort).toMatchObject({ bodyBytes: 11, bodyTruncated: false, body: '{"short":1}' })
})

test('the log keeps headers but no credentials: not the signature, not the address, nothing that a proxy adds', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const secrets = {
    authorization: 'Bearer secret-1',
    cookie: 'session=secret-2',
    'proxy-authorization': 'Basic secret-3',
    'x-api-key': 'secret-4',
    'x-auth-token': 'secret-5',
    'cf-access-jwt-assertion': 'secret-6',
    'sentry-app-signature': 'secret-7',
    'x-amz-security-token': 'secret-8',
  }
  const headers = {
    ...secrets,
    'x-original-uri': `/api/integrations/sentry?integrationId=${sentry.id}`,
    'user-agent': 'sentry.io webhooks',
    'idempotency-key': 'kept',
  }
  await t.deliver(sentry, ALERT, { headers, secret: SECRET })
  await t.deliver(sentry, ALERT, { headers })
  const log = await logOf(t, sentry)
  expect(log.map(({ httpStatus }) => httpStatus)).toEqual([401, 202])
  for (const { headers: kept } of log) {
    expect(kept).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'sentry.io webhooks',
      'idempotency-key': 'kept',
      'sentry-app-signature': '[present]',
      'x-original-uri': '/api/integrations/sentry?integrationId=[integration id]',
    })
    expect(JSON.stringify(kept)).not.toMatch(/secret-\d/)
    expect(JSON.stringify(kept)).not.toContain(sentry.id)
  }
  expect(log[1].headers['sentry-hook-signature']).toBe('[present]')
  expect(t.logged.join('')).not.toMatch(new RegExp(`${SECRET}|secret-\\d|${sentry.id}`))
})

test('the grant code of an installation is in no log, refused or accepted, whole or cut off in its middle', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  const code = 'grant-code-of-the-organization'
  const bodyWith = (fill: number) =>
    JSON.stringify({
      action: 'created',
      fill: 'x'.repeat(fill),
      data: { installation: { status: 'pending', code, uuid: 'u' } },
    })
  // The last of these are cut off at every place of the code.
  const cutAt = (inside: number) => 4096 - bodyWith(0).indexOf(code) - inside
  const fills = [0, 100, ...Array.from({ length: code.length + 12 }, (_, index) => cutAt(index - 6))]
  await Promise.all(fills.map((fill) => t.deliver(sentry, bodyWith(fill))))
  const headers = { 'sentry-hook-resource': 'installation' }
  const accepted = await t.deliver(sentry, bodyWith(10), { headers, secret: SECRET })
  expect(accepted.body.result.action).toBe('ignored')
  const stored = await t.db.selectFrom('deliveries').select(['body', 'http_status']).execute()
  expect(stored).toHaveLength(fills.length + 1)
  for (const { body } of stored) {
    expect(body?.length).toBeLessThanOrEqual(4096)
    expect(body?.toString()).not.toContain(code.slice(0, 3))
  }
  expect(stored.filter(({ body }) => body?.toString().includes('"[redacted]"')).length).toBeGreaterThan(20)
})

test('5 MiB are taken, one byte more is not', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const frame = JSON.stringify({ action: 'created', issue: { id: '5', title: 'Large' }, fill: '' })
  const fitting = Buffer.from(frame.replace('""', `"${'x'.repeat(BODY_MAX_BYTES - frame.length)}"`))
  expect(fitting.length).toBe(BODY_MAX_BYTES)
  expect(await t.deliver(sentry, fitting)).toMatchObject({ status: 202 })
  expect(await t.deliver(sentry, Buffer.concat([fitting, Buffer.from(' ')]))).toMatchObject(
    problem(413, 'body_too_large'),
  )
  const sizes = await t.db.selectFrom('deliveries').select(['body_bytes', 'body_truncated', 'body']).execute()
  expect(
    sizes.map(({ body_bytes, body_truncated, body }) => [body_bytes, body_truncated, body?.length]),
  ).toEqual([
    [BODY_MAX_BYTES, false, BODY_MAX_BYTES],
    [BODY_MAX_BYTES + 1, true, 4096],
  ])
})

const head = (id: string, ...lines: string[]) =>
  `${[`POST /api/integrations/sentry?integrationId=${id} HTTP/1.1`, 'Host: opsknight.test', ...lines].join('\r\n')}\r\n\r\n`
const whole = (id: string) =>
  `${head(id, 'Content-Type: application/json', `Content-Length: ${ALERT.length}`)}${ALERT}`

test('a body announced as too large is refused before it is sent, and the connection goes on', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const wire = await openWire(await t.listen())
  await wire.send(head(sentry.id, `Content-Length: ${TOO_LARGE.length}`))
  const answer = await wire.answer()
  expect([answer.status, JSON.parse(answer.text).code]).toEqual([413, 'body_too_large'])
  await wire.send(TOO_LARGE, whole(sentry.id))
  expect(await wire.answer()).toMatchObject({ status: 202 })
  const [, refused] = await logOf(t, sentry)
  expect(refused).toMatchObject({ code: 'body_too_large', bodyBytes: TOO_LARGE.length, bodyTruncated: true })
})

test('a number of bytes beyond all numbers is announced in vain', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const wire = await openWire(await t.listen())
  await wire.send(head(sentry.id, 'Content-Length: 9007199254740991'), '{"beginning": 1')
  expect(await wire.answer()).toMatchObject({ status: 413 })
  const [refused] = await logOf(t, sentry)
  expect(refused).toMatchObject({ body: '{"beginning": 1', bodyTruncated: true })
})

test('a body that turns out too large on the way is refused while it is still being sent', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const wire = await openWire(await t.listen())
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  const chunks = (count: number) =>
    Array.from({ length: count }).flatMap(() => [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n'])
  await wire.send(head(sentry.id, 'Transfer-Encoding: chunked', 'Content-Type: application/json'))
  await wire.send(...chunks(6))
  expect(await wire.answer()).toMatchObject({ status: 413 })
  await wire.send(...chunks(6), '0\r\n\r\n', whole(sentry.id))
  expect(await wire.answer()).toMatchObject({ status: 202 })
  const [, refused] = await logOf(t, sentry)
  expect(refused.body).toBe(' '.repeat(4096))
})

test('a sender that breaks off in the middle leaves nothing behind, not even an error in the log', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const port = await t.listen()
  for (let round = 0; round < 5; round += 1) {
    const wire = await openWire(port)
    await wire.send(head(sentry.id, 'Content-Length: 1000'), ALERT)
    wire.reset()
  }
  const wire = await openWire(port)
  await wire.send(whole(sentry.id))
  expect(await wire.answer()).toMatchObject({ status: 202 })
  expect(await logOf(t, sentry)).toHaveLength(1)
  expect(t.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
})

test('the address is in no answer of the front door and in no line of the log', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration({}, { secret: SECRET })
  const answers = [
    await t.deliver(sentry, ALERT),
    await t.deliver(sentry, ALERT, { secret: SECRET }),
    await t.deliver(sentry, 'x', { secret: SECRET }),
    await t.deliver({ ...sentry, type: 'events' }, ALERT),
    await t.nobody.get(`/api/integrations/sentry?integrationId=${sentry.id}`),
    await t.nobody.get(`/api/integrations/sentry/more?integrationId=${sentry.id}`),
  ]
  await admin.patch(`/api/v1/integrations/${sentry.ref}`, { enabled: false })
  answers.push(await t.deliver(sentry, ALERT))
  expect(answers.map(({ status }) => status)).toEqual([401, 202, 400, 404, 405, 404, 403])
  for (const { text } of answers) expect(text).not.toMatch(new RegExp(`${sentry.id}|${SECRET}`))
  expect(t.logged.join('')).not.toMatch(new RegExp(`${sentry.id}|${SECRET}`))
})

test('another method than POST is a 405 that names the right one, before any body is read', async () => {
  const t = await testApp()
  const { id } = await t.create.integration()
  for (const url of [`/api/integrations/sentry?integrationId=${id}`, '/api/events']) {
    for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
      const response = await t.app.inject({ method, url })
      expect([method, response.statusCode, response.headers.allow]).toEqual([method, 405, 'POST'])
      if (method !== 'HEAD') expect(response.json().code).toBe('method_not_allowed')
    }
  }
  const wire = await openWire(await t.listen())
  await wire.send(
    `PUT /api/integrations/sentry?integrationId=${id} HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n`,
  )
  expect(await wire.answer()).toMatchObject({ status: 405, headers: { allow: 'POST' } })
  await wire.send('123456789', whole(id))
  expect(await wire.answer()).toMatchObject({ status: 202 })
})
