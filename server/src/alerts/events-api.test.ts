import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Answer, type TestApp, testApp } from '../testing/test-app.ts'
import { openWire } from '../testing/wire.ts'

const payload = { summary: 'Disk is full', source: 'db-1', severity: 'critical' }
const trigger = (more: object = {}) => ({ event_action: 'trigger', payload, ...more })

/** Speaks with the key of an Events API integration. */
async function withIntegration(t: TestApp, settings: Record<string, unknown> = {}) {
  const integration = await t.create.integration(settings, { type: 'events' })
  const client = t.client({ authorization: `Token token=${integration.id}` })
  return { ...integration, send: (body: unknown) => client.post('/api/events', body) }
}

test('a trigger opens an incident with what its payload says', async () => {
  const t = await testApp()
  const { send } = await withIntegration(t)
  const details = { free: '0 B', mounts: ['/', '/var'] }
  const link = 'https://grafana.example/d/1?a=b'
  const answer = await send(
    trigger({ dedup_key: 'disk', payload: { ...payload, custom_details: details, link } }),
  )
  expect(answer).toMatchObject({
    status: 202,
    body: {
      status: 'success',
      dedup_key: 'disk',
      result: {
        action: 'triggered',
        incident: { number: 1, title: 'Disk is full', severity: 'critical', urgency: 'high', status: 'open' },
      },
    },
  })
  const reader = await t.asRole('viewer')
  expect((await reader.get('/api/v1/incidents/1')).body).toMatchObject({
    dedupKey: 'disk',
    source: 'db-1',
    link,
    details,
  })
})

test('an API key with the scope events names the service itself, and acts under its own name', async () => {
  const t = await testApp()
  const { id: serviceId } = await t.create.service()
  const { post, get } = t.withKey(await t.create.apiKey('events'))
  const answer = await post('/api/events', trigger({ service_id: serviceId, dedup_key: 'disk' }))
  expect(answer).toMatchObject({
    status: 202,
    body: { dedup_key: 'disk', result: { action: 'triggered', incident: { number: 1 } } },
  })
  expect(answer.headers).not.toHaveProperty('opsknight-delivery-id')
  const entry = await t.db.selectFrom('timeline_entries').select('actor').executeTakeFirstOrThrow()
  expect(entry.actor).toMatchObject({ kind: 'api-key', name: 'test' })
  expect(await t.db.selectFrom('escalations').select('incident_id').execute()).toHaveLength(1)
  expect(await get('/api/v1/incidents')).toMatchObject({ status: 403 })
})

test('a key of administrators may send events, other scopes may not', async () => {
  const t = await testApp()
  const { id } = await t.create.service()
  const statuses = []
  for (const scope of ['admin', 'write', 'read'] as const) {
    const { status, body } = await t
      .withKey(await t.create.apiKey(scope))
      .post('/api/events', trigger({ service_id: id }))
    statuses.push([scope, status, body.code])
  }
  expect(statuses).toEqual([
    ['admin', 202, undefined],
    ['write', 403, 'forbidden'],
    ['read', 403, 'forbidden'],
  ])
})

test('an event through the API key and one through the integration of its service meet in one incident', async () => {
  const t = await testApp()
  const { send, serviceId } = await withIntegration(t)
  const key = t.withKey(await t.create.apiKey('events'))
  await send(trigger({ dedup_key: 'disk' }))
  const again = await key.post('/api/events', trigger({ service_id: serviceId, dedup_key: 'disk' }))
  expect(again.body.result).toMatchObject({ action: 'deduplicated', incident: { number: 1 } })
})

const credentials = (id: string): Record<string, string>[] => [
  {},
  { authorization: '' },
  { authorization: id },
  { authorization: 'Token token=' },
  { authorization: `Token token=${id}x` },
  { authorization: `Token ${id}` },
  { authorization: `Bearer ${id}` },
  { authorization: 'Bearer ok_wrong' },
  { authorization: `Basic ${Buffer.from(`user:${id}`).toString('base64')}` },
  { authorization: `Token token="${'x'.repeat(9_000)}"` },
  { 'x-api-key': id },
]

test('missing and wrong credentials are a 401, and nothing is recorded', async () => {
  const t = await testApp()
  const { id } = await withIntegration(t)
  for (const headers of credentials(id)) {
    const answer = await t.client(headers).post('/api/events', trigger())
    expect([headers, answer.status, answer.body.code]).toEqual([headers, 401, 'unauthenticated'])
    expect(answer.text).not.toContain(id)
  }
  expect(await t.db.selectFrom('deliveries').select('id').execute()).toEqual([])
  expect(t.logged.join('')).not.toContain(id)
})

test('a browser session and the ID of another tool open nothing here', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  expect(await (await t.asRole('admin')).post('/api/events', trigger())).toMatchObject({ status: 401 })
  const answer = await t.client({ authorization: `Token token=${sentry.id}` }).post('/api/events', trigger())
  expect(answer).toMatchObject({ status: 401 })
})

test('the 401 comes before the body: it may be broken, of any type, or not even sent', async () => {
  const t = await testApp()
  const response = await t.app.inject({
    method: 'POST',
    url: '/api/events',
    headers: { 'content-type': 'text/plain', 'content-encoding': 'zip' },
    payload: '{',
  })
  expect(response.statusCode).toBe(401)
  const wire = await openWire(await t.listen())
  await wire.send('POST /api/events HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n')
  expect(await wire.answer()).toMatchObject({ status: 401 })
})

test('the key is found in quotes and in any case of its words', async () => {
  const t = await testApp()
  const { id } = await withIntegration(t)
  for (const authorization of [`Token token="${id}"`, `token TOKEN=${id}`, `Token  token = ${id} `]) {
    const answer = await t.client({ authorization }).post('/api/events', trigger())
    expect([authorization, answer.status]).toEqual([authorization, 202])
  }
})

test('a disabled integration is a 403, and after its rotation only the new key is known', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { ref, send } = await withIntegration(t)
  await admin.patch(`/api/v1/integrations/${ref}`, { enabled: false })
  expect(await send(trigger())).toMatchObject({ status: 403, body: { code: 'integration_disabled' } })
  await admin.patch(`/api/v1/integrations/${ref}`, { enabled: true })
  expect(await send(trigger())).toMatchObject({ status: 202 })
  const { body } = await admin.post(`/api/v1/integrations/${ref}/rotate-id`)
  expect(await send(trigger())).toMatchObject({ status: 401 })
  const renewed = t.client({ authorization: `Token token=${body.id}` })
  expect(await renewed.post('/api/events', trigger())).toMatchObject({ status: 202 })
})

test('a missing key is generated and returned; it resolves the incident', async () => {
  const t = await testApp()
  const { send } = await withIntegration(t)
  const [first, second] = [await send(trigger()), await send(trigger())]
  expect([first.body.result.action, second.body.result.action]).toEqual(['triggered', 'triggered'])
  expect(first.body.dedup_key).toMatch(/^\S{16,255}$/)
  expect(second.body.dedup_key).not.toBe(first.body.dedup_key)
  const resolved = await send({ event_action: 'resolve', dedup_key: first.body.dedup_key })
  expect(resolved.body).toMatchObject({
    dedup_key: first.body.dedup_key,
    result: { action: 'resolved', incident: { number: 1 } },
  })
})

test('acknowledge and resolve need a key and no payload, and say what they did', async () => {
  const t = await testApp()
  const { send } = await withIntegration(t)
  const of = async (body: object) => {
    const { status, body: answer } = await send(body)
    return [status, answer.code ?? answer.result.action]
  }
  await send(trigger({ dedup_key: 'disk' }))
  expect(await of({ event_action: 'acknowledge', dedup_key: 'disk' })).toEqual([202, 'acknowledged'])
  expect(await of({ event_action: 'acknowledge', dedup_key: 'disk' })).toEqual([202, 'ignored'])
  expect(await of({ event_action: 'resolve', dedup_key: 'disk', payload: {} })).toEqual([202, 'resolved'])
  expect(await of({ event_action: 'resolve', dedup_key: 'disk' })).toEqual([202, 'ignored'])
  expect(await of({ event_action: 'acknowledge', dedup_key: 'other' })).toEqual([202, 'ignored'])
  expect(await of({ event_action: 'acknowledge' })).toEqual([400, 'invalid_payload'])
  expect(await of({ event_action: 'resolve', dedup_key: '' })).toEqual([400, 'invalid_payload'])
})

const errorPaths = ({ status, body }: Answer) => [
  status,
  body.code,
  ...(body.errors ?? []).map(({ path }: { path: string }) => path),
]

test('what the limits allow is taken, one character more is refused by the name of its field', async () => {
  const t = await testApp()
  const { send } = await withIntegration(t)
  const with_ = (more: object, key = 'k') => trigger({ dedup_key: key, payload: { ...payload, ...more } })
  const accepted = [
    with_({ summary: 'é'.repeat(1024) }),
    with_({ summary: '💥'.repeat(1024) }),
    with_({ source: '💥'.repeat(255) }),
    with_({}, '💥'.repeat(255)),
    with_({ link: `https://a.example/${'x'.repeat(2000)}` }),
    with_({ custom_details: {} }),
    trigger({ dedup_key: 'k', unknown: { field: 1 }, client: 'ignored' }),
  ]
  for (const body of accepted) expect(errorPaths(await send(body))).toEqual([202, undefined])

  const refused: [object, string][] = [
    [with_({ summary: 'é'.repeat(1025) }), 'payload.summary'],
    [with_({ summary: '💥'.repeat(1025) }), 'payload.summary'],
    [with_({ summary: '  ' }), 'payload.summary'],
    [with_({ summary: 7 }), 'payload.summary'],
    [with_({ source: 'x'.repeat(256) }), 'payload.source'],
    [with_({}, 'x'.repeat(256)), 'dedup_key'],
    [with_({ severity: 'fatal' }), 'payload.severity'],
    [with_({ link: 'javascript:alert(1)' }), 'payload.link'],
    [with_({ link: '/relative' }), 'payload.link'],
    [with_({ custom_details: [1] }), 'payload.custom_details'],
    [{ event_action: 'trigger' }, 'payload'],
    [{ event_action: 'page', dedup_key: 'k' }, 'event_action'],
    [{}, 'event_action'],
  ]
  for (const [body, path] of refused) {
    expect(errorPaths(await send(body)), JSON.stringify(body).slice(0, 80)).toEqual([
      400,
      'invalid_payload',
      path,
    ])
  }
  const rows = await t.db.selectFrom('deliveries').select('code').where('code', 'is not', null).execute()
  expect(rows).toHaveLength(refused.length)
})

test('details of any depth, with NUL and lone surrogates, are stored as far as they can be', async () => {
  const t = await testApp()
  const { send } = await withIntegration(t)
  const deepest = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`)
  const details = {
    'nul\u0000key': 'nul\u0000value',
    lone: '\ud800',
    array: [null, 1e300, '\u0000'],
    wide: 'x'.repeat(100_000),
    deepest,
    after: 'left out',
  }
  const answer = await send(
    trigger({
      dedup_key: 'k\u0000\ud800',
      payload: { ...payload, summary: 'A\u0000B', custom_details: details },
    }),
  )
  expect(answer).toMatchObject({ status: 202, body: { result: { incident: { title: 'AB' } } } })
  const { body } = await (await t.asRole('viewer')).get('/api/v1/incidents/1')
  expect(body.details).toMatchObject({
    nulkey: 'nulvalue',
    lone: '\ufffd',
    array: [null, 1e300, ''],
    _truncated: true,
  })
  const resolved = await send({ event_action: 'resolve', dedup_key: 'k\u0000\ud800' })
  expect(resolved.body).toMatchObject({ dedup_key: answer.body.dedup_key, result: { action: 'resolved' } })
  expect(await send({ event_action: 'resolve', dedup_key: answer.body.dedup_key })).toMatchObject({
    body: { result: { action: 'ignored' } },
  })
})

test('with an API key a service that is missing, unknown, deleted or no id at all is a 400 at service_id', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { post } = t.withKey(await t.create.apiKey('events'))
  const deleted = await t.create.service()
  await admin.delete(`/api/v1/services/${deleted.id}`)
  const ids = [undefined, null, 7, '', 'x', "'; drop table services", randomUUID(), deleted.id, '\u0000']
  for (const service_id of ids) {
    const answer = await post('/api/events', trigger({ service_id }))
    expect([service_id, ...errorPaths(answer)]).toEqual([service_id, 400, 'invalid_payload', 'service_id'])
  }
})

test('with an API key a body may begin with a byte order mark, and broken ones are the same 400s', async () => {
  const t = await testApp()
  const { id } = await t.create.service()
  const key = await t.create.apiKey('events')
  const send = async (body: string | Buffer, headers: Record<string, string> = {}) => {
    const response = await t.app.inject({
      method: 'POST',
      url: '/api/events',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      payload: body,
    })
    return [response.statusCode, response.json().code]
  }
  expect(await send(`\ufeff${JSON.stringify(trigger({ service_id: id }))}`)).toEqual([202, undefined])
  expect(await send('{')).toEqual([400, 'invalid_json'])
  expect(await send('[]')).toEqual([400, 'invalid_payload'])
  expect(await send('{}', { 'content-type': 'text/plain' })).toEqual([415, 'unsupported_media_type'])
  expect(await send(Buffer.alloc(5 * 1024 * 1024 + 1))).toEqual([413, 'body_too_large'])
})
