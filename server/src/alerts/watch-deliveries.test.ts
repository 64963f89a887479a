import { expect, test } from 'vitest'
import { createTestDatabase } from '../testing/database.ts'
import { lineTo } from '../testing/line.ts'
import { type Answer, type TestApp, testApp } from '../testing/test-app.ts'
import { openWire } from '../testing/wire.ts'

const ISSUE = { action: 'created', issue: { id: '1', title: 'Broken', level: 'error' } }
const PASTED = 'ok_a-key-that-somebody-pasted-into-the-wrong-place'

type Line = Record<string, unknown> & { msg: string }
const linesAbout = (t: TestApp, { headers }: Answer): Line[] =>
  t.logged
    .map((line) => JSON.parse(line) as Line)
    .filter(({ requestId }) => requestId === headers['x-request-id'])

test('every answer carries the id of its request, which is ours whatever the caller sent', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const client = t.client({ 'x-request-id': 'mine', 'request-id': 'mine' })
  const answers = [
    await client.get('/healthz'),
    await client.get('/incidents'),
    await client.get('/api/v1/incidents'),
    await client.get('/api/v1/incidents/%zz'),
    await client.get(`/api/v1/incidents/${'x'.repeat(400)}`),
    await client.get('/api/integrations/sentry'),
    await t.deliver(sentry, ISSUE, { headers: { 'x-request-id': 'mine' } }),
    await t.deliver(sentry, '{'),
  ]
  const ids = answers.map(({ headers }) => headers['x-request-id'])
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-z]+$/)
  expect(new Set(ids).size).toBe(answers.length)
  const problems = answers.filter(({ status }) => status >= 400)
  expect(problems.map(({ body }) => body.requestId)).toEqual(
    problems.map(({ headers }) => headers['x-request-id']),
  )
  const wire = await openWire(await t.listen())
  await wire.send('GET /api/v1/live HTTP/1.1\r\nHost: x\r\n\r\n')
  expect((await wire.answer()).headers['x-request-id']).toMatch(/^[0-9a-f]{8}-/)
})

test('a refused delivery is one line of the log, under the id of its answer, without any credential', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: 'shared between both' })
  const events = await t.create.integration({}, { type: 'events' })
  const unsigned = await t.deliver(sentry, ISSUE)
  const unknown = await t.deliver({ ...sentry, id: PASTED }, ISSUE)
  const wrongKey = await t.client({ authorization: `Token token=${PASTED}` }).post('/api/events', {})
  const broken = await t.client({ authorization: `Token token=${events.id}` }).post('/api/events', { a: 1 })

  const said = [unsigned, unknown, wrongKey, broken].map((answer) => linesAbout(t, answer))
  expect(said).toMatchObject([
    [{ msg: 'delivery.refused', code: 'signature_missing', integration: sentry.ref }],
    [{ msg: 'delivery.refused', code: 'integration_not_found' }],
    [{ msg: 'delivery.refused', code: 'unauthenticated' }],
    [{ msg: 'delivery.refused', code: 'invalid_payload', integration: events.ref }],
  ])
  expect(said[0]?.[0]?.delivery).toBe(unsigned.headers['opsknight-delivery-id'])
  for (const secret of [sentry.id, events.id, PASTED]) expect(t.logged.join('')).not.toContain(secret)
})

test('a delivery that failed is a line too, and an outage is not one line for each try', async () => {
  const line = await lineTo(await createTestDatabase())
  const t = await testApp({ databaseUrl: line.url })
  const sentry = await t.create.integration()
  await t.deliver(sentry, ISSUE)
  await line.cut()
  const failed = [await t.deliver(sentry, ISSUE), await t.deliver(sentry, ISSUE)]
  for (const answer of failed) {
    expect(answer.status).toBe(503)
    expect(linesAbout(t, answer)).toMatchObject([{ msg: 'delivery.failed', code: 'unavailable' }])
  }
  expect(t.logged.filter((line) => line.includes('ingest.database_away'))).toHaveLength(1)
})

test('what was taken is no line, unless somebody looks closely', async () => {
  const usual = await testApp()
  const before = usual.logged.length
  await usual.deliver(await usual.create.integration(), ISSUE)
  expect(usual.logged.slice(before)).toEqual([])

  const close = await testApp({ environment: { LOG_LEVEL: 'debug' } })
  const answer = await close.deliver(await close.create.integration(), ISSUE)
  expect(linesAbout(close, answer)).toMatchObject([{ msg: 'delivery.taken', action: 'triggered' }])
})
