import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { loadFixture } from '../integrations/fixtures.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { openWire } from '../testing/wire.ts'
import { BODY_MAX_BYTES } from './body.ts'

const UNLIMITED = { newIncidentsPerMinute: null, storedBodiesPerMinute: null }
const ALERT = JSON.stringify({ action: 'created', issue: { id: '1', title: 'Broken' } })
const OF_JSON = `Content-Type: application/json\r\nContent-Length: ${ALERT.length}`
const GENUINE = { 'sentry-hook-resource': 'issue' }
const wrapped = (inner: string) => `{"action":"created","data":{"issue":${inner}}}`

/** What was answered, and what the delivery log says about it, in the order of arrival. */
async function outcomes(
  t: TestApp,
  bodies: (string | Buffer)[],
  headers: Record<string, string> = {},
): Promise<(readonly [number, string])[]> {
  const sentry = await t.create.integration(UNLIMITED)
  const answers: (readonly [number, string])[] = []
  for (const body of bodies) {
    const { status, body: answer } = await t.deliver(sentry, body, { headers })
    answers.push([status, answer.code ?? answer.result.action])
  }
  const logged = await t.db
    .selectFrom('deliveries')
    .select(['http_status', 'code', 'result'])
    .where('integration_id', '=', sentry.ref)
    .orderBy('id')
    .execute()
  expect(logged.map(({ http_status, code, result }) => [http_status, code ?? result])).toEqual(answers)
  return answers
}

test('what is no JSON is a 400 that says where it breaks, and quotes nothing of it', async () => {
  const t = await testApp()
  const broken = [
    '',
    ' ',
    '{',
    '{"issue":{"id":1}',
    "{'issue': 1}",
    '{"a":1,}',
    '{"a":1}{"a":2}',
    '{"a":NaN}',
    '{"a":+1}',
    '{"a":01}',
    '\u0000',
    '\u0000'.repeat(1000),
    '{"a":"\u0000"}',
    '{"a":"\n"}',
    Buffer.from([0xff, 0xfe, 0x7b, 0, 0x7d, 0]),
    Buffer.from(ALERT, 'utf16le'),
    gzipSync(ALERT),
    '<xml/>',
    'payload=%7B%7D',
    `{"issue":{"id":"1","token":"in-the-body`,
  ]
  expect(new Set((await outcomes(t, broken)).map(String))).toEqual(new Set(['400,invalid_json']))
  const reasons = await t.db.selectFrom('deliveries').select('reason').execute()
  for (const { reason } of reasons) expect(reason).not.toContain('in-the-body')
})

test('JSON of no known shape is a 400 that names what is missing', async () => {
  const t = await testApp()
  const shapes = [
    'null',
    'true',
    '1',
    '1e400',
    '"text"',
    '[]',
    '[{"issue":{}}]',
    '{}',
    '{"issue":[]}',
    '{"issue":null}',
    '{"event":"x"}',
    '{"data":{}}',
    '{"data":[{"issue":{}}]}',
    '{"Issue":{}}',
    '{"__proto__":{"issue":{"id":"1"}}}',
    '{"constructor":{"prototype":{"issue":{}}}}',
  ]
  expect(new Set((await outcomes(t, shapes)).map(String))).toEqual(new Set(['400,invalid_payload']))
  const sentry = await t.create.integration()
  const { body } = await t.deliver(sentry, '{"issue":7}')
  expect(body.errors).toEqual([{ path: 'issue', message: 'Expected an object, got a number' }])
})

test('with the header of Sentry any JSON object is taken, and nothing else is', async () => {
  const t = await testApp()
  const objects = ['{}', '{"data":null}', '{"data":[]}', '{"data":{"issue":7}}', '{"action":{"a":[]}}']
  for (const [status] of await outcomes(t, objects, GENUINE)) expect(status).toBe(202)
  const others = await outcomes(t, ['[]', 'null', '7', '"x"'], GENUINE)
  expect(new Set(others.map(String))).toEqual(new Set(['400,invalid_payload']))
})

test('an alert that cannot be read pages all the same, with its body attached', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const headers = { 'sentry-hook-resource': 'event_alert' }
  const answer = await t.deliver(sentry, '{"data":{"event":"\\u0000\\ud800"}}', { headers })
  expect(answer.body.result).toMatchObject({
    action: 'triggered',
    incident: { title: 'Sentry alert that could not be read', severity: 'error' },
  })
})

const DEPTH = 100_000
const deep = (open: string, close: string, inside = '') => open.repeat(DEPTH) + inside + close.repeat(DEPTH)

test('a hundred thousand levels of nesting are taken wherever they are', async () => {
  const t = await testApp()
  const nested = [deep('[', ']'), deep('{"a":', '}', '1'), deep('[{"a":', '}]', 'null')]
  const places = nested.flatMap((value) => [
    `{"issue":{"id":"1","title":${value}}}`,
    `{"issue":{"id":${value},"title":"Broken"}}`,
    `{"issue":{"id":"1","metadata":${value}},"more":12345678901234567890}`,
    `{"event":${value.startsWith('[') ? `{"x":${value}}` : value}}`,
    wrapped(`{"id":"1","title":"Broken","x":${value}}`),
  ])
  for (const [status] of await outcomes(t, places)) expect(status).toBe(202)
  for (const [status] of await outcomes(t, places, GENUINE)) expect(status).toBe(202)
  const tops = await outcomes(t, [deep('[', ']'), deep('{"a":', '}', '1'), '['.repeat(DEPTH)])
  expect(tops.map(([status]) => status)).toEqual([400, 400, 400])

  const events = await t.create.integration(UNLIMITED, { type: 'events' })
  const payload = { summary: 'x', source: 'x', severity: 'error', custom_details: 0 }
  const body = JSON.stringify({ event_action: 'trigger', payload }).replace(
    ':0',
    `:{"deep":${deep('[', ']')}}`,
  )
  expect(await t.deliver(events, body)).toMatchObject({ status: 202 })
  expect(await t.deliver(events, body.replace('"x"', deep('[', ']')))).toMatchObject({ status: 400 })
})

test('four megabytes of genuine alert are taken and kept whole', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const { delivery } = loadFixture('sentry', 'event-alert')
  const alert = JSON.parse(delivery.rawBody.toString())
  alert.data.event.contexts = Array.from({ length: 40_000 }, (_, i) => ({ [`key ${i}`]: 'value'.repeat(15) }))
  const body = JSON.stringify(alert)
  expect(body.length).toBeGreaterThan(3.5 * 1024 * 1024)
  const headers = delivery.headers as Record<string, string>
  expect(await t.deliver(sentry, body, { headers })).toMatchObject({
    status: 202,
    body: { result: { action: 'triggered' } },
  })
  const [row] = await t.db.selectFrom('deliveries').select('body').execute()
  expect(row?.body?.equals(Buffer.from(body))).toBe(true)
  const { details } = await t.db.selectFrom('incidents').select('details').executeTakeFirstOrThrow()
  expect(JSON.stringify(details).length).toBeLessThan(40_000)
})

test('numbers of any size keep an alert: the digits of an id are not rounded', async () => {
  const t = await testApp()
  const sentry = await t.create.integration(UNLIMITED)
  const huge = '9'.repeat(30)
  for (const [id, key] of [
    [huge, `sentry-${huge}`],
    ['9007199254740993', 'sentry-9007199254740993'],
    ['-0', 'sentry-0'],
  ] as const) {
    expect(await t.deliver(sentry, `{"issue":{"id":${id},"title":"Huge"}}`)).toMatchObject({ status: 202 })
    expect(await keysOf(t)).toContain(key)
  }
  const odd = ['1e400', '-1e400', '1e-400', '0.1', `1${'0'.repeat(5000)}`, `0.${'1'.repeat(5000)}`]
  for (const number of odd) {
    const body = `{"issue":{"id":${number},"count":${number},"userCount":${number},"firstSeen":${number},"level":${number}}}`
    expect(await t.deliver(sentry, body), number.slice(0, 10)).toMatchObject({ status: 202 })
  }
})

const keysOf = async (t: TestApp) =>
  (await t.db.selectFrom('incidents').select('dedup_key').execute()).map((row) => row.dedup_key)

test('of a key that comes twice the last one counts, as everywhere in JSON', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  await t.deliver(sentry, '{"issue":{"id":"1","title":"First","title":"Last","id":"2"},"issue":{"id":"3"}}')
  expect(await keysOf(t)).toEqual(['sentry-3'])
})

test('keys that mean something to JavaScript change no object and are stored as what they are', async () => {
  const t = await testApp()
  const sentry = await t.create.integration(UNLIMITED)
  const pollution = '{"polluted":true,"toString":1,"isAdmin":true}'
  for (const key of ['__proto__', 'constructor', 'prototype', '__defineGetter__', 'hasOwnProperty', 'then']) {
    const body = `{"${key}":${pollution},"issue":{"id":"${key}","title":"x","${key}":${pollution},"metadata":{"${key}":${pollution}},"project":{"${key}":${pollution}}}}`
    expect(await t.deliver(sentry, body), key).toMatchObject({ status: 202 })
    expect(await t.deliver(sentry, wrapped(body), { headers: GENUINE }), key).toMatchObject({ status: 202 })
  }
  expect({}).not.toHaveProperty('polluted')
  expect(await t.deliver(sentry, ALERT)).toMatchObject({ status: 202 })
})

test('packed bodies are unpacked, whichever way, and kept unpacked', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const packed = [
    ['gzip', gzipSync(ALERT)],
    ['x-gzip', gzipSync(ALERT)],
    [' GZIP ', gzipSync(ALERT)],
    ['deflate', deflateSync(ALERT)],
    ['br', brotliCompressSync(ALERT)],
    ['identity', ALERT],
    ['', ALERT],
  ] as const
  for (const [encoding, body] of packed) {
    const answer = await t.deliver(sentry, body, { headers: { 'content-encoding': encoding } })
    expect([encoding, answer.status]).toEqual([encoding, 202])
  }
  const rows = await t.db.selectFrom('deliveries').select('body').execute()
  expect(new Set(rows.map(({ body }) => body?.toString()))).toEqual(new Set([ALERT]))
})

test('a small body that unpacks to more than 5 MiB is refused as too large; exactly 5 MiB are taken', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const filled = (bytes: number) =>
    ALERT.slice(0, -1)
      .padEnd(bytes - 1, ' ')
      .concat('}')
  const ways = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync }
  for (const [encoding, pack] of Object.entries(ways)) {
    const headers = { 'content-encoding': encoding }
    expect(await t.deliver(sentry, pack(filled(BODY_MAX_BYTES)), { headers }), encoding).toMatchObject({
      status: 202,
    })
    expect(await t.deliver(sentry, pack(filled(BODY_MAX_BYTES + 1)), { headers }), encoding).toMatchObject({
      status: 413,
      body: { code: 'body_too_large' },
    })
  }
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024))
  const before = process.memoryUsage().rss
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => t.deliver(sentry, bomb, { headers: { 'content-encoding': 'gzip' } })),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([413]))
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024)
  const nested = gzipSync(gzipSync(ALERT))
  expect(await t.deliver(sentry, nested, { headers: { 'content-encoding': 'gzip' } })).toMatchObject({
    status: 400,
  })
})

test('a packing that is broken, cut off or unknown is refused as what it is', async () => {
  const t = await testApp()
  const gzip = gzipSync(ALERT)
  const of = async (encoding: string, bodies: (string | Buffer)[]) =>
    new Set((await outcomes(t, bodies, { 'content-encoding': encoding })).map(String))
  expect(await of('gzip', [ALERT, '', gzip.subarray(0, 20), gzip.subarray(0, -1)])).toEqual(
    new Set(['400,invalid_json']),
  )
  for (const encoding of [
    'zstd',
    'compress',
    'gzip, gzip',
    'gzip;q=1',
    '__proto__',
    'toString',
    'x'.repeat(9000),
  ]) {
    expect(await of(encoding, [ALERT]), encoding).toEqual(new Set(['415,unsupported_media_type']))
  }
})

test('whatever says JSON is read as JSON, as is what says nothing; the rest is a 415, and all of it is in the log', async () => {
  const t = await testApp()
  const { id } = await t.create.integration()
  const statusOf = async (type: string | undefined) => {
    const response = await t.app.inject({
      method: 'POST',
      url: `/api/integrations/sentry?integrationId=${id}`,
      headers: type === undefined ? {} : { 'content-type': type },
      payload: Buffer.from(ALERT),
    })
    return [type, response.statusCode]
  }
  const json = [
    undefined,
    '',
    'application/json',
    'APPLICATION/JSON',
    ' application/json ',
    'application/json;charset=utf-8',
    'application/json; charset="utf-8"; x=y',
    'application/json;',
    'application/vnd.api+json',
    'text/json',
  ]
  const others = [
    'text/plain',
    'text/html',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/jsonp',
    'application/octet-stream',
    'json',
    'application',
    '/',
    'application/',
    '*/*',
    ';',
    'a/b/c',
    'é',
    '__proto__',
    'x'.repeat(8_000),
  ]
  for (const type of json) expect(await statusOf(type)).toEqual([type, 202])
  for (const type of others) expect(await statusOf(type)).toEqual([type, 415])
  const rows = await t.db
    .selectFrom('deliveries')
    .select(['http_status', 'body', 'headers'])
    .orderBy('id')
    .execute()
  expect(rows.map(({ http_status }) => http_status)).toEqual([
    ...json.map(() => 202),
    ...others.map(() => 415),
  ])
  for (const { body } of rows) expect(body?.toString()).toBe(ALERT)
  expect(rows.map(({ headers }) => headers['content-type'])).toEqual([...json, ...others])
})

test('headers may be anything that HTTP lets through', async () => {
  const t = await testApp()
  const sentry = await t.create.integration(UNLIMITED)
  const wire = await openWire(await t.listen())
  const lines = [
    'Sentry-Hook-Resource: __proto__',
    'Sentry-Hook-Resource: issue\r\nSentry-Hook-Resource: event_alert',
    `Sentry-Hook-Resource: ${'x'.repeat(9_000)}`,
    'Sentry-Hook-Resource:',
    'Sentry-Hook-Resource: \u00ff\u0080',
    '__proto__: polluted',
    'constructor: x\r\ntoString: y',
    'Idempotency-Key: \u00ff\r\nIdempotency-Key: twice',
    `Idempotency-Key: ${'k'.repeat(12_000)}`,
    'X-Empty:\r\nX-Empty:',
    'X-Control: a\tb',
    'Expect: 100-continue',
    'Connection: upgrade\r\nUpgrade: websocket',
    'Content-Type: application/json\r\nContent-Type: text/plain',
    ...Array.from({ length: 3 }, (_, round) =>
      Array.from({ length: 200 }, (_unused, index) => `X-${round}-${index}: ${index}`).join('\r\n'),
    ),
  ]
  for (const line of lines) {
    await wire.send(
      Buffer.from(
        `POST /api/integrations/sentry?integrationId=${sentry.id} HTTP/1.1\r\nHost: a\r\nContent-Length: ${ALERT.length}\r\n${line}\r\n\r\n${ALERT}`,
        'latin1',
      ),
    )
    let answer = await wire.answer()
    if (answer.status === 100) answer = await wire.answer()
    expect([line.slice(0, 50), answer.status]).toEqual([line.slice(0, 50), 202])
  }
  const rows = await t.db.selectFrom('deliveries').select('headers').orderBy('id').execute()
  expect(rows).toHaveLength(lines.length)
  expect({}).not.toHaveProperty('polluted')
})

test('an address may be as long and as strange as HTTP lets it: a 400 or 404, and the server goes on', async () => {
  const t = await testApp()
  const { id } = await t.create.integration()
  const port = await t.listen()
  const targets = [
    `/api/integrations/sentry?integrationId=${'x'.repeat(14_000)}`,
    `/api/integrations/sentry?integrationId=${id}${'&a=b'.repeat(3_000)}`,
    `/api/integrations/sentry?${'integrationId=x&'.repeat(900)}`,
    `/api/integrations/sentry?integrationId[]=${id}`,
    `/api/integrations/sentry?integrationId[a]=${id}`,
    '/api/integrations/sentry?integrationId=%',
    '/api/integrations/sentry?integrationId=%E0%A4%A',
    '/api/integrations/%E0%A4%A?integrationId=x',
    '/api/integrations/%00?integrationId=x',
    '/api/integrations/..%2f..%2fetc?integrationId=x',
    `/api/integrations/${'y'.repeat(9_000)}?integrationId=x`,
    `/api/integrations/${'y'.repeat(299)}?integrationId=x`,
    '/api/integrations//?integrationId=x',
    '/api/integrations/sentry;a?integrationId=x',
    '/api/integrations/sentry?__proto__[x]=1&constructor=2',
  ]
  for (const target of targets) {
    const wire = await openWire(port)
    await wire.send(`POST ${target} HTTP/1.1\r\nHost: a\r\n${OF_JSON}\r\n\r\n${ALERT}`)
    const { status, text } = await wire.answer()
    const expected = target.includes(`${id}&a`) ? [202] : [400, 404, 414]
    expect(expected, `${target.slice(0, 60)} ${text}`).toContain(status)
    expect(text).not.toContain(id)
  }
  expect(t.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
})

test('methods that nobody has heard of do not reach the server', async () => {
  const t = await testApp()
  const { id } = await t.create.integration()
  const port = await t.listen()
  for (const method of ['TRACE', 'PROPFIND', 'MKCOL', 'QUERY', 'PURGE', 'BREW', 'post']) {
    const wire = await openWire(port)
    await wire.send(`${method} /api/integrations/sentry?integrationId=${id} HTTP/1.1\r\nHost: a\r\n\r\n`)
    const { status } = await wire.answer()
    expect([400, 404, 405, 501], method).toContain(status)
  }
})
