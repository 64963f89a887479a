import { expect, test } from 'vitest'
import { PUBLIC_URL, type TestApp, testApp } from '../testing/test-app.ts'
import { createAuth } from './auth.ts'
import { setPasswordHash } from './store.ts'

const PASSWORD = 'correct horse battery'

/** Somebody with a password, and how they sign in. */
async function person(t: TestApp, role: 'admin' | 'responder' | 'viewer' = 'responder') {
  const user = await t.create.user({ role })
  const hash = await createAuth(t.deps).hashPassword(PASSWORD)
  await t.db.transaction().execute((trx) => setPasswordHash(trx, user.id, hash, t.clock.now()))
  const signIn = (password = PASSWORD, headers: Record<string, string> = {}) =>
    t.client(headers).post('/api/v1/session', { email: user.email, password })
  return { ...user, signIn }
}

const cookieOf = (answer: { headers: Record<string, unknown> }) =>
  String(answer.headers['set-cookie']).split(';')[0] ?? ''
const browserWith = (t: TestApp, cookie: string) => t.client({ cookie, origin: PUBLIC_URL })

test('signing in answers who it is and sets a cookie that scripts and other sites cannot use', async () => {
  const t = await testApp()
  const ana = await person(t)

  const answer = await ana.signIn()

  expect(answer.body).toEqual({
    id: ana.id,
    name: ana.name,
    email: ana.email,
    role: 'responder',
    timeZone: 'UTC',
    locale: 'en',
  })
  expect(String(answer.headers['set-cookie'])).toMatch(
    /^opsknight\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  const browser = browserWith(t, cookieOf(answer))
  expect((await browser.get('/api/v1/me')).body).toEqual(answer.body)

  const out = await browser.delete('/api/v1/session')
  expect(out.status).toBe(204)
  expect(String(out.headers['set-cookie'])).toContain(
    'opsknight.session_token=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
  )
  expect((await browser.get('/api/v1/me')).status).toBe(401)
  expect((await browser.delete('/api/v1/session')).status).toBe(204)
})

test('where the public address is https the cookie is never sent without encryption', async () => {
  const t = await testApp({ environment: { OPSKNIGHT_URL: 'https://ops.example.com' } })
  const answer = await (await person(t)).signIn()
  expect(String(answer.headers['set-cookie'])).toMatch(/^__Secure-opsknight\.session_token=.*; Secure/)
  expect((await t.client({ cookie: cookieOf(answer) }).get('/api/v1/me')).status).toBe(200)
})

test('a wrong password, an unknown person, one without password and one who is disabled get the same answer', async () => {
  const t = await testApp()
  const [ana, disabled, invited] = [await person(t), await person(t), await t.create.user()]
  await t.db.updateTable('users').set({ disabled_at: t.clock.now() }).where('id', '=', disabled.id).execute()
  const attempt = (email: string) => t.nobody.post('/api/v1/session', { email, password: PASSWORD })

  const answers = [
    await ana.signIn('wrong'),
    await attempt('nobody@example.com'),
    await attempt(invited.email),
    await attempt(disabled.email),
  ]

  for (const { status, body, headers } of answers) {
    expect(status).toBe(401)
    expect({ ...body, requestId: '' }).toEqual({ ...answers[0]?.body, requestId: '' })
    expect(headers['set-cookie']).toBeUndefined()
  }
  expect(await t.db.selectFrom('sessions').selectAll().execute()).toEqual([])
})

test('after five wrong passwords the account is closed to this address for 15 minutes, and only to it', async () => {
  const t = await testApp({ environment: { TRUST_PROXY: '127.0.0.1' } })
  const [ana, bo] = [await person(t), await person(t)]
  for (let n = 0; n < 5; n += 1) expect((await ana.signIn('wrong')).status).toBe(401)

  const closed = await ana.signIn()
  expect(closed.body.code).toBe('rate_limited')
  expect(closed.headers['retry-after']).toBe(String(15 * 60))
  expect((await bo.signIn()).status).toBe(200)
  expect((await ana.signIn(PASSWORD, { 'x-forwarded-for': '203.0.113.7' })).status).toBe(200)

  t.clock.advance({ minutes: 14, seconds: 59 })
  expect((await ana.signIn()).status).toBe(429)
  t.clock.advance({ seconds: 1 })
  expect((await ana.signIn()).status).toBe(200)
})

test('guesses that arrive at the same moment do not slip through together', async () => {
  const t = await testApp()
  const ana = await person(t)

  const answers = await Promise.all(Array.from({ length: 12 }, () => ana.signIn('wrong')))

  expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(7)
})

test('a person who finally remembers starts from zero', async () => {
  const t = await testApp()
  const ana = await person(t)
  for (let round = 0; round < 3; round += 1) {
    for (let n = 0; n < 4; n += 1) expect((await ana.signIn('wrong')).status).toBe(401)
    expect((await ana.signIn()).status).toBe(200)
  }
})

test('one address that has guessed fifty times is stopped, though each guess was at something else', async () => {
  const t = await testApp()
  const ana = await person(t)
  for (let n = 0; n < 49; n += 1) {
    await t.nobody.post('/api/v1/password-links/lookup', { token: `guess ${n}` })
  }
  expect((await ana.signIn('wrong')).status).toBe(401)

  expect((await (await person(t)).signIn()).status).toBe(429)
})

test('signing in often is no failure', async () => {
  const t = await testApp()
  const ana = await person(t)
  for (let n = 0; n < 48; n += 1) {
    await t.nobody.post('/api/v1/password-links/lookup', { token: `guess ${n}` })
  }
  for (let n = 0; n < 4; n += 1) expect((await ana.signIn()).status).toBe(200)
})

test('the session of somebody who was disabled is worth nothing, even if it is still there', async () => {
  const t = await testApp()
  const ana = await person(t)
  const browser = browserWith(t, cookieOf(await ana.signIn()))
  await t.db.updateTable('users').set({ disabled_at: t.clock.now() }).where('id', '=', ana.id).execute()
  expect((await browser.get('/api/v1/me')).status).toBe(401)
})

test('a session ends after 30 days without use, and goes on while it is used', async () => {
  const t = await testApp()
  const browser = browserWith(t, cookieOf(await (await person(t)).signIn()))

  t.clock.advance({ days: 29 })
  const prolonged = await browser.get('/api/v1/me')
  expect(String(prolonged.headers['set-cookie'])).toMatch(
    /^opsknight\.session_token=[^;]{20,}; Max-Age=2592000/,
  )
  expect((await browser.get('/api/v1/me')).headers['set-cookie']).toBeUndefined()

  t.clock.advance({ days: 29 })
  expect((await browserWith(t, cookieOf(prolonged)).get('/api/v1/me')).status).toBe(200)
  t.clock.advance({ days: 30 })
  expect((await browser.get('/api/v1/me')).status).toBe(401)
})

test('a cookie that was changed, or signed by another server, is nobody', async () => {
  const [t, other] = [await testApp(), await testApp()]
  const cookie = cookieOf(await (await person(t)).signIn())
  const token = cookie.slice(0, cookie.indexOf('.', 'opsknight.session_token='.length))

  for (const forged of [token, `${token}.AAAA`, cookie.replace(/=(.)/, '=x'), 'opsknight.session_token=']) {
    expect((await browserWith(t, forged).get('/api/v1/me')).status).toBe(401)
  }
  expect((await browserWith(other, cookie).get('/api/v1/me')).status).toBe(401)
})

test('another site can neither act with the cookie of a person nor sign anybody in', async () => {
  const t = await testApp()
  const ana = await person(t)
  const cookie = cookieOf(await ana.signIn())
  const rename = (headers: Record<string, string>) =>
    t.client(headers).patch('/api/v1/me', { name: 'Renamed' })

  for (const headers of [
    {},
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    const refused = await rename({ cookie, ...headers })
    expect([refused.status, refused.body.code]).toEqual([403, 'cross_site_request'])
  }
  expect((await rename({ cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
  expect((await rename({ cookie, origin: PUBLIC_URL })).status).toBe(200)
  // Reading is harmless: the other site cannot see the answer.
  expect((await t.client({ cookie, origin: 'https://evil.example' }).get('/api/v1/me')).status).toBe(200)

  const refused = await ana.signIn(PASSWORD, { origin: 'https://evil.example' })
  expect(refused.body.code).toBe('cross_site_request')
  expect(refused.headers['set-cookie']).toBeUndefined()
})

test('a page opened by another name of this server may act, as it is the same server', async () => {
  const t = await testApp()
  const cookie = cookieOf(await (await person(t)).signIn())
  const headers = { cookie, host: 'localhost:3000', origin: 'http://localhost:3000' }
  expect((await t.client(headers).patch('/api/v1/me', { name: 'Renamed' })).status).toBe(200)
})

test('changing the password needs the current one and signs out every other browser', async () => {
  const t = await testApp()
  const ana = await person(t)
  const [here, there] = [cookieOf(await ana.signIn()), cookieOf(await ana.signIn())].map((c) =>
    browserWith(t, c),
  )
  const change = (currentPassword: string) =>
    here?.post('/api/v1/me/password', { currentPassword, newPassword: 'a better passphrase' })

  const wrong = await change('wrong')
  expect(wrong?.body.errors).toEqual([{ path: 'currentPassword', message: 'is wrong' }])
  expect((await change(PASSWORD))?.status).toBe(204)

  expect((await here?.get('/api/v1/me'))?.status).toBe(200)
  expect((await there?.get('/api/v1/me'))?.status).toBe(401)
  expect((await ana.signIn()).status).toBe(401)
  expect((await ana.signIn('a better passphrase')).status).toBe(200)
})

test('a person may rename themselves, even a viewer, and is not made more by it', async () => {
  const t = await testApp()
  const viewer = await t.asRole('viewer')
  const answer = await viewer.patch('/api/v1/me', { name: '  New Name ', role: 'admin' })
  expect(answer.body).toMatchObject({ name: 'New Name', role: 'viewer' })
})
