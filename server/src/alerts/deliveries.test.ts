import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { loadFixture } from '../integrations/fixtures.ts'
import { secretBox } from '../platform/secrets.ts'
import { type Client, testApp } from '../testing/test-app.ts'

const SECRET = 'client-secret-of-sentry'
const alert = (id: number | string, action = 'created') => ({ action, issue: { id, title: `Problem ${id}` } })
const idOf = ({ headers }: { headers: Record<string, unknown> }) => String(headers['opsknight-delivery-id'])
const listOf = async (client: Client, ref: string, query = '') =>
  (await client.get(`/api/v1/integrations/${ref}/deliveries${query}`)).body

test('the log lists what arrived, newest first, with what became of it', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const { headers } = loadFixture('sentry', 'error-created').delivery
  const sent = [
    await t.deliver(sentry, alert(1)),
    await t.deliver(sentry, '{}', { headers: headers as Record<string, string> }),
    await t.deliver(sentry, 'no json'),
    await t.deliver(sentry, alert(1)),
  ]
  const viewer = await t.asRole('viewer')
  const { items, nextCursor } = await listOf(viewer, sentry.ref)
  expect(nextCursor).toBeNull()
  expect(items.map(({ id }: { id: string }) => id)).toEqual(sent.toReversed().map(idOf))
  const common = { integrationId: sentry.ref, receivedAt: t.clock.now().toISOString(), replayOf: null }
  expect(items).toMatchObject([
    { ...common, outcome: 'accepted', result: 'deduplicated', incidentNumber: 1, title: 'Problem 1' },
    { ...common, outcome: 'rejected', result: null, code: 'invalid_json', httpStatus: 400, incidentId: null },
    { ...common, outcome: 'ignored', result: 'ignored', kind: 'error', httpStatus: 202 },
    { ...common, outcome: 'accepted', result: 'triggered', reason: null, code: null, kind: 'issue_format' },
  ])
  expect(items[2].reason).toContain('far too many to page on')
})

test('the log is read page by page, by outcome and by incident, without gaps when more arrives meanwhile', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  for (const id of [1, 2, 3, 4, 5]) {
    await t.deliver(sentry, alert(id % 2))
    t.clock.advance({ hours: 20 })
  }
  await t.deliver(sentry, 'no json')
  const viewer = await t.asRole('viewer')
  const seen: string[] = []
  for (let query = '?limit=2'; ; ) {
    const { items, nextCursor } = await listOf(viewer, sentry.ref, query)
    seen.push(...items.map(({ id }: { id: string }) => id))
    if (!nextCursor) break
    await t.deliver(sentry, alert(9))
    query = `?limit=2&cursor=${nextCursor}`
  }
  expect(new Set(seen).size).toBe(6)
  expect((await listOf(viewer, sentry.ref, '?outcome=rejected')).items).toHaveLength(1)
  const { body: first } = await viewer.get('/api/v1/incidents/1')
  expect((await listOf(viewer, sentry.ref, `?incidentId=${first.id}`)).items).toHaveLength(3)
  for (const id of ['1', first.id]) {
    expect((await viewer.get(`/api/v1/incidents/${id}/deliveries`)).body.items).toHaveLength(3)
  }
})

test('the list of one integration shows nothing of another', async () => {
  const t = await testApp()
  const [one, other] = [await t.create.integration(), await t.create.integration()]
  await t.deliver(one, alert(1))
  const viewer = await t.asRole('viewer')
  expect((await listOf(viewer, other.ref)).items).toEqual([])
  expect(await viewer.get(`/api/v1/integrations/${randomUUID()}/deliveries`)).toMatchObject({ status: 404 })
})

test('a responder reads headers and body of a delivery, a viewer does not', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const id = idOf(await t.deliver(sentry, '{"issue": {"id": 1, "title": "x", "sum": 500.0}}'))
  const [responder, viewer] = [await t.asRole('responder'), await t.asRole('viewer')]
  expect((await responder.get(`/api/v1/deliveries/${id}`)).body).toMatchObject({
    id,
    body: '{"issue": {"id": 1, "title": "x", "sum": 500.0}}',
    headers: { 'content-type': 'application/json' },
  })
  expect(await viewer.get(`/api/v1/deliveries/${id}`)).toMatchObject({ status: 403 })
  for (const unknown of [randomUUID(), 'x', '00000000-0000-7000-8000-000000000000', '%00']) {
    expect(await responder.get(`/api/v1/deliveries/${unknown}`)).toMatchObject({ status: 404 })
  }
})

test('a replay translates the stored body with the settings of now, and is recorded with who asked for it', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ projects: ['another'] })
  const project = { slug: 'shop', name: 'Shop' }
  const answer = await t.deliver(sentry, { ...alert(1), issue: { id: 1, title: 'Problem 1', project } })
  expect(answer.body.result.action).toBe('ignored')
  const admin = await t.asRole('admin')
  await admin.patch(`/api/v1/integrations/${sentry.ref}`, { settings: { projects: [] } })

  const dana = await t.asRole('responder', 'Dana Example')
  const replay = await dana.post(`/api/v1/deliveries/${idOf(answer)}/replay`)
  expect(replay).toMatchObject({
    status: 200,
    body: { outcome: 'accepted', httpStatus: 202, result: { action: 'triggered', incident: { number: 1 } } },
  })
  expect((await dana.get(`/api/v1/deliveries/${replay.body.deliveryId}`)).body).toMatchObject({
    replayOf: idOf(answer),
    replayedBy: { kind: 'user', name: 'Dana Example' },
    body: expect.stringContaining('Problem 1'),
  })
  const entry = await t.db.selectFrom('timeline_entries').select('actor').executeTakeFirstOrThrow()
  expect(entry.actor).toMatchObject({ kind: 'user', name: 'Dana Example' })
})

test('a replay asks for no signature, is not held back as a repeat, and not by a storm', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 1 }, { secret: SECRET })
  const unsigned = await t.deliver(sentry, alert(1))
  expect(unsigned.status).toBe(401)
  const options = { headers: { 'idempotency-key': 'a' }, secret: SECRET }
  const signed = await t.deliver(sentry, alert(2), options)
  const folded = await t.deliver(sentry, alert(3), { secret: SECRET })
  expect(folded.body.result.action).toBe('folded')

  const responder = await t.asRole('responder')
  const actions = []
  for (const delivery of [unsigned, signed, folded]) {
    const { body } = await responder.post(`/api/v1/deliveries/${idOf(delivery)}/replay`)
    actions.push(body.result.action)
  }
  expect(actions).toEqual(['triggered', 'deduplicated', 'triggered'])
})

test('what cannot be read replays as what it is; what was cut off does not replay', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const responder = await t.asRole('responder')
  const broken = await t.deliver(sentry, 'no json')
  expect((await responder.post(`/api/v1/deliveries/${idOf(broken)}/replay`)).body).toMatchObject({
    outcome: 'rejected',
    httpStatus: 400,
    result: null,
    reason: expect.stringContaining('not JSON'),
  })
  const long = await t.deliver(sentry, `[${'1,'.repeat(4_000)}1]`)
  expect(await responder.post(`/api/v1/deliveries/${idOf(long)}/replay`)).toMatchObject({
    status: 409,
    body: { code: 'delivery_truncated' },
  })
})

test('a replay works after the address was rotated, not after the integration was deleted', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration()
  const id = idOf(await t.deliver(sentry, alert(1)))
  await admin.post(`/api/v1/integrations/${sentry.ref}/rotate-id`)
  expect((await admin.post(`/api/v1/deliveries/${id}/replay`)).body.result.action).toBe('deduplicated')
  await admin.delete(`/api/v1/integrations/${sentry.ref}`)
  expect(await admin.post(`/api/v1/deliveries/${id}/replay`)).toMatchObject({ status: 404 })
})

test('replaying an event without a key finds the incident that it opened, however often', async () => {
  const t = await testApp()
  const { id } = await t.create.integration({}, { type: 'events' })
  const payload = { summary: 'x', source: 'y', severity: 'info' }
  const sent = await t
    .client({ authorization: `Token token=${id}` })
    .post('/api/events', { event_action: 'trigger', payload })
  const responder = await t.asRole('responder')
  let last = idOf(sent)
  for (const _round of [1, 2, 3]) {
    const { body } = await responder.post(`/api/v1/deliveries/${last}/replay`)
    expect(body.result).toMatchObject({ action: 'deduplicated', incident: { number: 1 } })
    last = body.deliveryId
  }
})

test.each([
  ['sentry', undefined],
  ['sentry', SECRET],
  ['events', undefined],
] as const)('a test alert goes through the front door of %s with the secret %s', async (type, secret) => {
  const t = await testApp()
  const integration = await t.create.integration({}, { type, ...(secret ? { secret } : {}) })
  const responder = await t.asRole('responder')
  const { status, body } = await responder.post(`/api/v1/integrations/${integration.ref}/test`)
  expect([status, body]).toMatchObject([
    200,
    {
      outcome: 'accepted',
      httpStatus: 202,
      reason: null,
      result: { action: 'triggered', incident: { title: 'Test alert from OpsKnight' } },
    },
  ])
  const { body: delivery } = await responder.get(`/api/v1/deliveries/${body.deliveryId}`)
  expect(delivery).toMatchObject({ outcome: 'accepted', body: expect.stringContaining('Test alert') })
  expect(JSON.stringify(delivery)).not.toContain(integration.id)
  t.clock.advance({ seconds: 1 })
  const again = await responder.post(`/api/v1/integrations/${integration.ref}/test`)
  expect(again.body.result).toMatchObject({ action: 'triggered', incident: { number: 2 } })
  expect(t.logged.join('')).not.toContain(integration.id)
})

test('a test alert of a disabled integration says that it is disabled', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  for (const type of ['sentry', 'events'] as const) {
    const { ref } = await t.create.integration({}, { type })
    await admin.patch(`/api/v1/integrations/${ref}`, { enabled: false })
    const { body } = await admin.post(`/api/v1/integrations/${ref}/test`)
    expect(body).toMatchObject({
      outcome: 'rejected',
      httpStatus: 403,
      result: null,
      reason: expect.stringContaining('is disabled'),
      deliveryId: expect.any(String),
    })
  }
})

test('in a flood of refused deliveries a refused test alert names no delivery, as it was only counted', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const sentry = await t.create.integration({}, { secret: SECRET })
  await Promise.all(Array.from({ length: 60 }, (_, id) => t.deliver(sentry, alert(id))))
  // Changed by another process a moment ago: the door here still expects the secret before.
  const signing_secret = t.deps.secrets.seal('another signing secret')
  await t.db.updateTable('integrations').set({ signing_secret }).where('id', '=', sentry.ref).execute()
  const { status, body } = await admin.post(`/api/v1/integrations/${sentry.ref}/test`)
  expect(status).toBe(200)
  expect(body).toMatchObject({ outcome: 'rejected', httpStatus: 401, deliveryId: null })
})

test('a test alert of a secret that cannot be opened any more is answered as the door answers', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { ref } = await t.create.integration({}, { secret: SECRET })
  const sealed = secretBox(Buffer.alloc(32, 7)).seal(SECRET)
  await t.db.updateTable('integrations').set({ signing_secret: sealed }).where('id', '=', ref).execute()
  t.clock.advance({ seconds: 1 })
  expect(await admin.post(`/api/v1/integrations/${ref}/test`)).toMatchObject({
    status: 503,
    body: { code: 'unavailable', detail: expect.stringContaining('cannot be read') },
  })
})

test('a test alert of an integration that is gone is a 404', async () => {
  const t = await testApp()
  const responder = await t.asRole('responder')
  for (const id of [randomUUID(), 'x']) {
    expect(await responder.post(`/api/v1/integrations/${id}/test`)).toMatchObject({ status: 404 })
  }
})
