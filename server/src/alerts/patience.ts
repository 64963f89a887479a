import { setTimeout as delay } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import type { Deps } from '../deps.ts'
import type { Db, Trx } from '../platform/db.ts'
import { isDatabaseAway, retryOnConflict } from '../platform/retry.ts'
import { Unanswered, withinTime } from '../platform/within-time.ts'

/** Half a second in all, as Sentry waits no longer than one: enough for a connection that was lost. */
const PAUSES_MS = [50, 150, 300]

/** A transaction that has lost its connection while it was being committed, and may still go either way. */
class Undecided extends Error {
  override name = 'Undecided'
}

const isWorthWaiting = (error: unknown) => error instanceof Undecided || isDatabaseAway(error)

/**
 * Does things again for a moment while the database is away. When it does not come back in time everybody is refused at
 * once, until something has worked again: those who come later would only wait behind each other.
 */
export class Patience {
  readonly #pausesMs: readonly number[]
  #isExhausted = false

  constructor(pausesMs: readonly number[] = PAUSES_MS) {
    this.#pausesMs = pausesMs
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const result = await work()
        this.#isExhausted = false
        return result
      } catch (error) {
        if (!isWorthWaiting(error)) throw error
        const pause = this.#isExhausted ? undefined : this.#pausesMs[attempt]
        if (pause === undefined) {
          this.#isExhausted = true
          throw error
        }
        await delay(pause)
      }
    }
  }
}

/**
 * One transaction that happens once, also when its connection is lost: whether PostgreSQL has committed it is asked
 * before it is done again.
 */
export async function commitOnce<Result>(
  { db, pipeline }: Pick<Deps, 'db' | 'pipeline'>,
  patience: Patience,
  work: (trx: Trx) => Promise<Result>,
): Promise<Result> {
  const last: { attempt: { transactionId: string; result: Result } | null } = { attempt: null }
  const attempt = () =>
    pipeline.transaction(async (trx) => {
      const [transactionId, result] = await Promise.all([idOfTransaction(trx), work(trx)])
      last.attempt = { transactionId, result }
      return result
    })
  const unlessCommitted = async () => {
    if (last.attempt && (await isCommitted(db, last.attempt.transactionId))) return last.attempt.result
    last.attempt = null
    return retryOnConflict(attempt)
  }
  return patience.run(() => withinTime(unlessCommitted(), ANSWER_WITHIN_MS))
}

async function idOfTransaction(trx: Trx): Promise<string> {
  const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(trx)
  return rows[0]!.id
}

async function isCommitted(db: Db, transactionId: string): Promise<boolean> {
  const { rows } = await sql<{ status: string | null }>`
    select pg_xact_status(${transactionId}::xid8) as status`.execute(db)
  const status = rows[0]?.status
  if (status === 'in progress') throw new Undecided('A transaction that was broken off is still in progress')
  return status === 'committed'
}

/** A connection whose other end has vanished says nothing for a quarter of an hour; whoever waits is let go before. */
const ANSWER_WITHIN_MS = 10_000

const LOCK_NOT_AVAILABLE = '55P03'
const QUERY_CANCELED = '57014'
const IDLE_IN_TRANSACTION_TIMEOUT = '25P03'

/** Whether the same may work in a moment: the database is away, or busy with something that takes too long. */
export const isDatabaseUnable = (error: unknown): boolean =>
  isWorthWaiting(error) ||
  error instanceof Unanswered ||
  (error instanceof pg.DatabaseError &&
    [LOCK_NOT_AVAILABLE, QUERY_CANCELED, IDLE_IN_TRANSACTION_TIMEOUT].includes(error.code ?? ''))
