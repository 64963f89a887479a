import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Config, ConfigError, readConfig } from './config.ts'
import type { Deps } from './deps.ts'
import { systemClock } from './platform/clock.ts'
import { connect } from './platform/db.ts'
import { acquireEmbeddedPostgres } from './platform/embedded-postgres/index.ts'
import { createLive } from './platform/live.ts'
import { createLog, type Log } from './platform/log.ts'
import { migrate } from './platform/migrate.ts'
import { secretBox } from './platform/secrets.ts'

export type Runtime = {
  deps: Deps
  databaseUrl: string
  /** Ends the connections, and the embedded PostgreSQL when nobody else uses it. */
  close(): Promise<void>
}

/** Configuration, database and keys of one process: a server, or a command that runs beside it or alone. */
export async function openRuntime(
  environment: NodeJS.ProcessEnv,
  owner: 'server' | 'command',
  log?: Log,
): Promise<Runtime> {
  const config = readConfig(environment)
  const ownLog = log ?? createLog(config.logLevel)
  const database = await openDatabase(config, owner, ownLog)
  try {
    const secretKey = config.secretKey ?? ownSecretKey(config.dataFolder)
    for (const name of await migrate(database.url)) ownLog.info({ name }, 'database.migrated')
    const db = connect(database.url, (error) => ownLog.warn({ err: error }, 'database.connection_lost'))
    return {
      deps: {
        db,
        clock: systemClock,
        log: ownLog,
        live: createLive(),
        config: { ...config, secretKey },
        secrets: secretBox(secretKey),
      },
      databaseUrl: database.url,
      async close() {
        await db.destroy()
        await database.release()
      },
    }
  } catch (error) {
    await database.release()
    throw error
  }
}

async function openDatabase(config: Config, owner: 'server' | 'command', log: Log) {
  if (config.databaseUrl) return { url: config.databaseUrl, release: async () => {} }
  return acquireEmbeddedPostgres({ dataFolder: config.dataFolder, owner, log })
}

const KEY_BYTES = 32

/** The key of the embedded default, made on the first start. A backup of the data needs it too. */
function ownSecretKey(dataFolder: string): Buffer {
  const file = path.join(dataFolder, 'secret.key')
  if (!existsSync(file)) {
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
