import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { request } from 'node:http'
import { createServer } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { channels } from './channels/index.ts'
import { configurationTable } from './config.ts'
import { startTemporaryPostgres } from './platform/embedded-postgres/index.ts'
import { clusterProcesses } from './platform/embedded-postgres/processes.ts'
import { databaseUrl } from './testing/global-setup.ts'
import { ADMIN, addIntegration, httpClient, signedIn, WITH_ADMIN } from './testing/http-client.ts'
import {
  newDataFolder,
  residentMebibytes,
  runCommand,
  type Settings,
  setupLinkOf,
  startServer,
} from './testing/server-process.ts'

const SECRET_KEY = randomBytes(32).toString('base64')
const NO_STACK = /\n\s+at .*\d+:\d+/

/** A PostgreSQL that is not the one OpsKnight brings. */
let other: Awaited<ReturnType<typeof startTemporaryPostgres>>
beforeAll(async () => {
  other = await startTemporaryPostgres()
})
afterAll(() => other.stop())

/** An empty database on it, and the settings that name it. */
async function onNewDatabase(settings: Settings = {}): Promise<Settings> {
  const name = `serve_${randomBytes(6).toString('hex')}`
  const client = new pg.Client({ connectionString: other.url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return { DATABASE_URL: databaseUrl(other.url, name), OPSKNIGHT_SECRET_KEY: SECRET_KEY, ...settings }
}

async function start(settings: Settings, ...words: string[]) {
  const server = await startServer(settings, words)
  onTestFinished(() => server.kill())
  return server
}

/** A start that cannot succeed: ends with words, without a stack, and is not taken for a success. */
async function refusedStart(settings: Settings): Promise<string> {
  const { code, stderr } = await runCommand(['serve'], settings)
  expect(code).toBe(1)
  expect(stderr).not.toMatch(NO_STACK)
  return stderr
}

test('with DATABASE_URL it runs on that PostgreSQL, and starts none of its own', async () => {
  const { folder, cluster, remove } = newDataFolder()
  onTestFinished(remove)
  const server = await start(await onNewDatabase({ ...WITH_ADMIN, OPSKNIGHT_DATA: folder }))
  const admin = await signedIn(server.url, ADMIN)
  const { webhookUrl } = await addIntegration(admin)
  const body = { action: 'created', issue: { id: '1', title: 'Down', level: 'fatal' } }
  expect((await httpClient(server.url).post(webhookUrl, body)).status).toBe(202)

  expect((await admin.get('/api/v1/incidents')).body.items).toMatchObject([{ title: 'Down' }])
  expect(clusterProcesses(cluster)).toEqual([])
  expect(await server.stop()).toBe(0)
})

test('DATABASE_URL without OPSKNIGHT_SECRET_KEY is refused, with the command that makes a key', async () => {
  const { DATABASE_URL } = await onNewDatabase()
  const printed = await refusedStart({ DATABASE_URL: DATABASE_URL! })
  expect(printed).toContain('OPSKNIGHT_SECRET_KEY')
  expect(printed).toContain('openssl rand -base64 32')
})

const WRONG: Settings = {
  PORT: '70000',
  DATABASE_URL: 'mysql://127.0.0.1/opsknight',
  OPSKNIGHT_URL: 'opsknight.example.com',
  OPSKNIGHT_SECRET_KEY: 'too short',
  TRUST_PROXY: 'the proxy',
  OPSKNIGHT_ADMIN_EMAIL: 'admin',
  OPSKNIGHT_ADMIN_PASSWORD: 'short',
  OPSKNIGHT_HEARTBEAT_URL: 'https://hunter22:hunter23@watch.example.com/ping',
  OPSKNIGHT_BACKUP_PASSPHRASE: 'too short',
  OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: 'the office',
  SMTP_URL: 'mail.example.com/hunter24',
  LOG_LEVEL: 'loud',
}
/** Any text is one: whether it can be used shows when it is used. Those of a channel are judged together. */
const FREE_TEXT = [
  'HOST',
  'OPSKNIGHT_DATA',
  ...channels.flatMap(({ environment }) => Object.keys(environment)),
]

test('every wrong setting is named at once, with what is right instead; no value is repeated', async () => {
  const printed = await refusedStart(WRONG)
  for (const { name } of configurationTable.filter(({ name }) => !FREE_TEXT.includes(name)))
    expect(printed).toMatch(new RegExp(`^  ${name}: (must|and|Too) .+`, 'm'))
  expect(printed).toMatch(/^ {2}E-mail: .*SMTP_URL.+/m)
  expect(printed).toContain('docs/configuration.md')
  expect(printed).not.toContain('hunter24')
  expect(printed).not.toContain(WRONG.OPSKNIGHT_ADMIN_PASSWORD)
  expect(printed).not.toContain(WRONG.OPSKNIGHT_SECRET_KEY)
  expect(printed).not.toContain('hunter22')
})

test.each([
  ['nobody listens there', 'postgres://opsknight:hunter22@127.0.0.1:1/opsknight', 'Nothing listens there'],
  ['the address is broken', 'postgres://opsknight:hunter22#@127.0.0.1:5432/opsknight', 'percent-encoded'],
])('a PostgreSQL that cannot be reached is told in words: %s', async (_case, DATABASE_URL, words) => {
  const printed = await refusedStart({ DATABASE_URL, OPSKNIGHT_SECRET_KEY: SECRET_KEY })
  expect(printed).toContain(words)
  expect(printed).not.toContain('hunter22')
})

test('a wrong password and a missing database are told apart', async () => {
  const { DATABASE_URL: right, ...rest } = await onNewDatabase()
  const wrongPassword = new URL(right!)
  wrongPassword.password = 'hunter22'
  expect(await refusedStart({ ...rest, DATABASE_URL: wrongPassword.href })).toContain('the password')
  expect(await refusedStart({ ...rest, DATABASE_URL: databaseUrl(right!, 'missing') })).toContain('createdb')
})

test('a port that is taken is told in words, and the database that was started is stopped again', async () => {
  const { folder, cluster, remove } = newDataFolder()
  onTestFinished(remove)
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await once(taken, 'listening')
  const { port } = taken.address() as { port: number }

  const printed = await refusedStart({ OPSKNIGHT_DATA: folder, PORT: String(port) })
  expect(printed).toContain(`port ${port}`)
  expect(printed).toContain('PORT')
  expect(clusterProcesses(cluster)).toEqual([])
})

test('a data folder that cannot be one, and an address of another machine, are told in words', async () => {
  expect(await refusedStart({ OPSKNIGHT_DATA: import.meta.filename })).toContain('OPSKNIGHT_DATA')
  expect(await refusedStart(await onNewDatabase({ HOST: '192.0.2.1' }))).toContain('HOST')
})

test('a first start prints where to set it up; a second server on its data is refused by name; it rests under 200 MB', async () => {
  const { folder, cluster, remove } = newDataFolder()
  onTestFinished(remove)
  const server = await start({ OPSKNIGHT_DATA: folder })
  const link = new URL(setupLinkOf(server))
  expect(link.origin).toBe(server.url)
  const token = link.searchParams.get('token')
  const answer = await httpClient(server.url).post('/api/v1/setup', { token, name: 'Ana', ...ADMIN })
  expect(answer.status).toBe(201)

  const refused = await refusedStart({ OPSKNIGHT_DATA: folder })
  expect(refused).toContain(`process ${server.pid}`)
  expect(refused).toContain('OPSKNIGHT_DATA')

  expect(residentMebibytes(server.pid) ?? 0).toBeLessThan(200)
  expect(await server.stop('SIGINT')).toBe(0)
  expect(clusterProcesses(cluster)).toEqual([])
})

test('api and worker are two processes on one database: one answers, the other does what is due', async () => {
  const settings = await onNewDatabase(WITH_ADMIN)
  const api = await start(settings, '--role', 'api')
  const worker = await start(settings, '--role', 'worker')
  expect(worker.url).toBe('')
  const admin = await signedIn(api.url, ADMIN)
  const { serviceId } = await addIntegration(admin)
  const { body: incident } = await admin.post('/api/v1/incidents', { serviceId, title: 'Down' })
  const until = new Date(Date.now() + 1_000).toISOString()
  const path = `/api/v1/incidents/${incident.id}`
  expect((await admin.post(`${path}/snooze`, { until })).body.status).toBe('snoozed')

  await expect.poll(async () => (await admin.get(path)).body.status, { timeout: 10_000 }).toBe('open')
  expect(await worker.stop()).toBe(0)
  expect(await api.stop()).toBe(0)
})

test('a request that never ends does not keep the server from ending in time', async () => {
  const server = await start(await onNewDatabase())
  const headers = { 'content-type': 'application/json', 'content-length': 1_000 }
  const endless = request(`${server.url}/api/v1/session`, { method: 'POST', headers })
  const cutOff = once(endless, 'error')
  endless.write('{')
  // Once it answers what came later, the server is in the middle of that.
  await httpClient(server.url).get('/healthz')

  const toldAt = Date.now()
  expect(await server.stop()).toBe(0)
  expect(Date.now() - toldAt).toBeLessThan(10_000)
  expect(await cutOff).toMatchObject([{ code: 'ECONNRESET' }])
})
