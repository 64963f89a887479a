import { Logger, run } from 'graphile-worker'
import pg from 'pg'
import { keepDeliveryLog } from '../alerts/jobs.ts'
import type { Deps } from '../deps.ts'
import { deleteExpired } from '../people/jobs.ts'
import type { Log } from '../platform/log.ts'

/** What the house does by itself. Nothing that a person waits for: pages and timers are rows of the domain. */
const chores = {
  'deliveries:keep': keepDeliveryLog,
  'people:delete_expired': deleteExpired,
} as const satisfies Record<string, (deps: Deps) => Promise<void>>

const CRONTAB = `
7 * * * * deliveries:keep ?max=5
23 * * * * people:delete_expired ?max=5
`

/** Each chore runs once an hour, in whichever process comes first. Returns what stops it. */
export async function startChores(deps: Deps, databaseUrl: string): Promise<() => Promise<void>> {
  const pgPool = new pg.Pool({
    connectionString: databaseUrl,
    max: POOL_SIZE,
    application_name: 'opsknight chores',
  })
  // A pool without a listener ends the process when PostgreSQL restarts.
  const lost = (error: Error) => {
    if (!pgPool.ending) deps.log.warn({ err: error }, 'chores.connection_lost')
  }
  pgPool.on('error', lost)
  // While a connection is in use the pool does not listen to it.
  pgPool.on('connect', (client) => void client.on('error', lost))
  const runner = await run({
    pgPool,
    concurrency: 1,
    noHandleSignals: true,
    logger: toLogger(deps.log),
    crontab: CRONTAB,
    taskList: Object.fromEntries(Object.entries(chores).map(([name, chore]) => [name, () => chore(deps)])),
  })
  runner.promise.catch((error: unknown) => deps.log.error({ err: error }, 'chores.ended'))
  return async () => {
    await runner.stop()
    await pgPool.end()
  }
}

const POOL_SIZE = 3
const QUIET = new Set(['debug', 'info'])

const toLogger = (log: Log) =>
  new Logger(() => (level, message) => {
    if (QUIET.has(level)) log.debug({ chores: message }, 'chores.said')
    else log.warn({ chores: message }, 'chores.said')
  })
