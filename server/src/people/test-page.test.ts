import { expect, test } from 'vitest'
import { appWithMail, goesTo } from '../testing/people-with-mail.ts'

const testOf = (id: string) => `/api/v1/contact-methods/${id}/test`

test('a test page takes the way of every page and is in the log of pages', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const id = await t.addVerified(ana, 'ana.secret@example.com')

  const asked = await ana.browser.post(testOf(id))
  expect(asked.status).toBe(202)
  await t.runWorker()

  expect((await t.box.next(goesTo('ana.secret@example.com'))).text).toMatch(/test/i)
  const { items } = (await (await t.asRole('responder')).get(`/api/v1/pages?userId=${ana.id}`)).body
  expect(items).toMatchObject([
    {
      id: asked.body.pageId,
      incidentId: null,
      cause: 'test',
      status: 'sent',
      channel: 'email',
      address: 'a…@example.com',
      attempts: 1,
    },
  ])
})

test('no test page goes to an address that is not verified, nor to somebody who is disabled', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person()
  const { id } = await t.add(ana, 'ana@example.com')
  const unverified = await ana.browser.post(testOf(id))
  expect([unverified.status, unverified.body.code]).toEqual([409, 'conflict'])

  const verified = await t.addVerified(ana, 'other@example.com')
  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: true })
  expect((await admin.post(testOf(verified))).status).toBe(409)
  await t.runWorker()
  expect((await admin.get('/api/v1/pages')).body.items).toEqual([])
})

test('ten test pages an hour go to one contact method', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const id = await t.addVerified(ana, 'ana@example.com')
  for (let sent = 0; sent < 10; sent += 1) expect((await ana.browser.post(testOf(id))).status).toBe(202)
  const refused = await ana.browser.post(testOf(id))
  expect([refused.status, refused.body.detail]).toEqual([
    429,
    'Too many test pages. Try again in 60 minutes.',
  ])
})

test('a page that waits for somebody who is deleted is cancelled, and says why', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person()
  const id = await t.addVerified(ana, 'ana@example.com')
  await ana.browser.post(testOf(id))
  await admin.delete(`/api/v1/users/${ana.id}`)
  await t.runWorker()
  expect((await admin.get(`/api/v1/pages?userId=${ana.id}`)).body.items).toMatchObject([
    { status: 'cancelled', reason: 'The person was deleted', userName: 'Ana Example' },
  ])
  expect(t.box.messages).toHaveLength(1)
})
