import { expect, test } from 'vitest'
import { commandLinePrincipal } from '../platform/principal.ts'
import { sha256 } from '../platform/secrets.ts'
import { testApp } from '../testing/test-app.ts'
import { createApiKey } from './api-keys.ts'
import { createAuth } from './auth.ts'

test('a key is shown once, kept as a hash, and opens what its scope says', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin', 'Ana')

  const created = await admin.post('/api/v1/api-keys', { name: 'dashboard', scopes: ['read', 'read'] })
  expect(created.status).toBe(201)
  const { key, ...view } = created.body
  expect(key).toMatch(/^ok_[\w-]{43}$/)
  expect(view).toMatchObject({
    name: 'dashboard',
    prefix: key.slice(0, 9),
    scopes: ['read'],
    createdBy: 'Ana',
  })

  const list = await admin.get('/api/v1/api-keys')
  expect(list.body.items).toEqual([view])
  const row = await t.db.selectFrom('api_keys').selectAll().executeTakeFirstOrThrow()
  expect(JSON.stringify(row)).not.toContain(key)
  expect(row.key_hash).toEqual(sha256(key))

  expect((await t.withKey(key).get('/api/v1/users')).status).toBe(200)
  const refused = await t.withKey(key).get('/api/v1/api-keys')
  expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
})

test('a deleted key stops working at once', async () => {
  const t = await testApp()
  const [admin, key] = [await t.asRole('admin'), await t.create.apiKey('read')]
  const id = (await admin.get('/api/v1/api-keys')).body.items[0].id

  expect((await admin.delete(`/api/v1/api-keys/${id}`)).status).toBe(204)

  expect((await t.withKey(key).get('/api/v1/users')).status).toBe(401)
  expect((await admin.delete(`/api/v1/api-keys/${id}`)).status).toBe(404)
})

test('the last use of a key is shown, to the minute', async () => {
  const t = await testApp()
  const [admin, key] = [await t.asRole('admin'), await t.create.apiKey('read')]
  const use = async () => {
    await t.withKey(key).get('/api/v1/users')
    return (await admin.get('/api/v1/api-keys')).body.items[0].lastUsedAt
  }
  expect((await admin.get('/api/v1/api-keys')).body.items[0].lastUsedAt).toBeNull()
  expect(await use()).toBe('2026-03-01T09:00:00.000Z')
  t.clock.advance({ seconds: 59 })
  expect(await use()).toBe('2026-03-01T09:00:00.000Z')
  t.clock.advance({ seconds: 1 })
  expect(await use()).toBe('2026-03-01T09:01:00.000Z')
})

test('a wrong key is refused even beside a valid session', async () => {
  const t = await testApp()
  const { id } = await t.create.user({ role: 'admin' })
  const [cookie = ''] = await createAuth(t.deps).startSession(id, { ip: null, userAgent: null })
  expect((await t.client({ cookie }).get('/api/v1/users')).status).toBe(200)
  for (const authorization of ['Bearer ok_wrong', 'Bearer', 'Basic YTpi', '']) {
    const answer = await t.client({ cookie, authorization }).get('/api/v1/users')
    expect([answer.status, answer.body.code]).toEqual([401, 'unauthenticated'])
  }
})

test('a client that goes on with a wrong key is told to stop; others at its address are not kept out', async () => {
  const t = await testApp()
  const key = await t.create.apiKey('read')
  const wrong = () => t.withKey('ok_wrong').get('/api/v1/users')
  for (let n = 0; n < 50; n += 1) expect((await wrong()).status).toBe(401)

  const stopped = await wrong()
  expect([stopped.status, stopped.headers['retry-after']]).toEqual([429, '900'])
  expect((await t.withKey(key).get('/api/v1/users')).status).toBe(200)
  t.clock.advance({ minutes: 15 })
  expect((await wrong()).status).toBe(401)
})

test('a key is no person: it has no profile and changes no password', async () => {
  const t = await testApp()
  const key = t.withKey(await t.create.apiKey('admin'))
  expect((await key.get('/api/v1/me')).status).toBe(403)
  expect((await key.patch('/api/v1/me', { name: 'X' })).status).toBe(403)
})

test('a key makes another only when it may do all that the new one may', async () => {
  const t = await testApp()
  const make = async (scope: 'admin' | 'write' | 'events') =>
    t.withKey(await t.create.apiKey(scope)).post('/api/v1/api-keys', { name: 'child', scopes: ['read'] })
  expect((await make('admin')).status).toBe(201)
  expect((await make('write')).status).toBe(403)
  expect((await make('events')).status).toBe(403)

  const configurer = { ...commandLinePrincipal, permissions: new Set(['read', 'configure'] as const) }
  await expect(createApiKey(t.deps, configurer, { name: 'child', scopes: ['write'] })).rejects.toThrow(
    'A key cannot do more than whoever makes it.',
  )
})
