import { expect, test } from 'vitest'
import { NO_LIMITS, testApp } from '../testing/test-app.ts'
import { openWire } from '../testing/wire.ts'
import { createLog } from './log.ts'
import { createRefusals } from './refusals.ts'

const ALERT = JSON.stringify({ action: 'created', issue: { id: '1', title: 'Broken' } })

async function setUp() {
  const t = await testApp()
  const { id } = await t.create.integration(NO_LIMITS)
  const webhook = `POST /api/integrations/sentry?integrationId=${id} HTTP/1.1\r\nHost: a\r\n`
  return {
    ...t,
    id,
    webhook,
    delivery: `${webhook}Content-Length: ${ALERT.length}\r\n\r\n${ALERT}`,
    port: await t.listen(),
  }
}

test('what is no HTTP, or more of it than is read, gets a problem and a closed connection', async () => {
  const { port, webhook, delivery, app, id } = await setUp()
  const cases: [string, number, string][] = [
    ['rubbish\r\n\r\n', 400, 'invalid_request'],
    ['\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001', 400, 'invalid_request'],
    ['POST /api/events HTTP/9.9\r\nHost: a\r\n\r\n', 400, 'invalid_request'],
    ['BREW /coffee HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'invalid_request'],
    [`${webhook}No colon\r\n\r\n`, 400, 'invalid_request'],
    [`${webhook}X: a\u0000b\r\n\r\n`, 400, 'invalid_request'],
    [`${webhook}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 400, 'invalid_request'],
    [`${webhook}Content-Length: -1\r\n\r\n`, 400, 'invalid_request'],
    [`${webhook}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n`, 400, 'invalid_request'],
    [`${webhook}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400, 'invalid_request'],
    [`${webhook}Transfer-Encoding: chunked\r\n\r\n1;${'x'.repeat(20_000)}\r\n`, 413, 'body_too_large'],
    [`${webhook}X: ${'x'.repeat(17_000)}\r\n\r\n`, 431, 'headers_too_large'],
    [`GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers_too_large'],
    [`GET /healthz?${'a[]=1&'.repeat(3_000)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431, 'headers_too_large'],
    [`${webhook}${'X: y\r\n'.repeat(300)}\r\n`, 431, 'headers_too_large'],
    ['CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n', 405, 'method_not_allowed'],
    ['GET /healthz HTTP/1.1\r\n\r\n', 400, 'invalid_request'],
  ]
  for (const [request, status, code] of cases) {
    const wire = await openWire(port)
    await wire.send(Buffer.from(request, 'latin1'))
    const answer = await wire.answer()
    const problem = JSON.parse(answer.text)
    expect([request.slice(0, 150), answer.status, problem.code]).toEqual([
      request.slice(0, 150),
      status,
      code,
    ])
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(problem).toMatchObject({
      status,
      type: `urn:opsknight:problem:${code}`,
      requestId: answer.headers['x-request-id'],
    })
    expect(answer.text).not.toContain(id)
    wire.reset()
  }
  expect(Object.fromEntries(app.refusals.totals)).toEqual({
    invalid_request: 10,
    body_too_large: 1,
    headers_too_large: 4,
    method_not_allowed: 1,
  })
  const wire = await openWire(port)
  await wire.send(delivery)
  expect((await wire.answer()).status).toBe(202)
})

test('rubbish behind a delivery does not become the answer to it', async () => {
  const { port, delivery, db } = await setUp()
  const wire = await openWire(port)
  await wire.send(`${delivery}rubbish\r\n\r\n`)
  expect((await wire.answer()).status).toBe(202)
  await wire.closed
  expect(await db.selectFrom('deliveries').select('http_status').execute()).toEqual([{ http_status: 202 }])
})

test('whatever else is expected or offered, a delivery is taken', async () => {
  const { port, webhook } = await setUp()
  for (const header of ['Expect: the-spanish-inquisition', 'Connection: upgrade\r\nUpgrade: h2c']) {
    const wire = await openWire(port)
    await wire.send(`${webhook}${header}\r\nContent-Length: ${ALERT.length}\r\n\r\n${ALERT}`)
    expect([header, (await wire.answer()).status]).toEqual([header, 202])
  }
})

test('who says with the request that nothing more will come is answered', async () => {
  const { port, delivery } = await setUp()
  const wire = await openWire(port)
  await wire.send(delivery)
  wire.end()
  expect((await wire.answer()).status).toBe(202)
  await wire.closed
})

test('a flood of rubbish is one line of the log', async () => {
  const lines: string[] = []
  const { count, totals } = createRefusals(createLog('info', { write: (line) => void lines.push(line) }))
  for (let times = 0; times < 1_000; times += 1) count('invalid_request')
  count('request_timeout')
  expect(Object.fromEntries(totals)).toEqual({ invalid_request: 1_000, request_timeout: 1 })
  expect(lines).toEqual([])
})
