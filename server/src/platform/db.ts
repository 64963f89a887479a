import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import { watchConnections } from './connection-watch.ts'
import type { Metrics } from './metrics/index.ts'
import { pg } from './pg.ts'
import type { Schema } from './schema.ts'

/** Where reads run. A `Trx` is a `Db`, not the other way round: writes and locks ask for a `Trx`. */
export type Db = Kysely<Schema>
export type Trx = Transaction<Schema>

/** How a pool is to be; what is not given is as for the server itself. */
export type ConnectOptions = {
  /** Connections of one process; PostgreSQL's default is 100 for all processes together. */
  size?: number
  /** As metrics and PostgreSQL show it. */
  name?: 'main' | 'people'
  /** How long a statement may take; PostgreSQL ends it then. */
  statementMs?: number
  /** How long PostgreSQL may say nothing while somebody waits for it, for whoever asks what takes longer than anything of ours. */
  silentMs?: number
  metrics?: Pick<Metrics, 'watchPool'>
}

const POOL_SIZE = 5
/** Few, as it is the processors of PostgreSQL that more of them would only share. */
export const PEOPLE = { size: 6, name: 'people', statementMs: 20_000 } as const

/** A pool survives a restart of PostgreSQL: broken connections are reported to `onError` and replaced. */
export function connect(
  url: string,
  onError: (error: Error) => void,
  { size = POOL_SIZE, name = 'main', statementMs, silentMs, metrics }: ConnectOptions = {},
): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: size,
    connectionTimeoutMillis: 5_000,
    application_name: name === 'main' ? 'opsknight' : `opsknight ${name}`,
  })
  metrics?.watchPool(name, pool)
  // A pool that is ending is done before its connections are; what PostgreSQL says to those is of no interest.
  const lost = (error: Error) => {
    if (!pool.ending) onError(error)
  }
  pool.on('error', lost)
  // The pool listens to idle connections only: one that breaks inside of a transaction would end the process.
  pool.on('connect', (client) => {
    client.on('error', lost)
    if (statementMs) client.query(`set statement_timeout = ${statementMs}`).catch(lost)
  })
  watchConnections(pool, silentMs)
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
