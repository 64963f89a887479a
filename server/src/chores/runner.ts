import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { Logger, type Runner, run } from 'graphile-worker'
import pg from 'pg'
import { keepDeliveryLog } from '../alerts/jobs.ts'
import type { Deps } from '../deps.ts'
import { indexWords } from '../incidents/search.ts'
import { deleteExpired } from '../people/jobs.ts'
import { watchConnections } from '../platform/connection-watch.ts'
import type { Log } from '../platform/log.ts'

/** What the house does by itself. Nothing that a person waits for: pages and timers are rows of the domain. */
const chores = {
  'deliveries:keep': keepDeliveryLog,
  'incidents:index_words': ({ db }) => indexWords(db),
  'people:delete_expired': deleteExpired,
} as const satisfies Record<string, (deps: Deps) => Promise<void>>

const CRONTAB = `
7 * * * * deliveries:keep ?max=5
* * * * * incidents:index_words ?max=5
23 * * * * people:delete_expired ?max=5
`

const RESTART_AFTER_MS = 30_000

/**
 * Each chore runs at the start and then at its times, in whichever process comes first. Returns what stops it. A runner that ends by itself (its own
 * bookkeeping failed) is started again: the delivery log depends on its chore having made the next day's partition.
 */
export async function startChores(
  deps: Deps,
  databaseUrl: string,
  restartAfterMs = RESTART_AFTER_MS,
): Promise<() => Promise<void>> {
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
  watchConnections(pgPool)
  const start = () =>
    run({
      pgPool,
      concurrency: 1,
      noHandleSignals: true,
      logger: toLogger(deps.log),
      crontab: CRONTAB,
      // Without batches nobody waits for the note that a chore is done, and its failure would end the process.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      taskList: Object.fromEntries(Object.entries(chores).map(([name, chore]) => [name, () => chore(deps)])),
    })
  await doNow(deps)
  const stopping = new AbortController()
  const running = keepRunning(await start(), start, {
    log: deps.log,
    restartAfterMs,
    signal: stopping.signal,
  })
  return async () => {
    stopping.abort()
    await running
    await pgPool.end()
  }
}

/** Once at the start: the first day needs its partition before the first full hour. */
async function doNow(deps: Deps): Promise<void> {
  for (const [name, chore] of Object.entries(chores)) {
    await chore(deps).catch((error: unknown) => deps.log.warn({ err: error, chore: name }, 'chores.failed'))
  }
}

type Keeping = { log: Log; restartAfterMs: number; signal: AbortSignal }

/** Until the signal; then the runner has finished what it was doing. */
async function keepRunning(
  first: Runner | null,
  start: () => Promise<Runner>,
  { log, restartAfterMs, signal }: Keeping,
): Promise<void> {
  let runner = first
  while (!signal.aborted) {
    if (runner) {
      await untilEnded(runner, log, signal)
      if (signal.aborted) return
      log.error({ restartAfterMs }, 'chores.ended')
    }
    await delay(restartAfterMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
    runner = await start().catch((error: unknown) => {
      log.error({ err: error }, 'chores.not_started')
      return null
    })
  }
  await runner?.stop()
}

/** Returns when the runner has ended by itself, or has been stopped because of the signal. */
async function untilEnded(runner: Runner, log: Log, signal: AbortSignal): Promise<void> {
  const ended = runner.promise.catch((error: unknown) => log.error({ err: error }, 'chores.failed'))
  const stop = () => runner.stop().catch(() => ended)
  const stopped = signal.aborted ? stop() : once(signal, 'abort').then(stop)
  await Promise.race([ended.then(() => (signal.aborted ? stopped : undefined)), stopped])
}

const POOL_SIZE = 3
const QUIET = new Set(['debug', 'info'])

const toLogger = (log: Log) =>
  new Logger(() => (level, message) => {
    if (QUIET.has(level)) log.debug({ chores: message }, 'chores.said')
    else log.warn({ chores: message }, 'chores.said')
  })
