import { createHmac, randomBytes } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { migrationNames } from '../platform/migrate.ts'
import { createEmptyDatabase, createTestDatabase } from '../testing/database.ts'
import { describeSchema } from '../testing/describe-schema.ts'
import { ADMIN, addIntegration, signedIn, WITH_ADMIN } from '../testing/http-client.ts'
import { readEventCounts, startLoad } from '../testing/load.ts'
import { otherRelease } from '../testing/other-release.ts'
import { newDataFolder, runCommand, type Settings, startServer } from '../testing/server-process.ts'
import { WITHOUT_ROWS } from './backup.ts'

const PASSPHRASE = { OPSKNIGHT_BACKUP_PASSPHRASE: 'a passphrase of several words' }

async function start(settings: Settings, release?: string) {
  const server = await startServer(settings, [], release)
  onTestFinished(() => server.kill())
  return server
}

function dataFolder(): string {
  const { folder, remove } = newDataFolder()
  onTestFinished(remove)
  return folder
}

function newFile(): string {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), 'opsknight-backup-'))
  onTestFinished(() => {
    chmodSync(folder, 0o700)
    rmSync(folder, { recursive: true })
  })
  return path.join(folder, 'opsknight.backup')
}

const run = (words: string[], settings: Settings, release?: string) =>
  runCommand(words, { ...PASSPHRASE, ...settings }, '', release)

async function succeeds(words: string[], settings: Settings, release?: string): Promise<string> {
  const { code, stdout, stderr } = await run(words, settings, release)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

/** An alert as Sentry signs it; answers the incident. */
async function deliverSigned(url: string, integrationId: string, secret: string, title: string) {
  const issue = { id: title, title, level: 'error', status: 'unresolved' }
  const body = JSON.stringify({ action: 'created', data: { issue } })
  const answer = await fetch(`${url}/api/integrations/sentry?integrationId=${integrationId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'sentry-hook-resource': 'issue',
      'sentry-hook-signature': createHmac('sha256', secret).update(body).digest('hex'),
    },
    body,
  })
  expect(answer.status).toBe(202)
  return ((await answer.json()) as { result: { incident: { number: number; title: string } } }).result
    .incident
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function rowsOf<T>(url: string, statement: string): Promise<T[]> {
  const client = await connected(url)
  return (await client.query(statement)).rows
}

// Each starts several processes, and some a PostgreSQL: on a machine with much else to do that takes its time.
vi.setConfig({ testTimeout: 120_000 })

test('a backup taken while alerts arrive brings everything back in another folder and another PostgreSQL', async () => {
  const [from, to, file] = [dataFolder(), dataFolder(), newFile()]
  const server = await start({ OPSKNIGHT_DATA: from, ...WITH_ADMIN })
  const admin = await signedIn(server.url, ADMIN)
  const { id, ref, serviceId, webhookUrl } = await addIntegration(admin)
  const signed = await addIntegration(admin)
  const secret = 'a-signing-secret-of-sentry'
  await admin.put(`/api/v1/integrations/${signed.ref}/signing-secret`, { secret })
  const first = await deliverSigned(server.url, signed.id, secret, 'Signed before')

  const load = startLoad(webhookUrl, 4)
  await vi.waitUntil(() => load.accepted.size >= 100, { timeout: 20_000 })
  const before = [...load.accepted]
  const written = await succeeds(['backup', '--to', file], { OPSKNIGHT_DATA: from })
  expect(written).toMatch(/^[\d,]+ rows of \d+ tables .* are in /)
  const during = load.accepted.size - before.length
  await load.stop()
  expect(during).toBeGreaterThan(0)
  expect([...load.refusals]).toEqual([])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(path.dirname(file))).toEqual([path.basename(file)])
  expect(await server.stop()).toBe(0)

  const release = otherRelease({ withPostgres17: true })
  const said = await succeeds(['restore', '--from', file], { OPSKNIGHT_DATA: to }, release)
  expect(said).toMatch(/PostgreSQL 18\.\d+\) is restored/)
  expect(readFileSync(path.join(to, 'postgres', 'cluster', 'PG_VERSION'), 'utf8')).toBe('17\n')
  const restored = await start({ OPSKNIGHT_DATA: to }, release)
  const again = await signedIn(restored.url, ADMIN)
  const counts = await readEventCounts(again, serviceId)
  expect(before.filter((title) => counts.get(title) !== 1)).toEqual([])
  expect([...counts].filter(([title, count]) => count !== 1 || !load.accepted.has(title))).toEqual([])

  const highest = (await again.get('/api/v1/incidents?limit=1')).body.items[0].number
  const next = await deliverSigned(restored.url, signed.id, secret, 'Signed after')
  expect(next.number).toBeGreaterThan(Math.max(highest, first.number))
  const timeline = (await again.get(`/api/v1/incidents/${first.number}`)).body.timeline
  expect(timeline).toMatchObject([{ kind: 'nobody_paged' }, { kind: 'triggered' }])
  const log = (await again.get(`/api/v1/integrations/${ref}/deliveries?limit=200`)).body.items
  expect(log.length).toBeGreaterThan(100)
  expect(id).toBe((await again.get(`/api/v1/integrations/${ref}`)).body.id)
})

/** A database in which nothing happened yet, and the settings of its server. */
const migrated = async (): Promise<Settings> => ({
  DATABASE_URL: await createTestDatabase(),
  OPSKNIGHT_SECRET_KEY: randomBytes(32).toString('base64'),
})

/** A database with an incident, an administrator and a sealed secret, and the settings of its server, which does not run. */
async function installation(secretKey = randomBytes(32).toString('base64')) {
  const settings = { DATABASE_URL: await createTestDatabase(), OPSKNIGHT_SECRET_KEY: secretKey }
  const server = await start({ ...settings, ...WITH_ADMIN })
  const admin = await signedIn(server.url, ADMIN)
  const { id, ref } = await addIntegration(admin)
  await admin.put(`/api/v1/integrations/${ref}/signing-secret`, { secret: SECRET })
  const incident = await deliverSigned(server.url, id, SECRET, 'Checkout fails')
  expect(await server.stop()).toBe(0)
  return { settings, id, incident }
}
const SECRET = 'a-signing-secret-of-sentry'

/** The rows of every table of OpsKnight, in words, but for those that a backup leaves out. */
async function contentOf(url: string): Promise<Record<string, string[]>> {
  const tables = await rowsOf<{ name: string }>(
    url,
    "select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'",
  )
  const content: Record<string, string[]> = {}
  for (const { name } of tables) {
    const rows = await rowsOf<{ row: string }>(url, `select t::text as row from "${name}" t order by 1`)
    content[name] = WITHOUT_ROWS.includes(name) ? [] : rows.map(({ row }) => row)
  }
  return content
}

test("from a PostgreSQL of one's own into the embedded one, and from there into another", async () => {
  const { settings, id, incident } = await installation()
  const [folder, file, second] = [dataFolder(), newFile(), newFile()]
  await succeeds(['backup', '--to', file], settings)
  await succeeds(['restore', '--from', file], { OPSKNIGHT_DATA: folder })
  await succeeds(['backup', '--to', second], { OPSKNIGHT_DATA: folder })

  const DATABASE_URL = await createEmptyDatabase()
  const said = await succeeds(['restore', '--from', second], { DATABASE_URL, OPSKNIGHT_DATA: folder })
  expect(await contentOf(DATABASE_URL)).toEqual(await contentOf(settings.DATABASE_URL))
  const key = path.join(folder, 'secret.key')
  expect(said).toContain(`OPSKNIGHT_SECRET_KEY="$(cat ${key})"`)
  expect(readFileSync(key, 'utf8').trim()).toBe(settings.OPSKNIGHT_SECRET_KEY)

  const server = await start({ ...settings, DATABASE_URL })
  const next = await deliverSigned(server.url, id, SECRET, 'Search fails')
  expect(next.number).toBeGreaterThan(incident.number)
  expect(await rowsOf(DATABASE_URL, 'select from deliveries_default')).toEqual([])
  expect(await rowsOf(DATABASE_URL, 'select from deliveries')).toHaveLength(2)
})

test('a restore is refused, and changes nothing, where it would take something away', async () => {
  const { settings } = await installation()
  const file = newFile()
  await succeeds(['backup', '--to', file], settings)
  const before = await contentOf(settings.DATABASE_URL)

  const full = await run(['restore', '--from', file], settings)
  expect(full).toMatchObject({ code: 1, stdout: '' })
  expect(full.stderr).toContain('with 1 incident, 1 service, 1 user')
  expect(full.stderr).toContain('--overwrite')
  const DATABASE_URL = await createEmptyDatabase()
  const otherKey = { DATABASE_URL, OPSKNIGHT_SECRET_KEY: randomBytes(32).toString('base64') }
  const refused = await run(['restore', '--from', file], otherKey)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('not the key') })
  await rowsOf(DATABASE_URL, 'create table invoices (id int)')
  const foreign = await run(['restore', '--from', file, '--overwrite'], { ...settings, DATABASE_URL })
  expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining("not OpsKnight's (invoices)") })

  expect(await contentOf(settings.DATABASE_URL)).toEqual(before)
  await start(settings)
  const busy = await run(['restore', '--from', file, '--overwrite'], settings)
  expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining('Stop every server first') })
  expect((await contentOf(settings.DATABASE_URL)).incidents).toEqual(before.incidents)
})

test('with --overwrite a restore replaces what is there, whole or not at all', async () => {
  const { settings, id } = await installation()
  const [file, damaged] = [newFile(), newFile()]
  await succeeds(['backup', '--to', file], settings)
  const before = await contentOf(settings.DATABASE_URL)
  const server = await start(settings)
  for (const title of ['Search fails', 'Mail fails']) await deliverSigned(server.url, id, SECRET, title)
  expect(await server.stop()).toBe(0)
  const later = await contentOf(settings.DATABASE_URL)

  // The file ends when most of it has been loaded.
  await rowsOf(settings.DATABASE_URL, ADD_NOISE)
  await succeeds(['backup', '--to', damaged], settings)
  await rowsOf(settings.DATABASE_URL, 'delete from idempotency_keys')
  truncateSync(damaged, statSync(damaged).size - 10_000)
  const broken = await run(['restore', '--from', damaged, '--overwrite'], settings)
  expect(broken).toMatchObject({ code: 1, stdout: '' })
  expect(broken.stderr).toMatch(/damaged or cut off: after [1-9]\d+ KiB/)
  expect(await contentOf(settings.DATABASE_URL)).toEqual(later)

  const replaced = await run(['restore', '--from', file, '--overwrite'], settings)
  expect(replaced.stderr).toContain('with 3 incidents, 1 service, 1 user. It is replaced')
  expect(await contentOf(settings.DATABASE_URL)).toEqual(before)
})

/** Rows that do not compress, so that the archive has many chunks. */
const ADD_NOISE = `
  insert into idempotency_keys (integration_id, key, received_at, delivery_id, result)
  select gen_random_uuid(), sha256(n::text::bytea), now(), gen_random_uuid(), '{}' from generate_series(1, 20000) n`

test('a backup is refused, or restored by nobody, without the right passphrase', async () => {
  const settings = await migrated()
  const file = newFile()
  const never = dataFolder()
  const withPassphrase = (words: string[], OPSKNIGHT_BACKUP_PASSPHRASE: string, more: Settings = settings) =>
    run(words, { ...more, OPSKNIGHT_BACKUP_PASSPHRASE })

  const none = await withPassphrase(['backup', '--to', file], '')
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('Set OPSKNIGHT_BACKUP_PASSPHRASE') })
  const short = await withPassphrase(['backup', '--to', file], 'too short')
  expect(short).toMatchObject({ code: 1, stderr: expect.stringContaining('at least 12 characters') })
  expect(existsSync(file)).toBe(false)

  const words = `${file}.passphrase`
  writeFileSync(words, 'nothing that is guessed\n')
  await succeeds(['backup', '--to', file, '--passphrase-file', words], settings)
  const wrong = await run(['restore', '--from', file], { OPSKNIGHT_DATA: never })
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('not the passphrase') })
  expect(existsSync(never)).toBe(false)
  const piped = ['restore', '--from', '-', '--check', '--passphrase-file', words]
  const right = await runCommand(piped, {}, readFileSync(file))
  expect(right).toMatchObject({ code: 0, stdout: expect.stringMatching(/is whole: \d+ rows of \d+ tables/) })
})

test('a file that cannot be written or read is named, and what was there before stays', async () => {
  const settings = await migrated()
  const file = newFile()
  writeFileSync(file, 'the backup of yesterday')
  for (const [to, expected] of [
    ['/nowhere/opsknight.backup', 'ENOENT'],
    [path.dirname(file), 'EISDIR'],
    ['/dev/full', 'ENOSPC'],
  ]) {
    const { code, stderr } = await run(['backup', '--to', to!], settings)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`${to} cannot be written`) })
    expect(stderr).toContain(expected)
  }
  const away = { ...settings, DATABASE_URL: 'postgres://127.0.0.1:1/opsknight' }
  expect(await run(['backup', '--to', file], away)).toMatchObject({ code: 1 })
  expect(readFileSync(file, 'utf8')).toBe('the backup of yesterday')
  const notOurs = await run(['restore', '--from', file], {})
  expect(notOurs).toMatchObject({ code: 1, stderr: expect.stringContaining('no backup of OpsKnight') })
  const missing = await run(['restore', '--from', '/nowhere/opsknight.backup'], {})
  expect(missing.stderr).toMatch(/^\/nowhere\/opsknight.backup cannot be read/)
})

test('a backup of an older release is brought to this one; one of a newer release is refused', async () => {
  const [newest = ''] = migrationNames().toReversed()
  const OPSKNIGHT_SECRET_KEY = randomBytes(32).toString('base64')
  const backupOf = async (release: string) => {
    const settings = { DATABASE_URL: await createEmptyDatabase(), OPSKNIGHT_SECRET_KEY }
    const file = newFile()
    await succeeds(['migrate'], settings, release)
    await succeeds(['backup', '--to', file], settings, release)
    return file
  }
  const target = { DATABASE_URL: await createEmptyDatabase(), OPSKNIGHT_SECRET_KEY }

  const newer = await backupOf(
    otherRelease({ added: { '9999_comets.sql': 'create table comets (id uuid)' } }),
  )
  const refused = await run(['restore', '--from', newer], target)
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('newer release of OpsKnight') })
  expect(refused.stderr).toContain('9999_comets.sql')
  const older = await backupOf(otherRelease({ lacking: [newest] }))
  const restored = await succeeds(['restore', '--from', older], target)
  expect(restored).toContain(`Then came this release's ${newest}.`)
  const [client, fresh] = [await connected(target.DATABASE_URL), await connected(await createTestDatabase())]
  expect(await describeSchema(client)).toEqual(await describeSchema(fresh))
})
