import { expect, test } from 'vitest'
import { raceOnTable } from '../testing/race.ts'
import { testApp } from '../testing/test-app.ts'
import { createAuth } from './auth.ts'
import { createFirstAdmin, issueSetupLink } from './setup.ts'

const ADMIN = { name: 'Ana Example', email: 'Ana@Example.com', password: 'correct horse battery' }

const tokenOf = (link: string | null) => new URL(link ?? '').searchParams.get('token') ?? ''

test('a stranger cannot set a fresh server up: without the token of its start the answer is 403', async () => {
  const t = await testApp()
  expect((await t.nobody.get('/api/v1/setup')).body).toEqual({ needed: true })

  const answer = await t.nobody.post('/api/v1/setup', { ...ADMIN, token: 'guessed' })

  expect(answer.status).toBe(403)
  expect(answer.body.code).toBe('setup_token_invalid')
  expect(answer.headers['set-cookie']).toBeUndefined()
})

test('whoever has the link becomes the administrator, is signed in, and the link is used up', async () => {
  const t = await testApp()
  const link = await issueSetupLink(t.deps)
  expect(link).toMatch(/^http:\/\/opsknight\.test\/setup\?token=[\w-]{43}$/)

  const answer = await t.nobody.post('/api/v1/setup', { ...ADMIN, token: tokenOf(link) })

  expect(answer.status).toBe(201)
  expect(answer.body).toMatchObject({ email: 'ana@example.com', role: 'admin' })
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? ''
  expect((await t.client({ cookie }).get('/api/v1/me')).body).toEqual(answer.body)

  expect((await t.nobody.get('/api/v1/setup')).body).toEqual({ needed: false })
  const again = await t.nobody.post('/api/v1/setup', {
    ...ADMIN,
    email: 'bo@example.com',
    token: tokenOf(link),
  })
  expect([again.status, again.body.code]).toEqual([409, 'setup_done'])
  expect(await issueSetupLink(t.deps)).toBeNull()
})

test('a server that was started twice before it was set up accepts either link', async () => {
  const t = await testApp()
  const first = await issueSetupLink(t.deps)
  await issueSetupLink(t.deps)
  t.clock.advance({ days: 400 })

  expect((await t.nobody.post('/api/v1/setup', { ...ADMIN, token: tokenOf(first) })).status).toBe(201)
  expect(await t.db.selectFrom('one_time_links').selectAll().execute()).toEqual([])
})

test('of set-ups at the same moment exactly one makes an administrator', async () => {
  const t = await testApp()
  const tokens = [await issueSetupLink(t.deps), await issueSetupLink(t.deps)].map(tokenOf)

  const answers = await raceOnTable(
    t.db,
    'audit_log',
    [0, 1, 2, 3].map(
      (n) => () =>
        t.nobody.post('/api/v1/setup', { ...ADMIN, email: `p${n}@example.com`, token: tokens[n % 2] }),
    ),
  )

  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409])
  expect(await t.db.selectFrom('users').select('role').execute()).toEqual([{ role: 'admin' }])
})

test('the administrator of the configuration is made once, and can sign in', async () => {
  const t = await testApp()
  const auth = createAuth(t.deps)

  const made = await Promise.all([1, 2].map(() => createFirstAdmin(t.deps, auth, ADMIN)))

  expect(made.sort()).toEqual([false, true])
  const { email, password } = ADMIN
  expect((await t.nobody.post('/api/v1/session', { email, password })).body.role).toBe('admin')
  expect(await createFirstAdmin(t.deps, auth, { email: 'bo@example.com', password })).toBe(false)
})

test('somebody who goes on guessing set-up tokens is told to wait', async () => {
  const t = await testApp()
  const guess = () => t.nobody.post('/api/v1/setup', { ...ADMIN, token: 'guessed' })
  for (let n = 0; n < 50; n += 1) expect((await guess()).status).toBe(403)

  expect((await guess()).body.code).toBe('rate_limited')
  t.clock.advance({ minutes: 15 })
  expect((await guess()).status).toBe(403)
})
