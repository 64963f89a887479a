import { expect, test } from 'vitest'
import { page, testAppWithChannels } from '../testing/paged.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { smsGateway } from '../testing/sms-gateway.ts'

/** Two people are paged about an incident; of one the first contact method is not verified, of the other it fails. */
async function withPages(title?: string) {
  const gateway = await smsGateway(() => ({ status: 400, body: 'no such number' }))
  const paged = await testAppWithChannels({ gateway })
  const { t, send } = paged
  const incident = await t.create.incident(title === undefined ? {} : { title })
  const [ana, bo] = [
    await t.create.user({ name: 'Ana', role: 'viewer' }),
    await t.create.user({ name: 'Bo' }),
  ]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006', verified: false })
  await addContactMethod(t, ana, { address: 'ana@example.com' })
  await addContactMethod(t, bo, { channel: 'sms', address: '+15005550007' })
  await page(t, ana, [incident])
  await page(t, bo, [incident])
  await send()
  return { ...paged, incident, ana, bo }
}

type Page = { id: string; userId: string; address: string; status: string }

test('the pages of an incident tell who was paged, how and when, and who was not and why', async () => {
  const { t, incident, ana } = await withPages()
  const { status, body } = await (await t.asRole('viewer')).get(`/api/v1/incidents/${incident.number}/pages`)
  expect(status).toBe(200)
  const at = t.clock.now().toISOString()
  expect(body).toMatchObject([
    { channel: 'sms', status: 'skipped', reason: 'This contact method is not verified', sentAt: null },
    { channel: 'email', status: 'sent', reason: null, sentAt: at, attempts: 1, step: 1, cycle: 0 },
    { channel: 'sms', status: 'failed', reason: expect.stringContaining('no such number') },
  ])
  expect(body[1]).toEqual({
    id: expect.any(String),
    incidentId: incident.id,
    incidentNumber: incident.number,
    incidentTitle: 'Checkout is down',
    userId: ana.id,
    userName: 'Ana',
    channel: 'email',
    address: 'a…@example.com',
    status: 'sent',
    reason: null,
    urgency: 'high',
    cause: 'escalation',
    step: 1,
    cycle: 0,
    dueAt: at,
    sentAt: at,
    deliveredAt: null,
    seenAt: null,
    attempts: 1,
    answer: null,
  })
})

test('addresses are whole for administrators and for the person, masked for everybody else', async () => {
  const { t, incident, ana, bo } = await withPages()
  const addresses = async (client: Awaited<ReturnType<typeof t.as>>) =>
    ((await client.get(`/api/v1/incidents/${incident.id}/pages`)).body as Page[]).map(
      ({ address }) => address,
    )
  const [masked, whole] = [
    ['+15…06', 'a…@example.com', '+15…07'],
    ['+15005550006', 'ana@example.com', '+15005550007'],
  ]
  expect(await addresses(await t.asRole('admin'))).toEqual(whole)
  expect(await addresses(t.withKey(await t.create.apiKey('admin')))).toEqual(whole)
  expect(await addresses(await t.asRole('responder'))).toEqual(masked)
  expect(await addresses(t.withKey(await t.create.apiKey('write')))).toEqual(masked)
  expect(await addresses(await t.as(ana))).toEqual([whole[0], whole[1], masked[2]])
  expect(await addresses(await t.as(bo))).toEqual([masked[0], masked[1], whole[2]])
})

test('an address that is a credential is never whole, and one that is gone stays as it was shown', async () => {
  const { t } = await testAppWithChannels()
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  const id = await addContactMethod(t, ana, {
    channel: 'webhook',
    address: 'https://hooks.example.com/secret',
  })
  await page(t, ana, [incident])
  const admin = await t.asRole('admin')
  const read = async () => (await admin.get(`/api/v1/incidents/${incident.id}/pages`)).text
  expect(await read()).toContain('hooks.example.com/…')
  expect(await read()).not.toContain('secret')
  await t.db.deleteFrom('contact_methods').where('id', '=', id).execute()
  expect(await read()).toContain('hooks.example.com/…')
})

test('the log lists the newest first, by person and by what became of them, page by page', async () => {
  const { t, ana, bo } = await withPages()
  const responder = await t.asRole('responder')
  const list = async (query = '') => {
    const { status, body } = await responder.get(`/api/v1/pages${query}`)
    expect(status).toBe(200)
    return body as { items: Page[]; nextCursor: string | null }
  }
  const all = (await list()).items
  expect(all.map(({ status }) => status)).toEqual(['failed', 'sent', 'skipped'])
  expect((await list(`?userId=${ana.id}`)).items).toEqual(all.slice(1))
  expect((await list('?status=failed')).items).toEqual(all.slice(0, 1))
  expect((await list(`?userId=${ana.id}&status=sent`)).items).toEqual(all.slice(1, 2))
  expect((await list(`?userId=${bo.id}&status=sent`)).items).toEqual([])
  expect((await list('?userId=nobody')).items).toEqual([])

  const first = await list('?limit=2')
  expect(first.items).toEqual(all.slice(0, 2))
  const second = await list(`?limit=2&cursor=${first.nextCursor}`)
  expect(second).toEqual({ items: all.slice(2), nextCursor: null })
  expect((await responder.get('/api/v1/pages?cursor=x')).status).toBe(400)
  expect((await responder.get('/api/v1/pages?status=lost')).status).toBe(400)
})

test('viewers see the pages of their own in the log', async () => {
  const { t, ana, bo } = await withPages()
  const client = await t.as(ana)
  const users = ((await client.get('/api/v1/pages')).body.items as Page[]).map(({ userId }) => userId)
  expect(users).toEqual([ana.id, ana.id])
  expect((await client.get(`/api/v1/pages?userId=${ana.id}`)).status).toBe(200)
  expect((await client.get(`/api/v1/pages?userId=${bo.id}`)).status).toBe(403)
})
