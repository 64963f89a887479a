import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ADMIN, addIntegration, httpClient, signedIn } from './testing/http-client.ts'
import { newDataFolder, type ServerProcess, setupLinkOf, startServer } from './testing/server-process.ts'

const WRONG_PASSWORD = 'not the right one at all'
const SIGNING_SECRET = 'a-signing-secret-of-sentry'
const WRONG_KEY = `ok_${randomBytes(32).toString('base64url')}`

const tokenIn = (link: string) => new URL(link).searchParams.get('token') ?? ''

/** Everything that has to do with a secret, right and wrong. Answers the secrets. */
async function live(server: ServerProcess): Promise<Record<string, string>> {
  const nobody = httpClient(server.url)
  const setupToken = tokenIn(setupLinkOf(server))
  await nobody.post('/api/v1/setup', { token: `${setupToken}x`, name: 'Ana', ...ADMIN })
  await nobody.post('/api/v1/setup', { token: setupToken, name: 'Ana', ...ADMIN })
  await nobody.post('/api/v1/session', { ...ADMIN, password: WRONG_PASSWORD })
  const admin = await signedIn(server.url, ADMIN)

  const { id, ref } = await addIntegration(admin)
  await admin.put(`/api/v1/integrations/${id}/signing-secret`, { secret: SIGNING_SECRET })
  const { signingSecret } = (await admin.put(`/api/v1/integrations/${ref}/signing-secret`, {})).body
  const hook = `/api/integrations/sentry?integrationId=${id}`
  for (const body of ['{', '{}', '[]']) await nobody.post(hook, body)
  await nobody.get(hook)
  await admin.post(`/api/v1/integrations/${id}/test`)
  const rotated = (await admin.post(`/api/v1/integrations/${id}/rotate-id`)).body.id
  await nobody.post(hook, {})

  const { key } = (await admin.post('/api/v1/api-keys', { name: 'deploys', scopes: ['admin'] })).body
  await httpClient(server.url, { authorization: `Bearer ${key}` }).get(`/api/v1/integrations/${rotated}`)
  await httpClient(server.url, { authorization: `Bearer ${WRONG_KEY}` }).get('/api/v1/incidents')
  const events = await addIntegration(admin, { type: 'events' })
  for (const token of [events.id, WRONG_KEY])
    await httpClient(server.url, { authorization: `Token token=${token}` }).post('/api/events', {})

  const { inviteUrl: link } = (await admin.post('/api/v1/users', { email: 'bo@example.com', role: 'viewer' }))
    .body
  await nobody.get(link)
  await nobody.post('/api/v1/password-links/redeem', { token: tokenIn(link), password: WRONG_PASSWORD })
  const session = decodeURIComponent(admin.cookie.split('=')[1] ?? '')
  const all = { setupToken, id, rotated, eventsKey: events.id, signingSecret, key, invitation: tokenIn(link) }
  return { ...all, SIGNING_SECRET, WRONG_PASSWORD, password: ADMIN.password, WRONG_KEY, session }
}

test('the log of a whole life, at its most talkative, holds no secret, no Integration ID, no key and no token', async () => {
  const { folder, remove } = newDataFolder()
  onTestFinished(remove)
  const server = await startServer({ OPSKNIGHT_DATA: folder, LOG_LEVEL: 'trace' })
  onTestFinished(() => server.kill())
  const secrets = await live(server)
  const { password: database } = JSON.parse(
    readFileSync(path.join(folder, 'postgres', 'connection.json'), 'utf8'),
  )
  const secretKey = readFileSync(path.join(folder, 'secret.key'), 'utf8').trim()
  await server.stop()

  // The set-up address is for whoever starts the server, and printed beside the log.
  const logged = server.output().replace(/^ {2}http.*$/m, '')
  expect(logged).toContain('"session.refused"')
  for (const [name, secret] of Object.entries({ ...secrets, database, secretKey })) {
    expect(secret, name).toMatch(/^.{8,}/)
    expect(logged.includes(secret), name).toBe(false)
  }
})
