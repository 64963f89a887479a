import { expect, test } from 'vitest'
import { PUBLIC_URL, type TestApp, testApp } from '../testing/test-app.ts'

const setUp = async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { body: service } = await admin.post('/api/v1/services', { name: 'Checkout' })
  const add = async (given: object = { type: 'sentry' }) =>
    (await admin.post(`/api/v1/services/${service.id}/integrations`, given)).body
  return { ...t, admin, service, add }
}

const deliver = (t: Pick<TestApp, 'nobody'>, address: string) =>
  t.nobody.post(`/api/integrations/sentry?integrationId=${address}`, {
    action: 'created',
    issue: { id: '1', title: 'Broken', level: 'error', status: 'unresolved' },
    project: { name: 'Shop' },
  })

test('an integration is called like its tool and has an address that nobody can guess', async () => {
  const { add, service } = await setUp()
  const integration = await add()

  expect(integration).toMatchObject({
    serviceId: service.id,
    serviceName: 'Checkout',
    type: 'sentry',
    name: 'Sentry',
    enabled: true,
    hasSigningSecret: false,
    hasPreviousSigningSecret: false,
    connected: false,
    lastDeliveryAt: null,
    settings: { newIncidentsPerMinute: 60, triggerOnIssueCreated: true, projects: [] },
    webhookUrl: `${PUBLIC_URL}/api/integrations/sentry?integrationId=${integration.id}`,
  })
  expect(Buffer.from(integration.id, 'base64url').length).toBeGreaterThanOrEqual(16)
  expect(encodeURIComponent(integration.id)).toBe(integration.id)
  expect((await add()).id).not.toBe(integration.id)
  expect(await add({ type: 'events' })).toMatchObject({
    name: 'Events API',
    webhookUrl: `${PUBLIC_URL}/api/events`,
  })
})

test('viewers see the ref in place of the address, which is a credential', async () => {
  const { add, asRole, service } = await setUp()
  const { id: address, ref } = await add()
  const [viewer, responder] = [await asRole('viewer'), await asRole('responder')]

  const views = ['/api/v1/integrations', `/api/v1/services/${service.id}/integrations`]
  for (const url of views) {
    const seen = await viewer.get(url)
    expect(seen.body.items).toMatchObject([{ id: ref, ref, webhookUrl: null }])
    expect(seen.text).not.toContain(address)
    expect((await responder.get(url)).body.items).toMatchObject([{ id: address, ref }])
  }
  expect((await viewer.get(`/api/v1/integrations/${ref}`)).body).toMatchObject({ id: ref, webhookUrl: null })
})

test('every path takes the address as well as the ref', async () => {
  const { add, admin } = await setUp()
  const { id: address, ref } = await add()
  expect((await admin.get(`/api/v1/integrations/${address}`)).body).toMatchObject({ ref })
  expect((await admin.patch(`/api/v1/integrations/${address}`, { name: 'A' })).body).toMatchObject({
    name: 'A',
  })
  expect((await admin.patch(`/api/v1/integrations/${ref}`, { name: 'B' })).body).toMatchObject({ name: 'B' })
  expect((await admin.get(`/api/v1/integrations/${address}/health`)).status).toBe(200)
  expect((await admin.get(`/api/v1/integrations/${ref}/health`)).status).toBe(200)
})

test('of the settings only those that are named change', async () => {
  const { add, admin } = await setUp()
  const { ref } = await add({ type: 'sentry', settings: { projects: ['shop'], newIncidentsPerMinute: null } })
  const { body } = await admin.patch(`/api/v1/integrations/${ref}`, { settings: { minimumLevel: 'warning' } })
  expect(body.settings).toEqual({
    newIncidentsPerMinute: null,
    storedBodiesPerMinute: 600,
    acknowledgeOnAssign: false,
    triggerOnIssueCreated: true,
    projects: ['shop'],
    environments: [],
    minimumLevel: 'warning',
  })
})

test.each([
  ['sentry', { acknowlegdeOnAssign: true }, 'settings.acknowlegdeOnAssign'],
  ['sentry', { projects: [''] }, 'settings.projects.0'],
  ['sentry', { newIncidentsPerMinute: 0 }, 'settings.newIncidentsPerMinute'],
  ['sentry', { constructor: 1 }, 'settings.constructor'],
  ['events', { projects: [] }, 'settings.projects'],
])('%s does not accept the settings %o and says where', async (type, settings, path) => {
  const { add, admin, service } = await setUp()
  const refusal = { status: 400, body: { code: 'invalid_request', errors: [{ path }] } }
  const url = `/api/v1/services/${service.id}/integrations`
  expect(await admin.post(url, { type, settings })).toMatchObject(refusal)
  const { ref, settings: before } = await add({ type })
  expect(await admin.patch(`/api/v1/integrations/${ref}`, { settings })).toMatchObject(refusal)
  expect((await admin.get(`/api/v1/integrations/${ref}`)).body.settings).toEqual(before)
})

test('after rotating, the new address takes deliveries and the old one is unknown, at once', async () => {
  const { add, admin, nobody } = await setUp()
  const { id: old, ref } = await add()
  expect((await deliver({ nobody }, old)).status).toBe(202)

  const { body: rotated, status } = await admin.post(`/api/v1/integrations/${ref}/rotate-id`)
  expect({ status, rotated }).toEqual({
    status: 200,
    rotated: {
      id: expect.any(String),
      webhookUrl: `${PUBLIC_URL}/api/integrations/sentry?integrationId=${rotated.id}`,
    },
  })
  expect(await deliver({ nobody }, old)).toMatchObject({
    status: 404,
    body: { code: 'integration_not_found' },
  })
  expect((await deliver({ nobody }, rotated.id)).status).toBe(202)
  expect((await admin.get(`/api/v1/integrations/${old}`)).status).toBe(404)
  expect((await admin.get(`/api/v1/integrations/${ref}`)).body.id).toBe(rotated.id)
})

test('a disabled integration answers 403 to the next delivery, an enabled one takes it again', async () => {
  const { add, admin, nobody } = await setUp()
  const { id: address, ref } = await add()
  expect((await deliver({ nobody }, address)).status).toBe(202)
  await admin.patch(`/api/v1/integrations/${ref}`, { enabled: false })
  expect(await deliver({ nobody }, address)).toMatchObject({
    status: 403,
    body: { code: 'integration_disabled' },
  })
  await admin.patch(`/api/v1/integrations/${ref}`, { enabled: true })
  expect((await deliver({ nobody }, address)).status).toBe(202)
})

test('a deleted integration is gone from lists and takes nothing more', async () => {
  const { add, admin, nobody, service } = await setUp()
  const { id: address, ref } = await add()
  await deliver({ nobody }, address)

  expect(await admin.delete(`/api/v1/integrations/${address}`)).toMatchObject({ status: 204, text: '' })
  expect((await deliver({ nobody }, address)).status).toBe(404)
  expect((await admin.get('/api/v1/integrations')).body.items).toEqual([])
  expect((await admin.get(`/api/v1/services/${service.id}`)).body.integrationCount).toBe(0)
  for (const id of [address, ref]) {
    expect(await admin.delete(`/api/v1/integrations/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'integration_not_found' },
    })
  }
})

test.each(['nonsense', '%00', '00000000-0000-4000-8000-000000000000', 'x'.repeat(43)])(
  'no integration has the id %s: 404 everywhere',
  async (id) => {
    const { admin } = await setUp()
    const url = `/api/v1/integrations/${id}`
    for (const answer of [
      await admin.get(url),
      await admin.patch(url, { name: 'x' }),
      await admin.delete(url),
      await admin.post(`${url}/rotate-id`),
      await admin.put(`${url}/signing-secret`, {}),
      await admin.delete(`${url}/signing-secret`),
      await admin.delete(`${url}/signing-secret/previous`),
      await admin.get(`${url}/health`),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'integration_not_found' } })
    }
  },
)

test('the list goes through all integrations, page by page', async () => {
  const { add, admin } = await setUp()
  const made = [await add(), await add(), await add()].map(({ ref }) => ref)
  const first = (await admin.get('/api/v1/integrations?limit=2')).body
  const second = (await admin.get(`/api/v1/integrations?limit=2&cursor=${first.nextCursor}`)).body
  expect([...first.items, ...second.items].map(({ ref }) => ref)).toEqual(made)
  expect(second.nextCursor).toBeNull()
})

test('the audit log says what changed, and never an address', async () => {
  const { add, admin } = await setUp()
  const { id: address, ref } = await add()
  await admin.patch(`/api/v1/integrations/${ref}`, { enabled: false, settings: { minimumLevel: 'fatal' } })
  const { body: rotated } = await admin.post(`/api/v1/integrations/${ref}/rotate-id`)
  await admin.delete(`/api/v1/integrations/${ref}`)

  const log = await admin.get('/api/v1/audit-log')
  const entries = log.body.items.filter(({ target }: { target: { id: string } }) => target.id === ref)
  expect(entries).toMatchObject([
    { action: 'integration.deleted' },
    { action: 'integration.id_rotated' },
    {
      action: 'integration.updated',
      data: { enabled: { from: true, to: false }, settings: { minimumLevel: { from: null, to: 'fatal' } } },
    },
    { action: 'integration.created', target: { name: 'Sentry' } },
  ])
  for (const secret of [address, rotated.id]) expect(log.text).not.toContain(secret)
})
