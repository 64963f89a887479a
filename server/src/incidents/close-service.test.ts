import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

const alert = (id: string) => ({
  action: 'created',
  issue: { id, title: `Problem ${id}`, level: 'error', status: 'unresolved' },
  project: { name: 'Shop' },
})

const setUp = async () => {
  const t = await testApp()
  const admin = await t.asRole('admin', 'Dana Example')
  const { body: service } = await admin.post('/api/v1/services', { name: 'Checkout' })
  const { body: sentry } = await admin.post(`/api/v1/services/${service.id}/integrations`, { type: 'sentry' })
  const deliver = (id: string) =>
    t.nobody.post(`/api/integrations/sentry?integrationId=${sentry.id}`, alert(id))
  return { ...t, admin, service, sentry, deliver, url: `/api/v1/services/${service.id}` }
}

test('deleting a service closes its addresses and resolves its active incidents; the history stays', async () => {
  const { admin, url, sentry, deliver, service, db } = await setUp()
  const [one, two] = [await deliver('1'), await deliver('2')].map(({ body }) => body.result.incident.id)
  await admin.post(`/api/v1/incidents/${one}/resolve`)

  expect(await admin.delete(url)).toMatchObject({ status: 204, text: '' })

  expect((await deliver('3')).status).toBe(404)
  expect((await admin.get(url)).status).toBe(404)
  expect((await admin.get(`/api/v1/integrations/${sentry.ref}`)).status).toBe(404)
  expect((await admin.get('/api/v1/services')).body.items).toEqual([])
  expect((await admin.get(`/api/v1/incidents/${two}`)).body).toMatchObject({
    status: 'resolved',
    serviceName: 'Checkout',
    resolvedBy: { kind: 'user', name: 'Dana Example' },
    timeline: [{ kind: 'resolved', text: 'The service was deleted' }, {}],
  })
  expect(await db.selectFrom('escalations').selectAll().execute()).toEqual([])
  expect((await admin.get('/api/v1/audit-log?limit=1')).body.items).toMatchObject([
    {
      action: 'service.deleted',
      target: { id: service.id, name: 'Checkout' },
      data: { integrationsDeleted: 1, incidentsResolved: 1 },
    },
  ])
  expect((await admin.delete(url)).status).toBe(404)
})

test('the secrets of a deleted service are gone from the database', async () => {
  const { admin, url, sentry, db } = await setUp()
  await admin.put(`/api/v1/integrations/${sentry.ref}/signing-secret`, { secret: 'the-first-one' })
  await admin.put(`/api/v1/integrations/${sentry.ref}/signing-secret`, { keepPrevious: true })
  await admin.delete(url)
  expect(await db.selectFrom('integrations').selectAll().execute()).toMatchObject([
    { signing_secret: null, previous_signing_secret: null },
  ])
})

test('an alert that meets the deletion on its way leaves no active incident behind', async () => {
  const { admin, url, deliver, db } = await setUp()
  await deliver('1')
  const answers = await Promise.all([
    admin.delete(url),
    ...Array.from({ length: 20 }, (_, index) => deliver(String(index + 1))),
  ])
  expect(answers[0]?.status).toBe(204)
  expect(new Set(answers.slice(1).map(({ status }) => status))).toEqual(
    new Set(answers.slice(1).map(({ status }) => (status === 202 ? 202 : 404))),
  )
  const { rows } = await sql`select 1 from incidents where status <> 'resolved'`.execute(db)
  expect(rows).toEqual([])
})
