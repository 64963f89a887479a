import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import pg from 'pg'
import { closeChannels } from './channels/index.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import type { Deps } from './deps.ts'
import { systemClock } from './platform/clock.ts'
import { connect, PEOPLE } from './platform/db.ts'
import { acquireEmbeddedPostgres } from './platform/embedded-postgres/index.ts'
import { Failure } from './platform/failure.ts'
import { createLive } from './platform/live.ts'
import { createLog, type Log } from './platform/log.ts'
import { createMetrics } from './platform/metrics/index.ts'
import { migrate } from './platform/migrate.ts'
import { openPipeline } from './platform/pipeline.ts'
import { reachDatabase } from './platform/reach.ts'
import { secretBox } from './platform/secrets.ts'

export type Runtime = {
  deps: Deps
  databaseUrl: string
  /** Ends the connections, and the embedded PostgreSQL when nobody else uses it. */
  close(): Promise<void>
}

type Options = {
  /** A command runs beside the server, or alone. */
  owner: 'server' | 'command'
  /** Where log lines go; a command has stdout for its answer. */
  logTo?: NodeJS.WritableStream
  /** When LOG_LEVEL is not set. */
  logLevel?: string
  /** `update` (the default) makes what is missing: database, key and schema. `as-is` changes none of them. */
  data?: 'update' | 'as-is'
}

/** Configuration, database and keys of one process. Throws a `Failure` for what the person who starts it can mend. */
export async function openRuntime(environment: NodeJS.ProcessEnv, options: Options): Promise<Runtime> {
  const config = readConfig(environment)
  const log = logOf(environment, config, options)
  const isUpdated = options.data !== 'as-is'
  if (!isUpdated && isNeverStarted(config)) throw neverStarted(config)
  const database = await openDatabase(config, options.owner, log)
  try {
    const secretKey = config.secretKey ?? ownSecretKey(config.dataFolder, isUpdated)
    const migrated = isUpdated ? await migrateOrExplain(database.url) : []
    for (const name of migrated) log.info({ name }, 'database.migrated')
    const metrics = createMetrics(systemClock)
    const lost = (error: Error) => log.warn({ err: error }, 'database.connection_lost')
    const db = connect(database.url, lost, { metrics })
    const peopleDb = connect(database.url, lost, { ...PEOPLE, metrics })
    const pipeline = openPipeline(database.url, lost, metrics)
    return {
      deps: {
        db,
        peopleDb,
        pipeline,
        clock: systemClock,
        log,
        live: createLive(),
        metrics,
        config: { ...config, secretKey },
        secrets: secretBox(secretKey),
      },
      databaseUrl: database.url,
      async close() {
        closeChannels()
        await Promise.all([db, peopleDb, pipeline].map((pool) => pool.destroy()))
        await database.release()
      },
    }
  } catch (error) {
    await database.release()
    throw error
  }
}

/** The embedded database is made by the first start. */
export const isNeverStarted = ({ databaseUrl, dataFolder }: Config) =>
  !databaseUrl && !existsSync(path.join(dataFolder, 'postgres'))

const neverStarted = ({ dataFolder }: Config) =>
  new Failure(
    `There is no database in ${dataFolder} yet. Start the server once, or set OPSKNIGHT_DATA to its folder.`,
  )

function logOf(
  environment: NodeJS.ProcessEnv,
  config: Config,
  { logTo, logLevel = config.logLevel }: Options,
): Log {
  return createLog(environment.LOG_LEVEL ? config.logLevel : logLevel, logTo)
}

/** The PostgreSQL of these settings, reached or started. */
export async function openDatabase(config: Config, owner: Options['owner'], log: Log) {
  if (config.databaseUrl) {
    await reachDatabase(config.databaseUrl)
    return { url: config.databaseUrl, release: async () => {} }
  }
  try {
    return await acquireEmbeddedPostgres({ dataFolder: config.dataFolder, owner, log })
  } catch (error) {
    throw isAboutFiles(error) ? unusableFolder(config.dataFolder, error) : error
  }
}

const FILE_TROUBLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOSPC', 'EDQUOT'])

const isAboutFiles = (error: unknown): error is Error =>
  error instanceof Error && 'code' in error && FILE_TROUBLE.has(String(error.code))

const unusableFolder = (dataFolder: string, error: Error) =>
  new Failure(
    `The data folder ${dataFolder} cannot be used: ${error.message}.\n` +
      'Set OPSKNIGHT_DATA to a folder that this account can write in, on a disk with room.',
    { cause: error },
  )

const INSUFFICIENT_PRIVILEGE = '42501'

async function migrateOrExplain(url: string): Promise<string[]> {
  try {
    return await migrate(url)
  } catch (error) {
    if (!(error instanceof pg.DatabaseError) || error.code !== INSUFFICIENT_PRIVILEGE) throw error
    throw new Failure(
      `The account of DATABASE_URL may not make tables: ${error.message}.\n` +
        'Make it the owner of the database: alter database … owner to …',
      { cause: error },
    )
  }
}

const KEY_BYTES = 32

export const secretKeyFile = (dataFolder: string) => path.join(dataFolder, 'secret.key')

/** The key of the embedded default, made on the first start. A backup of the data needs it too. */
function ownSecretKey(dataFolder: string, mayMake: boolean): Buffer {
  const file = secretKeyFile(dataFolder)
  if (!existsSync(file)) {
    if (!mayMake)
      throw new Failure(`${file} is missing. Restore it from a backup, or set OPSKNIGHT_SECRET_KEY.`)
    mkdirSync(dataFolder, { recursive: true })
    try {
      writeFileSync(file, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
    } catch (error) {
      // Another command made it at the same moment; that one counts.
      if (!existsSync(file)) throw error
    }
  }
  const key = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  if (key.length !== KEY_BYTES) {
    throw new ConfigError(
      `${file} does not hold 32 bytes in base64. Restore it from a backup, or set OPSKNIGHT_SECRET_KEY.`,
    )
  }
  return key
}
