import { expect, test } from 'vitest'
import { wakeDueIncidents } from '../incidents/commands.ts'
import { readServiceSettings } from '../services/store.ts'
import { testApp } from '../testing/test-app.ts'

const setUp = async () => {
  const t = await testApp()
  const admin = await t.asRole('admin', 'Dana Example')
  const service = async (name: string) => (await admin.post('/api/v1/services', { name })).body.id as string
  const [checkout, search] = [await service('Checkout'), await service('Search')]
  const at = (minutes: number) => new Date(t.clock.now().getTime() + minutes * 60_000).toISOString()
  const plan = (from: number, to: number, given: object = {}) =>
    admin.post('/api/v1/maintenance-windows', {
      serviceIds: [checkout],
      start: at(from),
      end: at(to),
      reason: 'New disks',
      ...given,
    })
  const open = async (serviceId: string) =>
    (await admin.post('/api/v1/incidents', { serviceId, title: 'Disk is gone' })).body
  const incident = async (id: string) => (await admin.get(`/api/v1/incidents/${id}`)).body
  return { ...t, admin, checkout, search, at, plan, open, incident }
}

test('a window is planned, listed newest first page by page, and deleted', async () => {
  const { admin, plan, checkout, search, at, clock } = await setUp()
  const first = await plan(-5, 60, { serviceIds: [checkout, search] })
  expect(first).toMatchObject({
    status: 201,
    body: {
      serviceIds: [checkout, search].sort(),
      start: at(-5),
      end: at(60),
      reason: 'New disks',
      createdBy: 'Dana Example',
      createdAt: clock.now().toISOString(),
    },
  })
  const second = await plan(10, 20, { reason: undefined })
  expect(second.body.reason).toBe('')

  const viewer = '/api/v1/maintenance-windows?limit=1'
  const page = (await admin.get(viewer)).body
  const rest = (await admin.get(`${viewer}&cursor=${page.nextCursor}`)).body
  expect([page.items, rest.items, rest.nextCursor]).toEqual([[second.body], [first.body], null])

  const url = `/api/v1/maintenance-windows/${first.body.id}`
  expect((await admin.delete(url)).status).toBe(204)
  expect(await admin.delete(url)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  expect((await admin.get('/api/v1/maintenance-windows')).body.items).toEqual([second.body])
})

test('incidents that are created within the window are suppressed until it ends, others are not', async () => {
  const { plan, open, checkout, search, at } = await setUp()
  await plan(-5, 60)
  expect(await open(checkout)).toMatchObject({ status: 'suppressed', suppressedUntil: at(60) })
  expect(await open(search)).toMatchObject({ status: 'open', suppressedUntil: null })
})

test('a window begins with its start and is over at its end', async () => {
  const { plan, clock, db, checkout, at } = await setUp()
  await plan(10, 20)
  const end = new Date(at(20))
  const maintenanceNow = async () =>
    (await readServiceSettings(db, [checkout], clock.now())).get(checkout)?.maintenance ?? null
  clock.advance({ minutes: 9, seconds: 59 })
  expect(await maintenanceNow()).toBeNull()
  clock.advance({ seconds: 1 })
  expect(await maintenanceNow()).toEqual({ until: end, reason: 'New disks' })
  clock.advance({ minutes: 9, seconds: 59 })
  expect(await maintenanceNow()).toEqual({ until: end, reason: 'New disks' })
  clock.advance({ seconds: 1 })
  expect(await maintenanceNow()).toBeNull()
})

test('of several windows the one that ends last counts', async () => {
  const { plan, clock, db, checkout, at } = await setUp()
  await plan(-5, 60)
  await plan(-5, 90, { reason: 'The long one' })
  await plan(-5, 30)
  await plan(5, 120, { reason: 'Not yet' })
  const settings = await readServiceSettings(db, [checkout], clock.now())
  expect(settings.get(checkout)).toEqual({
    acknowledgementTimeoutMinutes: null,
    maintenance: { until: new Date(at(90)), reason: 'The long one' },
    isSystem: false,
  })
})

test('deleting a window opens what it suppressed with the next sweep, unless another one covers the service', async () => {
  const { admin, plan, open, checkout, search, clock, deps, incident, at } = await setUp()
  const { body: window } = await plan(-5, 60, { serviceIds: [checkout, search] })
  await plan(-5, 30, { serviceIds: [search] })
  const [opening, staying] = [await open(checkout), await open(search)]

  clock.advance({ minutes: 1 })
  const end = at(29)
  await admin.delete(`/api/v1/maintenance-windows/${window.id}`)
  await wakeDueIncidents(deps, clock.now())

  expect(await incident(opening.id)).toMatchObject({ status: 'open', paging: { state: 'due' } })
  expect(await incident(staying.id)).toMatchObject({ status: 'suppressed', suppressedUntil: end })
})

test('a window names services that exist, or says which one does not', async () => {
  const { admin, plan, checkout, search } = await setUp()
  await admin.delete(`/api/v1/services/${search}`)
  for (const wrong of ['nonsense', '00000000-0000-4000-8000-000000000000', search]) {
    expect(await plan(0, 10, { serviceIds: [checkout, wrong] })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'serviceIds.1' }] },
    })
  }
  const twice = await plan(0, 10, { serviceIds: [checkout, checkout.toUpperCase(), checkout] })
  expect(twice).toMatchObject({ status: 201, body: { serviceIds: [checkout] } })
})

test('times that no clock shows are refused', async () => {
  const { plan, at } = await setUp()
  const refused = async (given: object, path: string) =>
    expect(await plan(0, 10, given)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path }] },
    })
  await refused({ end: at(0) }, 'end')
  await refused({ end: 'tomorrow' }, 'end')
  await refused({ end: '9999-12-31T23:59:59-05:00' }, 'end')
  await refused({ start: '0000-01-01T00:00:00+23:59' }, 'start')
  expect((await plan(0, 10, { end: '2026-03-01T14:00:00+01:00' })).body.end).toBe('2026-03-01T13:00:00.000Z')
})

test('no window has an id that is none: 404', async () => {
  const { admin } = await setUp()
  for (const id of ['nonsense', '%00', '00000000-0000-4000-8000-000000000000']) {
    expect((await admin.delete(`/api/v1/maintenance-windows/${id}`)).status).toBe(404)
  }
})

test('windows are audited', async () => {
  const { admin, plan } = await setUp()
  const { body: window } = await plan(0, 10)
  await admin.delete(`/api/v1/maintenance-windows/${window.id}`)
  const { body } = await admin.get('/api/v1/audit-log?limit=2')
  expect(body.items).toMatchObject([
    { action: 'maintenance_window.deleted', target: { id: window.id, name: 'New disks' } },
    { action: 'maintenance_window.created', data: { services: ['Checkout'], end: window.end } },
  ])
})
