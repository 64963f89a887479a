import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

const setUp = async () => {
  const t = await testApp()
  return { ...t, admin: await t.asRole('admin'), viewer: await t.asRole('viewer') }
}

test('a service is created, read, changed and listed', async () => {
  const { admin, viewer, clock } = await setUp()

  const created = await admin.post('/api/v1/services', { name: ' Checkout ', description: 'Takes the money' })
  expect(created).toMatchObject({
    status: 201,
    body: {
      name: 'Checkout',
      description: 'Takes the money',
      acknowledgementTimeoutMinutes: null,
      integrationCount: 0,
      activeIncidentCount: 0,
      createdAt: clock.now().toISOString(),
    },
  })

  clock.advance({ minutes: 1 })
  const url = `/api/v1/services/${created.body.id}`
  const changed = await admin.patch(url, { description: null, acknowledgementTimeoutMinutes: 30 })
  expect(changed.body).toEqual({
    ...created.body,
    description: null,
    acknowledgementTimeoutMinutes: 30,
    updatedAt: clock.now().toISOString(),
  })
  expect(await viewer.get(url)).toMatchObject({ status: 200, body: changed.body })
  expect((await viewer.get('/api/v1/services')).body).toEqual({ items: [changed.body], nextCursor: null })
})

test('a name is taken in whatever case, until its service is deleted', async () => {
  const { admin } = await setUp()
  const { body: first } = await admin.post('/api/v1/services', { name: 'Checkout' })
  const { body: other } = await admin.post('/api/v1/services', { name: 'Search' })

  for (const answer of [
    await admin.post('/api/v1/services', { name: 'CHECKOUT' }),
    await admin.patch(`/api/v1/services/${other.id}`, { name: 'checkout' }),
  ]) {
    expect(answer).toMatchObject({ status: 409, body: { code: 'name_taken', errors: [{ path: 'name' }] } })
  }
  expect(await admin.patch(`/api/v1/services/${first.id}`, { name: 'CheckOut' })).toMatchObject({
    status: 200,
  })

  await admin.delete(`/api/v1/services/${first.id}`)
  expect(await admin.post('/api/v1/services', { name: 'checkout' })).toMatchObject({ status: 201 })
})

test('the list goes through all services by name, page by page', async () => {
  const { admin } = await setUp()
  const names = ['delta', 'Alpha', 'charlie', 'Bravo', 'émile']
  for (const name of names) await admin.post('/api/v1/services', { name })

  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await admin.get(`/api/v1/services?limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...body.items.map(({ name }: { name: string }) => name))
    cursor = body.nextCursor
  }
  expect(seen).toHaveLength(names.length)
  expect(new Set(seen)).toEqual(new Set(names))
  expect(seen.slice(0, 4)).toEqual(['Alpha', 'Bravo', 'charlie', 'delta'])
})

test('the list counts integrations and active incidents of each service', async () => {
  const { admin } = await setUp()
  const { body: quiet } = await admin.post('/api/v1/services', { name: 'Quiet' })
  const { body: busy } = await admin.post('/api/v1/services', { name: 'Busy' })
  await admin.post(`/api/v1/services/${busy.id}/integrations`, { type: 'sentry' })
  await admin.post(`/api/v1/services/${busy.id}/integrations`, { type: 'events' })
  for (const title of ['one', 'two', 'three']) {
    const { body } = await admin.post('/api/v1/incidents', { serviceId: busy.id, title })
    if (title === 'three') await admin.post(`/api/v1/incidents/${body.id}/resolve`)
  }

  const { body } = await admin.get('/api/v1/services')
  expect(body.items).toMatchObject([
    { id: busy.id, integrationCount: 2, activeIncidentCount: 2 },
    { id: quiet.id, integrationCount: 0, activeIncidentCount: 0 },
  ])
})

test.each(['nonsense', '%00', '00000000-0000-4000-8000-000000000000', 'x'.repeat(43)])(
  'no service has the id %s: 404',
  async (id) => {
    const { admin } = await setUp()
    for (const answer of [
      await admin.get(`/api/v1/services/${id}`),
      await admin.patch(`/api/v1/services/${id}`, { name: 'x' }),
      await admin.delete(`/api/v1/services/${id}`),
      await admin.get(`/api/v1/services/${id}/integrations`),
      await admin.post(`/api/v1/services/${id}/integrations`, { type: 'sentry' }),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  },
)

test('NUL and lone surrogates in texts are cleaned away, and what is left must be a name', async () => {
  const { admin } = await setUp()
  const { body, status } = await admin.post('/api/v1/services', {
    name: 'Check\u0000out \ud800',
    description: 'line\r\nline\u0007',
  })
  expect({ status, body }).toMatchObject({
    status: 201,
    body: { name: 'Checkout \ufffd', description: 'line\nline' },
  })
  expect(await admin.post('/api/v1/services', { name: '\u0000 \u0001' })).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', errors: [{ path: 'name' }] },
  })
})

test('changes are audited with what changed, and a change to the same is none', async () => {
  const { admin } = await setUp()
  const { body: service } = await admin.post('/api/v1/services', { name: 'Checkout' })
  await admin.patch(`/api/v1/services/${service.id}`, { name: 'Till' })
  await admin.patch(`/api/v1/services/${service.id}`, { name: 'Till' })

  const { body } = await admin.get('/api/v1/audit-log')
  const entries = body.items.filter(({ target }: { target: { id: string } }) => target.id === service.id)
  expect(entries).toMatchObject([
    { action: 'service.updated', data: { name: { from: 'Checkout', to: 'Till' } } },
    { action: 'service.created', target: { type: 'service', name: 'Checkout' } },
  ])
})
