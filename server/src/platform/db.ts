import { Kysely, PostgresDialect, type Transaction } from 'kysely'
import { watchConnections } from './connection-watch.ts'
import type { Metrics } from './metrics/index.ts'
import { pg } from './pg.ts'
import type { Schema } from './schema.ts'

/** Where reads run. A `Trx` is a `Db`, not the other way round: writes and locks ask for a `Trx`. */
export type Db = Kysely<Schema>
export type Trx = Transaction<Schema>

/** Connections of one process; PostgreSQL's default is 100 for all of them together. */
const POOL_SIZE = 10

/** A pool survives a restart of PostgreSQL: broken connections are reported to `onError` and replaced. */
export function connect(
  url: string,
  onError: (error: Error) => void,
  metrics?: Pick<Metrics, 'watchPool'>,
): Db {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    connectionTimeoutMillis: 5_000,
    application_name: 'opsknight',
  })
  metrics?.watchPool('main', pool)
  // A pool that is ending is done before its connections are; what PostgreSQL says to those is of no interest.
  const lost = (error: Error) => {
    if (!pool.ending) onError(error)
  }
  pool.on('error', lost)
  // The pool listens to idle connections only: one that breaks inside of a transaction would end the process.
  pool.on('connect', (client) => void client.on('error', lost))
  watchConnections(pool)
  return new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
}
