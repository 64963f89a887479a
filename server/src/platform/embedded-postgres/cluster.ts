import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import pg from 'pg'
import { Failure } from '../failure.ts'
import { asAccount, plainEnvironment, runTool } from './account.ts'
import { openPrivate } from './files.ts'
import type { Place } from './place.ts'
import { removeStalePidFile } from './processes.ts'

export const SUPERUSER = 'opsknight'

const LOG_BYTES = 10 * 1024 * 1024
// https://www.postgresql.org/docs/18/errcodes-appendix.html
const INVALID_PASSWORD = '28P01'

export type Access = { port: number; password: string }

/** Settings beside PostgreSQL's defaults, which keep every acknowledged commit (fsync and synchronous_commit are on). */
const SETTINGS = {
  max_connections: '100',
  shared_buffers: '128MB',
  // Loopback TCP only: a socket's path may not be longer than 107 bytes, and data folders are.
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
}

export const urlOf = ({ port, password }: Access, database: string) =>
  `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`

/** Makes the cluster, whole or not at all, in UTF-8 whatever the machine's language is. */
export async function createCluster(
  { cluster, account, binaries }: Place,
  password: string,
  extra: string[] = [],
): Promise<void> {
  const unfinished = mkdtempSync(`${cluster}.new-`)
  const passwordFile = `${unfinished}.password`
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 })
    if (account) for (const made of [unfinished, passwordFile]) chownSync(made, account.uid, account.gid)
    await runTool(account, path.join(binaries, 'bin', 'initdb'), [
      ...['-D', unfinished, '--username', SUPERUSER, '--pwfile', passwordFile, '--auth=scram-sha-256'],
      // The builtin provider needs no locale of the machine's, and sorts the same after an upgrade of its libc.
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...['--data-checksums', ...extra],
    ])
    renameSync(unfinished, cluster)
  } finally {
    rmSync(passwordFile, { force: true })
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Gives the superuser a new password, when the one of an existing cluster is not known any more. */
export async function resetPassword({ cluster, account, binaries }: Place, password: string): Promise<void> {
  removeStalePidFile(cluster)
  const statement = `alter role ${SUPERUSER} password '${password}'\n`
  await runTool(
    account,
    path.join(binaries, 'bin', 'postgres'),
    ['--single', '-D', cluster, 'postgres'],
    statement,
  )
}

/**
 * Starts the postmaster in a process group of its own, so that Ctrl-C in the terminal is the server's to handle, and waits
 * until it takes connections. Throws with PostgreSQL's own words when it ends before that.
 */
export async function startPostgres(
  { folder, cluster, account, binaries }: Place,
  access: Access,
  extra: Record<string, string> = {},
): Promise<void> {
  removeStalePidFile(cluster)
  const log = path.join(folder, 'postgres.log')
  rotate(log)
  const sizeBefore = existsSync(log) ? statSync(log).size : 0
  const settings = Object.entries({ ...SETTINGS, ...extra, port: String(access.port) })
  const output = openPrivate(log)
  const child = spawn(
    path.join(binaries, 'bin', 'postgres'),
    ['-D', cluster, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...asAccount(account),
      detached: true,
      stdio: ['ignore', output, output],
      env: plainEnvironment(),
    },
  )
  closeSync(output)
  child.unref()

  let ended: string | null = null
  child.once('error', (error) => {
    ended = String(error)
  })
  child.once('exit', (code, signal) => {
    ended = `it ended with ${code ?? signal}`
  })
  // Recovery after a crash takes as long as it takes; giving up in the middle would only begin it again.
  while (!(await accepts(access))) {
    if (ended !== null)
      throw new Failure(
        `PostgreSQL did not start: ${ended}\n${readFileSync(log).subarray(sizeBefore).toString()}`,
      )
    await delay(25)
  }
}

/** Whether a PostgreSQL takes connections there now. Throws when it refuses our password. */
export async function accepts(access: Access): Promise<boolean> {
  try {
    await query(access, 'select 1')
    return true
  } catch (error) {
    if ((error as { code?: string }).code === INVALID_PASSWORD)
      throw new Failure(
        `PostgreSQL on port ${access.port} refuses the password that is noted in connection.json. ` +
          'Stop OpsKnight, delete that file and start again: a new password is then set.',
      )
    return false
  }
}

/** Makes the database when it is missing. */
export async function ensureDatabase(access: Access, name: string): Promise<void> {
  const found = await query(access, `select from pg_database where datname = '${name}'`)
  if (found.rowCount === 0) await query(access, `create database ${name}`)
}

async function query(access: Access, statement: string) {
  const client = new pg.Client({
    connectionString: urlOf(access, 'postgres'),
    connectionTimeoutMillis: 5_000,
  })
  // A connection that breaks after its answer is of no interest here.
  client.on('error', () => {})
  try {
    await client.connect()
    return await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A loopback port that nothing uses, from below the range out of which Linux takes the ports of outgoing connections. */
export async function findFreePort(preferred?: number): Promise<number> {
  const candidates = [
    ...(preferred ? [preferred] : []),
    ...Array.from({ length: 50 }, () => randomInt(15_000, 32_000)),
  ]
  for (const port of candidates) if (await isFree(port)) return port
  throw new Failure('No free port was found on 127.0.0.1 for PostgreSQL')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen({ port, host: '127.0.0.1' }, () => probe.close(() => resolve(true)))
  })
}

function rotate(log: string): void {
  const size = statSync(log, { throwIfNoEntry: false })?.size ?? 0
  if (size > LOG_BYTES) renameSync(log, `${log}.1`)
}
