import type { Duplex } from 'node:stream'
import {
  type ConnectionProvider,
  DefaultQueryExecutor,
  DummyDriver,
  PostgresDialect,
  type QueryResult,
  Transaction,
} from 'kysely'
import type { Trx } from './db.ts'
import type { Metrics } from './metrics/index.ts'
import { pg } from './pg.ts'
import type { Schema } from './schema.ts'

/**
 * Connections of their own for the one path that is never to wait for others: alerts. A statement is prepared once
 * a connection, and sent without waiting for the answer to the one before.
 */
export type Pipeline = {
  /**
   * One transaction. Statements run in the order in which `work` starts them, whether it awaits them or not; what it has not
   * awaited when it is done is sent together with the commit. Whatever fails, the whole is undone and the first error thrown.
   */
  transaction<Result>(work: (trx: Trx) => Promise<Result>): Promise<Result>
  destroy(): Promise<void>
}

/** One for the commit under way, the others for one that follows a commit which nobody has heard of, and for catching up. */
const POOL_SIZE = 3

/**
 * Nothing may hold up all alerts: neither a lock that somebody keeps, nor this process when it stands still. All is
 * looked up by key here; a plan is kept, so it must not be one that reads whole tables because they were small once.
 */
const SESSION = `
  set lock_timeout = '5s'; set statement_timeout = '8s'; set idle_in_transaction_session_timeout = '10s';
  set plan_cache_mode = force_generic_plan; set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off; set jit = off`

export function openPipeline(
  url: string,
  onError: (error: Error) => void,
  metrics?: Pick<Metrics, 'watchPool'>,
): Pipeline {
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    pipeline: true,
    connectionTimeoutMillis: 5_000,
    // What PostgreSQL does not end by itself (below) has no other end than this.
    query_timeout: 10_000,
    // On a quiet server the next alert finds them as they are, with their statements prepared.
    idleTimeoutMillis: 10 * 60_000,
    application_name: 'opsknight alerts',
  })
  metrics?.watchPool('alerts', pool)
  const lost = (error: Error) => {
    if (!pool.ending) onError(error)
  }
  pool.on('error', lost)
  pool.on('connect', (client) => {
    client.on('error', lost)
    client.query(SESSION).catch(lost)
  })
  const names = statementNames()
  return {
    transaction: async (work) => inTransaction(await pool.connect(), names, work),
    destroy: () => pool.end(),
  }
}

/** What is started last and has no answer that anybody needs: it fails with the commit. Only for a pipeline's transactions. */
export function goesWithCommit(...started: readonly Promise<unknown>[]): void {
  for (const statement of started) statement.catch(() => undefined)
}

type NameOf = (text: string) => string | undefined

/** A statement whose text changes with its values would fill the memory of PostgreSQL: beyond so many they are not kept. */
const PREPARED_MAX = 100

function statementNames(): NameOf {
  const names = new Map<string, string>()
  return (text) => {
    const known = names.get(text)
    if (known || names.size === PREPARED_MAX) return known
    const name = `alerts_${names.size + 1}`
    names.set(text, name)
    return name
  }
}

async function inTransaction<Result>(
  client: pg.PoolClient,
  nameOf: NameOf,
  work: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  const sent: Promise<unknown>[] = []
  const send = (query: pg.QueryConfig | string) => {
    writeTogether(client)
    const answer = client.query(query as pg.QueryConfig)
    // Each is looked at in the end; until then a refusal is nobody's.
    answer.catch(() => undefined)
    sent.push(answer)
    return answer
  }
  let isWhole = false
  try {
    send('begin')
    const result = await work(transactionOn((text, values) => send(prepared(nameOf(text), text, values))))
    const committed = send('commit')
    await Promise.all(sent)
    // PostgreSQL answers so, and with no error, when a statement before had failed.
    if ((await committed).command !== 'COMMIT') throw new Error('The transaction was undone')
    isWhole = true
    return result
  } catch (error) {
    const failures = await failuresOf(sent)
    isWhole = failures.length === 0 && (await isUndone(client))
    // After the first refusal PostgreSQL refuses all that follows: only the first one says why.
    throw failures.length > 0 ? failures[0] : error
  } finally {
    // Of a connection on which something failed it is not known which statements it has prepared.
    client.release(!isWhole)
  }
}

/** What is sent in one turn goes out in one piece: a system call and a packet cost more than a statement. */
function writeTogether(client: pg.PoolClient): void {
  const { stream } = (client as unknown as { connection: { stream: Duplex } }).connection
  if (stream.writableCorked > 0) return
  stream.cork()
  process.nextTick(() => stream.uncork())
}

const prepared = (name: string | undefined, text: string, values: readonly unknown[]): pg.QueryConfig => ({
  ...(name ? { name } : {}),
  text,
  values: [...values],
})

async function failuresOf(sent: readonly Promise<unknown>[]): Promise<unknown[]> {
  const answers = await Promise.allSettled(sent)
  return answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
}

const isUndone = (client: pg.PoolClient): Promise<boolean> =>
  client.query('rollback').then(
    () => true,
    () => false,
  )

type Send = (text: string, values: readonly unknown[]) => Promise<pg.QueryResult>

const dialect = new PostgresDialect({ pool: async () => Promise.reject(new Error('Only compiles')) })
const compiler = dialect.createQueryCompiler()
const adapter = dialect.createAdapter()

/** A transaction as every store takes it, whose statements do not wait for one another. */
function transactionOn(send: Send): Trx {
  const provider: ConnectionProvider = {
    provideConnection: (consumer) =>
      consumer({
        executeQuery: async ({ sql, parameters }) => resultOf(await send(sql, parameters)),
        streamQuery: () => {
          throw new Error('Nothing is streamed in a pipeline')
        },
      }),
  }
  const executor = new DefaultQueryExecutor(compiler, adapter, provider)
  return new Transaction<Schema>({ config: { dialect }, driver: new DummyDriver(), dialect, executor })
}

const CHANGES = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function resultOf<Row>({ command, rowCount, rows }: pg.QueryResult): QueryResult<Row> {
  return {
    rows,
    ...(CHANGES.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0) } : {}),
  }
}
