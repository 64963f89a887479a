import { expect, test } from 'vitest'
import { type AppWithMail, appWithMail } from '../testing/people-with-mail.ts'

const rulesOf = (id: string) => `/api/v1/users/${id}/notification-rules`

async function anaWithAddress(t: AppWithMail) {
  const ana = await t.person()
  return { ana, id: await t.addVerified(ana, 'ana@example.com') }
}

test('the first verified contact method is used at once for every urgency; the second is not added silently', async () => {
  const t = await appWithMail()
  const { ana, id } = await anaWithAddress(t)
  await t.addVerified(ana, 'second@example.com')

  const { status, body } = await ana.browser.get(rulesOf(ana.id))
  expect(status).toBe(200)
  expect(body).toEqual(
    ['high', 'medium', 'low'].map((urgency) => ({
      urgency,
      delayMinutes: 0,
      contactMethodId: id,
      skipped: null,
    })),
  )
})

test('rules that somebody has made already stay as they are when their first contact method is verified', async () => {
  const t = await appWithMail()
  const ana = await t.person()
  const { id, code } = await t.add(ana, 'ana@example.com')
  const rule = { urgency: 'high', delayMinutes: 5, contactMethodId: id }
  const put = await ana.browser.put(rulesOf(ana.id), [rule])
  expect(put.status).toBe(200)
  expect(put.body).toEqual([{ ...rule, skipped: 'The contact method is not verified yet' }])

  await ana.browser.post(`/api/v1/contact-methods/${id}/verify`, { code })
  expect((await ana.browser.get(rulesOf(ana.id))).body).toEqual([{ ...rule, skipped: null }])
})

test('rules are replaced as a whole, and read by urgency and delay', async () => {
  const t = await appWithMail()
  const { ana, id } = await anaWithAddress(t)
  const second = await t.addVerified(ana, 'second@example.com')
  const wanted = [
    { urgency: 'low', delayMinutes: 30, contactMethodId: id },
    { urgency: 'high', delayMinutes: 3, contactMethodId: second },
    { urgency: 'high', delayMinutes: 0, contactMethodId: id },
    { urgency: 'high', delayMinutes: 0, contactMethodId: id },
    { urgency: 'high', delayMinutes: 10, contactMethodId: id },
  ]

  const put = await ana.browser.put(rulesOf(ana.id), wanted)

  expect(put.body.map((rule: (typeof wanted)[0]) => [rule.urgency, rule.delayMinutes])).toEqual([
    ['high', 0],
    ['high', 3],
    ['high', 10],
    ['low', 30],
  ])
  expect((await ana.browser.get(rulesOf(ana.id))).body).toEqual(put.body)
  expect((await ana.browser.put(rulesOf(ana.id), [])).body).toEqual([])
})

test('a wrong rule is named by its place, and nothing changes', async () => {
  const t = await appWithMail()
  const { ana, id } = await anaWithAddress(t)
  const bo = await t.person()
  const ofBo = await t.addVerified(bo, 'bo@example.com')
  const before = (await ana.browser.get(rulesOf(ana.id))).body
  const good = { urgency: 'high', delayMinutes: 0, contactMethodId: id }

  for (const [wrong, path] of [
    [{ ...good, contactMethodId: ofBo }, '1.contactMethodId'],
    [{ ...good, contactMethodId: 'nothing' }, '1.contactMethodId'],
    [{ ...good, delayMinutes: -1 }, '1.delayMinutes'],
    [{ ...good, delayMinutes: 1441 }, '1.delayMinutes'],
    [{ ...good, delayMinutes: 0.5 }, '1.delayMinutes'],
    [{ ...good, urgency: 'urgent' }, '1.urgency'],
  ] as const) {
    const answer = await ana.browser.put(rulesOf(ana.id), [good, wrong])
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, path])
  }
  expect((await ana.browser.get(rulesOf(ana.id))).body).toEqual(before)
})

test('everybody may read how somebody is reached; only they and administrators may change it', async () => {
  const t = await appWithMail()
  const { ana } = await anaWithAddress(t)
  expect((await (await t.asRole('viewer')).get(rulesOf(ana.id))).body).toHaveLength(3)
  expect((await (await t.asRole('responder')).put(rulesOf(ana.id), [])).status).toBe(403)
  expect((await t.withKey(await t.create.apiKey('admin')).put(rulesOf(ana.id), [])).status).toBe(200)
})

test('a change of rules says in the audit log what they are now', async () => {
  const t = await appWithMail()
  const { ana, id } = await anaWithAddress(t)
  await ana.browser.put(rulesOf(ana.id), [{ urgency: 'high', delayMinutes: 3, contactMethodId: id }])
  const { items } = (await (await t.asRole('admin')).get('/api/v1/audit-log')).body
  expect(items[0]).toMatchObject({
    action: 'notification_rules.changed',
    data: { rules: ['high: email ana@example.com after 3 min'] },
  })
})
