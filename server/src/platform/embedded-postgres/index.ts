import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Failure } from '../failure.ts'
import {
  type Access,
  accepts,
  createCluster,
  ensureDatabase,
  findFreePort,
  resetPassword,
  startPostgres,
  urlOf,
} from './cluster.ts'
import { writePrivate } from './files.ts'
import { type Lock, tryLock, waitForLock } from './lock.ts'
import { findPlace, type Place, postgresFolder } from './place.ts'
import { clusterProcesses, endProcesses, runningPostmaster } from './processes.ts'

export { startTemporaryPostgres } from './temporary.ts'

/** What is asked of a log; pino's is one. */
export type Log = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

export type EmbeddedPostgres = {
  /** Of the database `opsknight`; holds the password. Stays the same when PostgreSQL is restarted. */
  url: string
  /** Gives it back: whoever is the last to do so stops PostgreSQL, and waits until it is gone. */
  release(): Promise<void>
}

type Options = {
  /** The value of OPSKNIGHT_DATA; made when missing. */
  dataFolder: string
  /** One server may run on a folder, and sees to it that PostgreSQL does; commands come beside it, or alone. */
  owner: 'server' | 'command'
  log: Log
  /** How long a server waits for another one that is perhaps just ending. */
  patienceMs?: number
}

/** Another server runs on this data folder; the message says which, and what to do. */
export class DataFolderInUse extends Failure {}

const DATABASE = 'opsknight'
const WATCH_EVERY_MS = 250
const RESTART_WAIT_AT_MOST_MS = 5_000
const CHANGE_TIMEOUT_MS = 120_000

/**
 * The PostgreSQL that OpsKnight brings: starts it, or joins the one that is running for this folder. Three locks that die with
 * their process decide: `server.lock` (one server), `change.lock` (whoever starts or stops PostgreSQL) and `using.lock`
 * (shared by all who use it). Throws `DataFolderInUse`, or with PostgreSQL's words when it does not start.
 */
export async function acquireEmbeddedPostgres(options: Options): Promise<EmbeddedPostgres> {
  const folder = postgresFolder(options.dataFolder)
  const server = options.owner === 'server' ? await becomeServer(folder, options) : null
  try {
    const { place, access, using } = await whileChanging(folder, async () => {
      const place = await findPlace(folder)
      // Nobody uses it, so its server was killed; started afresh it has this version's program and settings.
      if (server && clusterProcesses(place.cluster).length > 0 && isUnused(folder)) {
        options.log.warn({ cluster: place.cluster }, 'postgres.orphan_stopped')
        await endProcesses(place.cluster)
      }
      const access = await ensureRunning(place, options.log)
      return { place, access, using: await waitForLock(usingLock(folder), 'shared', CHANGE_TIMEOUT_MS) }
    })

    const watch = new AbortController()
    const watching = server ? keepRunning(place, access, options.log, watch.signal) : Promise.resolve()
    const release = async () => {
      watch.abort()
      await watching
      await whileChanging(folder, async () => {
        using?.release()
        if (isUnused(folder)) await endProcesses(place.cluster)
      })
      server?.release()
    }
    let released: Promise<void> | undefined
    return {
      url: urlOf(access, DATABASE),
      release: () => {
        released ??= release()
        return released
      },
    }
  } catch (error) {
    server?.release()
    throw error
  }
}

const usingLock = (folder: string) => path.join(folder, 'using.lock')

/** Call it with the change lock held, under which alone others begin or cease to use it. */
function isUnused(folder: string): boolean {
  const lock = tryLock(usingLock(folder), 'exclusive')
  lock?.release()
  return lock !== null
}

async function becomeServer(folder: string, { log, patienceMs = 5_000 }: Options): Promise<Lock> {
  const [lockFile, pidFile] = [path.join(folder, 'server.lock'), path.join(folder, 'server.pid')]
  const readPid = () => (existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : 'unknown')

  let lock = tryLock(lockFile, 'exclusive')
  if (!lock) {
    log.info({ pid: readPid() }, 'server.waits_for_another_to_end')
    lock = await waitForLock(lockFile, 'exclusive', patienceMs)
  }
  if (!lock)
    throw new DataFolderInUse(
      `OpsKnight already runs on ${path.dirname(folder)} (process ${readPid()}). ` +
        `Stop it first (Ctrl-C where it was started, or: kill ${readPid()}), or give this one a folder of its own with OPSKNIGHT_DATA.`,
    )
  writePrivate(pidFile, `${process.pid}\n`)
  return lock
}

async function whileChanging<T>(folder: string, change: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(path.join(folder, 'change.lock'), 'exclusive', CHANGE_TIMEOUT_MS)
  if (!lock)
    throw new Failure(
      `Another OpsKnight process has been starting or stopping PostgreSQL in ${folder} for over two minutes. See postgres.log there.`,
    )
  try {
    return await change()
  } finally {
    lock.release()
  }
}

/** Joins the PostgreSQL of this cluster, or makes and starts it. */
async function ensureRunning(place: Place, log: Log): Promise<Access> {
  const known = readAccess(place)
  if (known && (await joins(place, known))) return known
  await endProcesses(place.cluster)

  const password = known?.password ?? randomBytes(24).toString('base64url')
  if (!existsSync(place.cluster)) {
    log.info({ cluster: place.cluster }, 'postgres.creating')
    await createCluster(place, password)
  } else if (!known) {
    log.warn({ cluster: place.cluster }, 'postgres.password_reset')
    await resetPassword(place, password)
  }

  const access = { port: await findFreePort(known?.port), password }
  writeAccess(place, access)
  await startPostgres(place, access)
  await ensureDatabase(access, DATABASE)
  log.info({ cluster: place.cluster, port: access.port }, 'postgres.started')
  return access
}

/** Waits while a running postmaster comes up; false when there is none, or it ends. */
async function joins(place: Place, access: Access): Promise<boolean> {
  while (runningPostmaster(place.cluster) !== null) {
    if (await accepts(access)) return true
    await delay(50)
  }
  return false
}

const accessFile = (place: Place) => path.join(place.folder, 'connection.json')

function readAccess(place: Place): Access | null {
  return existsSync(accessFile(place)) ? JSON.parse(readFileSync(accessFile(place), 'utf8')) : null
}

function writeAccess(place: Place, access: Access): void {
  writePrivate(accessFile(place), `${JSON.stringify(access)}\n`)
}

/** Starts PostgreSQL again, at the same port, whenever it is gone; until the signal. */
async function keepRunning(place: Place, access: Access, log: Log, signal: AbortSignal): Promise<void> {
  let wait = WATCH_EVERY_MS
  while (await pause(wait, signal)) {
    wait = WATCH_EVERY_MS
    if (runningPostmaster(place.cluster) !== null) continue
    log.error({ cluster: place.cluster }, 'postgres.died')
    try {
      await whileChanging(place.folder, () => restart(place, access))
      log.warn({ cluster: place.cluster }, 'postgres.restarted')
    } catch (error) {
      wait = RESTART_WAIT_AT_MOST_MS
      log.error({ cluster: place.cluster, err: error }, 'postgres.restart_failed')
    }
  }
}

async function restart(place: Place, access: Access): Promise<void> {
  if (await joins(place, access)) return
  await endProcesses(place.cluster)
  await startPostgres(place, access)
}

/** False when the signal came. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await delay(milliseconds, undefined, { signal, ref: false })
    return true
  } catch {
    return false
  }
}
