import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { expect, onTestFinished, test, vi } from 'vitest'
import { asAccount, postgresAccount } from './account.ts'
import { acquireEmbeddedPostgres, DataFolderInUse, startTemporaryPostgres } from './index.ts'
import { clusterProcesses, endProcesses, isAlive, runningPostmaster } from './processes.ts'

const log = { info: () => {}, warn: () => {}, error: () => {} }

/** A data folder of its own, deeper down than one that only its owner may enter; nothing of it is left after the test. */
function newDataFolder(): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'opsknight-data-'))
  const dataFolder = path.join(parent, 'data')
  onTestFinished(async () => {
    if (existsSync(path.join(dataFolder, 'postgres'))) {
      await endProcesses(clusterOf(dataFolder))
      rmSync(homeOf(dataFolder), { recursive: true })
    }
    rmSync(parent, { recursive: true })
  })
  return dataFolder
}

function homeOf(dataFolder: string): string {
  const pointer = path.join(dataFolder, 'postgres', 'database-location.json')
  return existsSync(pointer)
    ? JSON.parse(readFileSync(pointer, 'utf8')).home
    : path.join(dataFolder, 'postgres')
}

const clusterOf = (dataFolder: string) => path.join(homeOf(dataFolder), 'cluster')

const start = (dataFolder: string, owner: 'server' | 'command' = 'server') =>
  acquireEmbeddedPostgres({ dataFolder, owner, log, patienceMs: 0 })

/** The first column of the first row. */
async function ask(url: string, statement: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    const { rows } = await client.query({ text: statement, rowMode: 'array' })
    return rows[0]?.[0]
  } finally {
    await client.end()
  }
}

/** Runs a program, with this module's functions at hand, in a process of its own; answers its first words. */
async function runInProcess(program: string, ...args: string[]): Promise<[ChildProcess, string]> {
  const imports = `import * as postgres from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)}\n`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', imports + program, ...args], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [words] = await once(child.stdout!, 'data')
  return [child, String(words).trim()]
}

/** A server in a process of its own, which is up when this returns. */
async function startInProcess(dataFolder: string): Promise<ChildProcess> {
  const program = `
    const log = { info() {}, warn() {}, error() {} }
    await postgres.acquireEmbeddedPostgres({ dataFolder: process.argv[1], owner: 'server', log })
    console.log('up')
    setInterval(() => {}, 1000)`
  const [child] = await runInProcess(program, dataFolder)
  return child
}

/** Stores something through a command that is gone again when this returns. */
async function rememberSeventeen(dataFolder: string): Promise<void> {
  const command = await start(dataFolder, 'command')
  await ask(command.url, 'create table notes as select 17 as number')
  await command.release()
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

test('a second start finds what the first one stored', async () => {
  const dataFolder = newDataFolder()
  const first = await start(dataFolder)
  await ask(first.url, 'create table notes as select 17 as number')
  await first.release()
  expect(clusterProcesses(clusterOf(dataFolder))).toEqual([])

  const second = await start(dataFolder)
  expect(await ask(second.url, 'select number from notes')).toBe(17)
  await second.release()
})

test('it keeps every commit, checks its pages and speaks UTF-8, whatever the machine is set to', async () => {
  const { url, release } = await start(newDataFolder())
  for (const [setting, value] of Object.entries({
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    data_checksums: 'on',
    server_encoding: 'UTF8',
  }))
    expect(await ask(url, `show ${setting}`), setting).toBe(value)
  expect(await ask(url, `select lower('ÄÖÜ')`)).toBe('äöü')
  await release()
})

test('nobody gets in without the password', async () => {
  const { url, release } = await start(newDataFolder())
  const wrong = new URL(url)
  wrong.password = 'guess'
  await expect(ask(wrong.href, 'select 1')).rejects.toThrow('password authentication failed')
  await release()
})

test('a command joins the PostgreSQL of the running server and leaves it running', async () => {
  const dataFolder = newDataFolder()
  const server = await start(dataFolder)
  const command = await start(dataFolder, 'command')
  expect(command.url).toBe(server.url)

  await command.release()
  expect(await ask(server.url, 'select 1')).toBe(1)
  await server.release()
})

test('commands alone share one PostgreSQL, which ends with the last of them', async () => {
  const dataFolder = newDataFolder()
  const [first, second] = await Promise.all([start(dataFolder, 'command'), start(dataFolder, 'command')])
  expect(second.url).toBe(first.url)

  await first.release()
  expect(await ask(second.url, 'select 1')).toBe(1)
  await second.release()
  expect(clusterProcesses(clusterOf(dataFolder))).toEqual([])
})

test('a server that starts while a command is at work does not disturb it, and keeps PostgreSQL afterwards', async () => {
  const dataFolder = newDataFolder()
  const command = await start(dataFolder, 'command')
  const server = await start(dataFolder)
  expect(await ask(command.url, 'select 1')).toBe(1)

  await command.release()
  expect(await ask(server.url, 'select 1')).toBe(1)
  await server.release()
  expect(clusterProcesses(clusterOf(dataFolder))).toEqual([])
})

test('a second server on the same folder is told which process has it and what to do', async () => {
  const dataFolder = newDataFolder()
  const server = await start(dataFolder)
  const second = start(dataFolder)
  await expect(second).rejects.toThrow(DataFolderInUse)
  await expect(second).rejects.toThrow(`process ${process.pid}`)
  await expect(second).rejects.toThrow('OPSKNIGHT_DATA')
  await server.release()

  await (await start(dataFolder)).release()
})

test('after kill -9 of the server, the next one ends the orphaned PostgreSQL and has all its data', async () => {
  const dataFolder = newDataFolder()
  const server = await startInProcess(dataFolder)
  await rememberSeventeen(dataFolder)
  await kill(server)
  const orphan = runningPostmaster(clusterOf(dataFolder))
  expect(orphan).not.toBeNull()

  const next = await start(dataFolder)
  expect(runningPostmaster(clusterOf(dataFolder))).not.toBe(orphan)
  expect(await ask(next.url, 'select number from notes')).toBe(17)
  await next.release()
})

test('after kill -9 of everything, a pid file whose pid is another program by now does not stop the next start', async () => {
  const dataFolder = newDataFolder()
  const server = await startInProcess(dataFolder)
  await rememberSeventeen(dataFolder)
  const cluster = clusterOf(dataFolder)
  await kill(server)
  for (const pid of clusterProcesses(cluster)) process.kill(pid, 'SIGKILL')
  await vi.waitUntil(() => clusterProcesses(cluster).length === 0)

  // PostgreSQL looks away from a process of another account, so this one has to be of its own.
  const other = spawn('sleep', ['60'], asAccount(postgresAccount(cluster)))
  onTestFinished(() => void other.kill())
  const pidFile = path.join(cluster, 'postmaster.pid')
  const [, ...rest] = readFileSync(pidFile, 'utf8').split('\n')
  writeFileSync(pidFile, [other.pid, ...rest].join('\n'))

  const next = await start(dataFolder)
  expect(await ask(next.url, 'select number from notes')).toBe(17)
  expect(isAlive(other.pid!)).toBe(true)
  await next.release()
})

test('a PostgreSQL that is killed comes back at the same address', async () => {
  const dataFolder = newDataFolder()
  const server = await start(dataFolder)
  await ask(server.url, 'create table notes as select 17 as number')
  const killed = runningPostmaster(clusterOf(dataFolder))!
  process.kill(killed, 'SIGKILL')

  await vi.waitUntil(
    async () => (await ask(server.url, 'select number from notes').catch(() => null)) === 17,
    10_000,
  )
  expect(runningPostmaster(clusterOf(dataFolder))).not.toBe(killed)
  await server.release()
  expect(clusterProcesses(clusterOf(dataFolder))).toEqual([])
})

test('when the noted password is lost, a new one is set and the data stays', async () => {
  const dataFolder = newDataFolder()
  const before = await start(dataFolder)
  await ask(before.url, 'create table notes as select 17 as number')
  await before.release()
  rmSync(path.join(dataFolder, 'postgres', 'connection.json'))

  const after = await start(dataFolder)
  expect(after.url).not.toBe(before.url)
  expect(await ask(after.url, 'select number from notes')).toBe(17)
  await after.release()
})

test('a folder that its owner alone may enter works, also once it has become one', async () => {
  const dataFolder = newDataFolder()
  mkdirSync(dataFolder, { mode: 0o755 })
  chmodSync(path.dirname(dataFolder), 0o755)
  const before = await start(dataFolder)
  await ask(before.url, 'create table notes as select 17 as number')
  await before.release()
  chmodSync(path.dirname(dataFolder), 0o700)

  const after = await start(dataFolder)
  expect(await ask(after.url, 'select number from notes')).toBe(17)
  await after.release()
  expect(statSync(path.dirname(dataFolder)).mode & 0o777).toBe(0o700)
})

test('nobody else can read where PostgreSQL is and how to get in', async () => {
  const dataFolder = newDataFolder()
  await (await start(dataFolder)).release()
  const folder = path.join(dataFolder, 'postgres')
  const readable = readdirSync(folder).filter((name) => statSync(path.join(folder, name)).mode & 0o077)
  expect(readable).toEqual([])
  expect(statSync(clusterOf(dataFolder)).mode & 0o077).toBe(0)
})

test('a temporary PostgreSQL is gone after its end', async () => {
  const { url, stop } = await startTemporaryPostgres()
  const cluster = String(await ask(url, 'show data_directory'))
  expect(await ask(url, 'show fsync')).toBe('off')

  await stop()
  expect(clusterProcesses(cluster)).toEqual([])
  expect(existsSync(path.dirname(cluster))).toBe(false)
})

test('a temporary PostgreSQL whose test run was killed is removed by the next one', async () => {
  const [killed, url] = await runInProcess(`
    console.log((await postgres.startTemporaryPostgres()).url)
    setInterval(() => {}, 1000)`)
  const cluster = String(await ask(url, 'show data_directory'))
  await kill(killed)
  expect(clusterProcesses(cluster)).not.toEqual([])

  const next = await startTemporaryPostgres()
  expect(clusterProcesses(cluster)).toEqual([])
  expect(existsSync(path.dirname(cluster))).toBe(false)
  await next.stop()
})

test('PostgreSQL is not told what only OpsKnight is to know', async () => {
  vi.stubEnv('OPSKNIGHT_SECRET_KEY', 'a key that encrypts secrets')
  vi.stubEnv('PGOPTIONS', '-c work_mem=64kB')
  onTestFinished(() => void vi.unstubAllEnvs())
  const dataFolder = newDataFolder()
  const database = await start(dataFolder)
  onTestFinished(() => database.release())
  const told = environmentOf(runningPostmaster(clusterOf(dataFolder))!)
  expect(told).toContain('LC_ALL=C')
  expect(told).not.toMatch(/OPSKNIGHT_SECRET_KEY|PGOPTIONS/)
})

const environmentOf = (pid: number): string =>
  existsSync('/proc')
    ? readFileSync(`/proc/${pid}/environ`, 'utf8')
    : execFileSync('ps', ['eww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' })
