import { randomBytes } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { clusterProcesses } from '../platform/embedded-postgres/processes.ts'
import { createTestDatabase } from '../testing/database.ts'
import { ADMIN, addIntegration, httpClient, signedIn, WITH_ADMIN } from '../testing/http-client.ts'
import { newDataFolder, runCommand, type Settings, startServer } from '../testing/server-process.ts'

const newKey = () => randomBytes(32).toString('base64')
const onDatabase = async (): Promise<Settings> => ({
  DATABASE_URL: await createTestDatabase(),
  OPSKNIGHT_SECRET_KEY: newKey(),
})

async function start(settings: Settings) {
  const server = await startServer({ ...settings, ...WITH_ADMIN })
  onTestFinished(() => server.kill())
  return server
}

/** A server on a database of its own, its administrator, and the settings that commands beside it need. */
async function serverWithAdmin() {
  const database = await onDatabase()
  const server = await start(database)
  const settings = { ...database, OPSKNIGHT_URL: server.url }
  return { server, settings, admin: await signedIn(server.url, ADMIN) }
}

function fileWith(content: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'opsknight-send-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'body.json')
  writeFileSync(file, content)
  return file
}

const canRead = async (url: string, key: string) =>
  (await httpClient(url, { authorization: `Bearer ${key}` }).get('/api/v1/incidents')).status

test.each([
  ['', 'doctor'],
  ['serve', '--role'],
  ['migrate', 'schema'],
  ['api-key', 'create'],
  ['api-key create', '--scope'],
  ['user', 'create'],
  ['user create', '--email'],
  ['send', '--file'],
  ['backup', '--passphrase-file'],
  ['restore', '--overwrite'],
  ['doctor', 'wrong'],
])('opsknight %s --help explains it', async (words, expected) => {
  const { code, stdout } = await runCommand([...words.split(' ').filter(Boolean), '--help'], {})
  expect(stdout).toContain(`Usage: opsknight ${words}`)
  expect(stdout).toContain(expected)
  expect(code).toBe(0)
})

test.each([
  ['strat', "unknown command 'strat'"],
  ['serve --role everything', 'Allowed choices are all, api, worker'],
  ['serve now', 'too many arguments'],
  ['api-key create', "'--name <name>' not specified"],
  ['api-key create --name x --scope all', 'Allowed choices are read, write, events, admin'],
  ['user create --email bo@example.com --role owner', 'Allowed choices are admin, responder, viewer'],
  ['send', "'--integration <id>' not specified"],
  ['backup', "'--to <file>' not specified"],
  ['restore', "'--from <file>' not specified"],
])('opsknight %s is answered with what is possible', async (words, expected) => {
  const { code, stdout, stderr } = await runCommand(words.split(' '), {})
  expect(stderr).toContain(expected)
  expect(stdout).toBe('')
  expect(code).not.toBe(0)
})

test('migrate can be run again, and its settings are checked like those of the server', async () => {
  const settings = await onDatabase()
  for (const _time of ['first', 'second'])
    expect(await runCommand(['migrate'], settings)).toMatchObject({ code: 0, stderr: '' })
  const wrong = await runCommand(['migrate'], { ...settings, LOG_LEVEL: 'loud' })
  expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('LOG_LEVEL: must be') })
})

test('api-key create prints the key alone, on the embedded database without a server and beside one', async () => {
  const { folder, cluster, remove } = newDataFolder()
  onTestFinished(remove)
  const settings = { OPSKNIGHT_DATA: folder }
  const alone = await runCommand(['api-key', 'create', '--name', 'before'], settings)
  expect(alone).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S+\n$/) })
  expect(clusterProcesses(cluster)).toEqual([])

  const server = await start(settings)
  const words = ['api-key', 'create', '--name', 'beside', '--scope', 'read', '--scope', 'events']
  const beside = await runCommand(words, settings)
  expect(beside).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\S+\n$/), stderr: '' })
  for (const { stdout } of [alone, beside]) expect(await canRead(server.url, stdout.trim())).toBe(200)

  const { body } = await (await signedIn(server.url, ADMIN)).get('/api/v1/api-keys')
  const scopes = body.items.map(({ name, scopes }: { name: string; scopes: string[] }) => [name, scopes])
  expect(Object.fromEntries(scopes)).toEqual({ before: ['admin'], beside: ['read', 'events'] })
})

test('user create prints a link with which the person sets a password, once', async () => {
  const { server, settings } = await serverWithAdmin()
  const words = ['user', 'create', '--email', 'bo@example.com', '--role', 'responder', '--name', 'Bo']
  const { code, stdout } = await runCommand(words, settings)
  expect(code).toBe(0)
  const link = new URL(stdout.trim())
  expect(link.origin).toBe(server.url)

  const password = 'nine lives are not enough'
  const redeem = () =>
    httpClient(server.url).post('/api/v1/password-links/redeem', {
      token: link.searchParams.get('token'),
      password,
    })
  expect((await redeem()).status).toBe(200)
  expect((await redeem()).status).toBe(410)
  const bo = await signedIn(server.url, { email: 'bo@example.com', password })
  expect((await bo.get('/api/v1/me')).body).toMatchObject({ name: 'Bo', role: 'responder' })

  const again = await runCommand(words, settings)
  expect(again).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('here already') })
  const noAddress = await runCommand(['user', 'create', '--email', 'bo', '--role', 'viewer'], settings)
  expect(noAddress).toMatchObject({ code: 1, stderr: expect.stringMatching(/^--email: /) })
})

test('send delivers a test alert, a file or stdin, signed when there is a secret; the exit code says whether it was accepted', async () => {
  const { settings, admin } = await serverWithAdmin()
  const { id, ref } = await addIntegration(admin)
  const secret = { secret: 'a-signing-secret-of-sentry' }
  expect((await admin.put(`/api/v1/integrations/${ref}/signing-secret`, secret)).status).toBe(200)
  const send = (words: string[], input?: string) =>
    runCommand(['send', '--integration', id, ...words], settings, input)
  const issue = (title: string) =>
    JSON.stringify({ action: 'created', issue: { id: title, title, level: 'error' } })

  for (const [words, input] of [
    [[], ''],
    [['--file', fileWith(issue('From a file'))], ''],
    [['--file', '-'], issue('From stdin')],
  ] as const) {
    const { code, stdout } = await send([...words], input)
    expect(JSON.parse(stdout)).toMatchObject({ result: { action: 'triggered' } })
    expect(code).toBe(0)
  }
  const { body } = await admin.get('/api/v1/incidents')
  const titles = body.items.map(({ title }: { title: string }) => title)
  expect(titles).toEqual(['From stdin', 'From a file', expect.any(String)])

  const refused = await send(['--file', '-'], '{')
  expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'invalid_json' })
  expect(refused.code).toBe(1)
})

test('send says in words what keeps it from delivering', async () => {
  const { settings: running, admin } = await serverWithAdmin()
  const settings = { ...running, OPSKNIGHT_URL: 'http://127.0.0.1:1' }
  const unknown = await runCommand(['send', '--integration', 'nobody-knows-it'], settings)
  expect(unknown).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('not found') })

  const { id } = await addIntegration(admin)
  const away = await runCommand(['send', '--integration', id], settings)
  expect(away).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^No answer from http:.*OPSKNIGHT_URL/),
  })
  const missing = await runCommand(['send', '--integration', id, '--file', '/nowhere.json'], settings)
  expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^\/nowhere.json cannot be read/) })
})

test('doctor finds nothing wrong with a running server, nor with one that is stopped', async () => {
  const { server, settings } = await serverWithAdmin()
  const running = await runCommand(['doctor'], settings)
  expect(running.stdout).not.toContain('WRONG')
  expect(running.stdout).toContain(`The server at ${server.url} is ready`)
  expect(running.stdout).toMatch(/^ok {4}Pages can go out by: Push, /m)
  expect(running).toMatchObject({ code: 0, stderr: '' })

  await server.stop()
  const stopped = await runCommand(['doctor'], settings)
  expect(stopped.stdout).toContain('No server answers')
  expect(stopped.code).toBe(0)
})

test('doctor and send leave the schema alone, and doctor names the migrations that are pending', async () => {
  const settings = await onDatabase()
  const client = new pg.Client({ connectionString: settings.DATABASE_URL })
  await client.connect()
  onTestFinished(() => client.end())
  await client.query('drop schema public cascade')
  await client.query('create schema public')

  const { code, stdout } = await runCommand(['doctor'], settings)
  expect(stdout).toContain('migrations pending: 0001_people.sql, 0002_services.sql')
  expect(code).toBe(0)
  const sent = await runCommand(['send', '--integration', 'any-id-of-22-characters'], settings)
  expect(sent).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('opsknight migrate') })
  const tables = await client.query("select 1 from information_schema.tables where table_schema = 'public'")
  expect(tables.rows).toEqual([])
})

test('doctor and send make nothing in a data folder on which no server was started', async () => {
  const { folder, remove } = newDataFolder()
  onTestFinished(remove)
  const doctor = await runCommand(['doctor'], { OPSKNIGHT_DATA: folder })
  expect(doctor).toMatchObject({ code: 0, stdout: expect.stringContaining('the first start makes it') })
  const send = await runCommand(['send', '--integration', 'x'], { OPSKNIGHT_DATA: folder })
  expect(send).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('Start the server once'),
  })
  expect(existsSync(folder)).toBe(false)
})

test('doctor names wrong settings, a database that is away, and secrets that the key does not open', async () => {
  const { settings, admin } = await serverWithAdmin()
  const { ref } = await addIntegration(admin)
  await admin.patch(`/api/v1/integrations/${ref}`, { name: 'Shop errors' })
  await admin.put(`/api/v1/integrations/${ref}/signing-secret`, {})
  const sentry = { url: 'http://127.0.0.1:9', organization: 'acme', token: newKey() }
  await admin.put(`/api/v1/integrations/${ref}/sentry-connection`, sentry)

  for (const [broken, expected] of [
    [{ PORT: 'all' }, 'PORT: must be a number'],
    [{ DATABASE_URL: 'postgres://127.0.0.1:1/opsknight' }, 'Nothing listens there'],
    [{ OPSKNIGHT_SECRET_KEY: newKey() }, 'does not open the signing secret of: Shop errors'],
    [{ OPSKNIGHT_SECRET_KEY: newKey() }, 'does not open the token for Sentry of: Shop errors'],
  ] as const) {
    const { code, stdout } = await runCommand(['doctor'], { ...settings, ...broken })
    expect(stdout).toMatch(/^WRONG /m)
    expect(stdout).toContain(expected)
    expect(code).toBe(1)
  }
})
