import { expect, test } from 'vitest'
import { commandLinePrincipal, userPrincipal } from '../platform/principal.ts'
import { raceOnTable } from '../testing/race.ts'
import { PUBLIC_URL, type TestApp, testApp } from '../testing/test-app.ts'
import { createApiKey, deleteApiKey } from './api-keys.ts'
import { inviteUser, renewPasswordLink, updateUser } from './commands.ts'

const PASSWORD = 'correct horse battery'

const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? ''
const redeem = (t: TestApp, link: string, password = PASSWORD) =>
  t.nobody.post('/api/v1/password-links/redeem', { token: tokenOf(link), password })
const lookUp = (t: TestApp, link: string) =>
  t.nobody.post('/api/v1/password-links/lookup', { token: tokenOf(link) })

/** Somebody who came in as everybody does: invited, with a password of their own. */
async function member(t: TestApp, role: 'admin' | 'responder' | 'viewer', email = `${role}@example.com`) {
  const { user, link } = await inviteUser(t.deps, commandLinePrincipal, { email, role })
  const answer = await redeem(t, link)
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  return { ...user, browser: t.client({ cookie, origin: PUBLIC_URL }) }
}

test('an administrator invites somebody, who sets a password with the link and is signed in', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')

  const invited = await admin.post('/api/v1/users', { email: 'Bo@Example.com', role: 'responder' })
  expect(invited.status).toBe(201)
  expect(invited.body).toMatchObject({
    name: 'Bo',
    email: 'bo@example.com',
    role: 'responder',
    active: false,
    disabled: false,
    timeZone: 'UTC',
    locale: 'en',
    inviteExpiresAt: '2026-03-04T09:00:00.000Z',
    invitedByEmail: false,
    emailProblem: expect.any(String),
  })
  expect(invited.body.inviteUrl).toMatch(/^http:\/\/opsknight\.test\/password\?token=[\w-]{43}$/)

  expect((await lookUp(t, invited.body.inviteUrl)).body).toEqual({ name: 'Bo', email: 'bo@example.com' })
  const redeemed = await redeem(t, invited.body.inviteUrl)
  expect(redeemed.body).toMatchObject({ email: 'bo@example.com', role: 'responder' })
  expect(redeemed.headers['set-cookie']).toBeDefined()

  const credentials = { email: 'BO@example.com', password: PASSWORD }
  expect((await t.nobody.post('/api/v1/session', credentials)).status).toBe(200)
  const { body } = await admin.get('/api/v1/users')
  expect(body.items.at(-1)).toMatchObject({ active: true, lastSeenAt: '2026-03-01T09:00:00.000Z' })
})

test('a link works once, also when it is opened twice at the same moment', async () => {
  const t = await testApp()
  const { link } = await inviteUser(t.deps, commandLinePrincipal, { email: 'bo@example.com', role: 'viewer' })

  const answers = await Promise.all(['first password', 'other password'].map((word) => redeem(t, link, word)))

  expect(answers.map(({ status }) => status).sort()).toEqual([200, 410])
  const late = await redeem(t, link)
  expect([late.status, late.body.code]).toEqual([410, 'link_invalid'])
  expect((await lookUp(t, link)).status).toBe(410)
})

test('a link ends after 72 hours, when a newer one is made, and when the person is disabled', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { user, link } = await inviteUser(t.deps, commandLinePrincipal, {
    email: 'b@example.com',
    role: 'viewer',
  })

  const newer = (await admin.post(`/api/v1/users/${user.id}/password-link`)).body.inviteUrl
  expect((await lookUp(t, link)).status).toBe(410)
  t.clock.advance({ hours: 71, minutes: 59 })
  expect((await lookUp(t, newer)).status).toBe(200)
  t.clock.advance({ minutes: 1 })
  expect((await redeem(t, newer)).status).toBe(410)

  const newest = (await admin.post(`/api/v1/users/${user.id}/password-link`)).body.inviteUrl
  await admin.patch(`/api/v1/users/${user.id}`, { disabled: true })
  expect((await redeem(t, newest)).status).toBe(410)
  expect((await admin.post(`/api/v1/users/${user.id}/password-link`)).body.code).toBe('conflict')
  await admin.patch(`/api/v1/users/${user.id}`, { disabled: false })
  expect((await redeem(t, newest)).status).toBe(410)
})

test('a new password by link signs the person out everywhere else', async () => {
  const t = await testApp()
  const [admin, bo] = [await t.asRole('admin'), await member(t, 'responder')]

  const { body } = await admin.post(`/api/v1/users/${bo.id}/password-link`)
  expect((await bo.browser.get('/api/v1/me')).status).toBe(200)
  await redeem(t, body.inviteUrl, 'another password')

  expect((await bo.browser.get('/api/v1/me')).status).toBe(401)
})

test('a disabled person is out at once and comes back as they were', async () => {
  const t = await testApp()
  const [admin, bo] = [await t.asRole('admin'), await member(t, 'responder')]

  const disabled = await admin.patch(`/api/v1/users/${bo.id}`, { disabled: true })
  expect(disabled.body).toMatchObject({ disabled: true, role: 'responder' })
  expect((await bo.browser.get('/api/v1/me')).status).toBe(401)

  await admin.patch(`/api/v1/users/${bo.id}`, { disabled: false })
  expect((await bo.browser.get('/api/v1/me')).status).toBe(401)
  const credentials = { email: bo.email, password: PASSWORD }
  expect((await t.nobody.post('/api/v1/session', credentials)).status).toBe(200)
})

test('a change of role holds for the next request', async () => {
  const t = await testApp()
  const [admin, bo] = [await t.asRole('admin'), await member(t, 'viewer')]
  expect((await bo.browser.get('/api/v1/api-keys')).status).toBe(403)

  await admin.patch(`/api/v1/users/${bo.id}`, { role: 'admin' })
  expect((await bo.browser.get('/api/v1/api-keys')).status).toBe(200)
})

test('the last administrator can be neither demoted nor disabled; somebody merely invited does not count', async () => {
  const t = await testApp()
  const admin = await member(t, 'admin')
  const invited = await inviteUser(t.deps, commandLinePrincipal, { email: 'bo@example.com', role: 'admin' })

  for (const change of [{ role: 'viewer' }, { disabled: true }]) {
    const refused = await admin.browser.patch(`/api/v1/users/${admin.id}`, change)
    expect([refused.status, refused.body.code]).toEqual([409, 'last_administrator'])
  }
  expect((await admin.browser.patch(`/api/v1/users/${admin.id}`, { name: 'Renamed' })).status).toBe(200)

  await redeem(t, invited.link)
  expect((await admin.browser.patch(`/api/v1/users/${admin.id}`, { role: 'viewer' })).status).toBe(200)
})

test('two administrators who remove each other at the same moment leave one', async () => {
  const t = await testApp()
  const [ana, bo] = [await member(t, 'admin', 'ana@example.com'), await member(t, 'admin', 'bo@example.com')]

  const answers = await raceOnTable(t.db, 'audit_log', [
    () => ana.browser.patch(`/api/v1/users/${bo.id}`, { disabled: true }),
    () => bo.browser.patch(`/api/v1/users/${ana.id}`, { role: 'viewer' }),
  ])

  const administrators = await t.db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .execute()
  expect(administrators).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
})

test('an e-mail address belongs to one person, however it is written', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  await admin.post('/api/v1/users', { email: 'bo@example.com', role: 'viewer' })
  const again = await admin.post('/api/v1/users', { email: 'BO@Example.com', role: 'admin' })
  expect([again.status, again.body.code]).toEqual([409, 'name_taken'])
})

test('people are listed page by page, in the order in which they came', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin', 'A')
  for (const name of ['B', 'C', 'D', 'E']) {
    t.clock.advance({ seconds: 1 })
    await t.create.user({ name })
  }

  const names: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await admin.get(`/api/v1/users?limit=2${cursor && `&cursor=${cursor}`}`)
    names.push(...body.items.map(({ name }: { name: string }) => name))
    cursor = body.nextCursor
  }
  expect(names).toEqual(['A', 'B', 'C', 'D', 'E'])
})

test('an unknown person is 404, also by an id that no database could hold', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  for (const id of ['00000000-0000-7000-8000-000000000000', "x' or 1=1", '%00']) {
    expect((await admin.patch(`/api/v1/users/${encodeURIComponent(id)}`, { name: 'X' })).status).toBe(404)
  }
})

test('somebody who goes on guessing password links is told to wait', async () => {
  const t = await testApp()
  const guess = () => t.nobody.post('/api/v1/password-links/lookup', { token: 'guessed' })
  for (let n = 0; n < 50; n += 1) expect((await guess()).status).toBe(410)
  expect((await guess()).status).toBe(429)
})

test('the commands ask for permission themselves, whoever calls them', async () => {
  const { deps } = await testApp()
  const responder = userPrincipal({ id: 'x', name: 'Bo', role: 'responder' }, null)
  const commands = [
    () => inviteUser(deps, responder, { email: 'c@example.com', role: 'admin' }),
    () => renewPasswordLink(deps, responder, 'x'),
    () => updateUser(deps, responder, 'x', { role: 'admin' }),
    () => createApiKey(deps, responder, { name: 'key', scopes: ['read'] }),
    () => deleteApiKey(deps, responder, 'x'),
  ]
  for (const command of commands) await expect(command()).rejects.toMatchObject({ code: 'forbidden' })
})

test('a name with characters that cannot be stored is cleaned', async () => {
  const t = await testApp()
  const viewer = await t.asRole('viewer')
  const answer = await viewer.patch('/api/v1/me', { name: 'A\u0000na \ud800' })
  expect([answer.status, answer.body.name]).toEqual([200, 'Ana \ufffd'])
})
