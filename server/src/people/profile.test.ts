import { expect, test } from 'vitest'
import { appWithMail, goesTo } from '../testing/people-with-mail.ts'
import { testApp } from '../testing/test-app.ts'

test('an invitation goes out by e-mail where mail is set up, and the answer says so', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin', 'Ana')
  const invited = await admin.post('/api/v1/users', {
    email: 'bo@example.com',
    name: 'Bo',
    role: 'responder',
    timeZone: 'Europe/Berlin',
  })
  expect(invited.status).toBe(201)
  expect(invited.body).toMatchObject({
    name: 'Bo',
    timeZone: 'Europe/Berlin',
    invitedByEmail: true,
    emailProblem: null,
  })
  const mail = await t.box.next(goesTo('bo@example.com'))
  expect(mail.text).toContain(invited.body.inviteUrl)
  expect(mail.text).toContain('Ana')

  const renewed = await admin.post(`/api/v1/users/${invited.body.id}/password-link`)
  expect(renewed.body.invitedByEmail).toBe(true)
  expect((await t.box.next(goesTo('bo@example.com'))).text).toContain(renewed.body.inviteUrl)
})

test('an invitation that the mail server refuses still has its link, and says why', async () => {
  const refusal = Object.assign(new Error('No such user here'), { responseCode: 550 })
  const t = await appWithMail({ onRcptTo: (_to, _session, callback) => callback(refusal) })
  const invited = await (await t.asRole('admin')).post('/api/v1/users', {
    email: 'b@example.com',
    role: 'viewer',
  })
  expect(invited.status).toBe(201)
  expect(invited.body.invitedByEmail).toBe(false)
  expect(invited.body.emailProblem).toContain('No such user here')
  expect(invited.body.inviteUrl).toContain('/password?token=')
})

test('people change their own name, time zone and locale, in whatever role', async () => {
  const t = await testApp()
  const viewer = await t.asRole('viewer')
  expect((await viewer.get('/api/v1/me')).body).toMatchObject({ timeZone: 'UTC', locale: 'en' })
  const changed = await viewer.patch('/api/v1/me', { timeZone: 'America/Sao_Paulo', locale: 'pt-BR' })
  expect(changed.body).toMatchObject({
    name: 'Ana Example',
    timeZone: 'America/Sao_Paulo',
    locale: 'pt-BR',
    role: 'viewer',
  })
  expect((await viewer.get('/api/v1/me')).body).toEqual(changed.body)
  expect((await viewer.patch('/api/v1/me', { role: 'admin' })).body.role).toBe('viewer')
})

test('a time zone or a locale that does not exist is refused where it was typed', async () => {
  const t = await testApp()
  const [viewer, admin] = [await t.asRole('viewer'), await t.asRole('admin')]
  for (const [field, value] of [
    ['timeZone', 'Mars/Olympus'],
    ['timeZone', '+02:00'],
    ['timeZone', ''],
    ['locale', 'not a locale'],
  ] as const) {
    const answer = await viewer.patch('/api/v1/me', { [field]: value })
    expect([answer.status, answer.body.errors[0].path]).toEqual([400, field])
  }
  const invited = await admin.post('/api/v1/users', {
    email: 'b@example.com',
    role: 'viewer',
    timeZone: 'CEST',
  })
  expect(invited.status).toBe(400)
})

test('an administrator changes the time zone of others; it is in their list and page', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person()
  await t.addVerified(ana, 'ana@example.com')
  const changed = await admin.patch(`/api/v1/users/${ana.id}`, { timeZone: 'Asia/Kathmandu' })
  expect(changed.body).toMatchObject({ timeZone: 'Asia/Kathmandu', reachedBy: ['email'] })
  expect((await admin.get('/api/v1/users')).body.items.at(-1)).toEqual(changed.body)
  expect((await admin.get(`/api/v1/users/${ana.id}`)).body).toMatchObject({
    ...changed.body,
    contactMethods: [{ channel: 'email', verified: true }],
    teams: [],
  })
  expect((await ana.browser.patch(`/api/v1/users/${ana.id}`, { name: 'X' })).status).toBe(403)
})
