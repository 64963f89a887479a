import { expect, test } from 'vitest'
import type { AuditEntry } from '#contract/people.ts'
import { issueSetupLink } from '../people/setup.ts'
import { PUBLIC_URL, type TestApp, testApp } from '../testing/test-app.ts'

const PASSWORD = 'correct horse battery'

const tokenOf = (link: string) => new URL(link).searchParams.get('token') ?? ''

/** A server's first hour: set up, one person invited, who forgets the password once, and one key made and deleted. */
async function firstHour(t: TestApp) {
  const setupToken = tokenOf((await issueSetupLink(t.deps)) ?? '')
  const ana = { name: 'Ana', email: 'ana@example.com', password: PASSWORD }
  const setup = await t.nobody.post('/api/v1/setup', { ...ana, token: setupToken })
  const cookie = String(setup.headers['set-cookie']).split(';')[0] ?? ''
  const admin = t.client({ cookie, origin: PUBLIC_URL })

  const invited = await admin.post('/api/v1/users', { email: 'bo@example.com', role: 'viewer' })
  const inviteToken = tokenOf(invited.body.inviteUrl)
  await t.nobody.post('/api/v1/password-links/redeem', { token: inviteToken, password: 'password of bo' })
  await t.nobody.post('/api/v1/session', { email: 'bo@example.com', password: 'guessed-password' })
  await admin.patch(`/api/v1/users/${invited.body.id}`, { role: 'responder' })
  const { key, id } = (await admin.post('/api/v1/api-keys', { name: 'ci', scopes: ['write'] })).body
  await t.withKey(key).get('/api/v1/users')
  await admin.delete(`/api/v1/api-keys/${id}`)
  const newPassword = 'the new password'
  await admin.post('/api/v1/me/password', { currentPassword: PASSWORD, newPassword })

  const sessionToken = decodeURIComponent(cookie.split('=')[1] ?? '').split('.')[0] ?? ''
  const secrets = [
    PASSWORD,
    'password of bo',
    'guessed-password',
    newPassword,
    setupToken,
    inviteToken,
    key,
    sessionToken,
  ]
  return { admin, secrets }
}

test('the audit log says who did what to whom and from where, newest first', async () => {
  const t = await testApp()
  const { admin } = await firstHour(t)

  const { items } = (await admin.get('/api/v1/audit-log')).body as { items: AuditEntry[] }

  expect(
    items.map(({ actor, action, target, data }) => [actor.name, action, target.name, data]).reverse(),
  ).toEqual([
    ['Ana', 'server.set_up', 'ana@example.com', {}],
    ['Ana', 'user.invited', 'bo@example.com', { role: 'viewer' }],
    ['bo', 'user.password_set', 'bo@example.com', {}],
    ['not signed in', 'session.refused', 'bo@example.com', {}],
    ['Ana', 'user.updated', 'bo@example.com', { role: 'responder' }],
    ['Ana', 'api_key.created', 'ci', { scopes: ['write'], prefix: expect.stringMatching(/^ok_.{6}$/) }],
    ['Ana', 'api_key.deleted', 'ci', {}],
    ['Ana', 'user.password_changed', 'ana@example.com', {}],
  ])
  expect(new Set(items.map(({ ip }) => ip))).toEqual(new Set(['127.0.0.1']))
})

test('no password, key or token is in any later answer, in the audit log, in the log or readable in the database', async () => {
  const t = await testApp()
  const { admin, secrets } = await firstHour(t)

  const answers = await Promise.all(
    ['audit-log', 'users', 'api-keys', 'me', 'setup'].map((path) => admin.get(`/api/v1/${path}`)),
  )
  const tables = await Promise.all(
    (['users', 'accounts', 'api_keys', 'one_time_links', 'audit_log', 'sign_in_failures'] as const).map(
      (table) => t.db.selectFrom(table).selectAll().execute(),
    ),
  )

  const everything = [...answers.map(({ text }) => text), JSON.stringify(tables), ...t.logged].join('\n')
  expect(t.logged.join('')).toContain('session.refused')
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10)
    expect(everything).not.toContain(secret)
  }
})

test('the audit log is read page by page without repeating or losing a line', async () => {
  const t = await testApp()
  const { admin } = await firstHour(t)
  const all = (await admin.get('/api/v1/audit-log')).body.items
  expect(all.length).toBeGreaterThan(5)

  const paged: unknown[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const { body } = await admin.get(`/api/v1/audit-log?limit=3${cursor && `&cursor=${cursor}`}`)
    paged.push(...body.items)
    cursor = body.nextCursor
  }
  expect(paged).toEqual(all)
})

test('a change that does not happen leaves no line', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  await admin.post('/api/v1/users', { email: 'bo@example.com', role: 'viewer' })
  await admin.post('/api/v1/users', { email: 'bo@example.com', role: 'viewer' })
  const { body } = await admin.get('/api/v1/audit-log')
  expect(body.items).toHaveLength(1)
})
