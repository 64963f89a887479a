import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Readiness } from '#contract/readiness.ts'
import type { Db } from './db.ts'
import type { Journal } from './journal.ts'
import type { Log } from './log.ts'
import { withinTime } from './within-time.ts'

const ANSWER_WITHIN_MS = 2_000

type Probed = { db: Db; journal: Journal | null; log: Log }

/** For load balancers and supervisors: does the process live, and can it take deliveries, and by which way? */
export function probeRoutes(app: FastifyInstance, probed: Probed): void {
  const ask = askTogether(probed)
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { schema: { hide: true } }, async (_request, reply) => {
    const readiness = await ask()
    return reply
      .code(readiness.status === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness)
  })
}

/** Whoever asks meanwhile gets the same answer, so that probes cost no more than one question at a time. A change is a line of the log. */
function askTogether({ db, journal, log }: Probed): () => Promise<Readiness> {
  let asking: Promise<Readiness> | null = null
  let lastWay: string | null = null

  async function askOnce(): Promise<Readiness> {
    const error = await withinTime(sql`select 1`.execute(db), ANSWER_WITHIN_MS).then(
      () => null,
      (reason: unknown) => reason,
    )
    const readiness = readinessOf(error === null, journal)
    const way = readiness.status === 'ready' ? readiness.via : readiness.status
    if (way !== (lastWay ?? 'database')) {
      log.warn({ ...readiness, ...(error ? { err: error } : {}) }, 'readiness.changed')
    }
    lastWay = way
    return readiness
  }

  return () => {
    asking ??= askOnce().finally(() => {
      asking = null
    })
    return asking
  }
}

/** Until the journal is empty everything goes through it, also when the database is back. */
export function readinessOf(
  isDatabaseThere: boolean,
  journal: Pick<Journal, 'isEmpty' | 'isFull' | 'waiting'> | null,
): Readiness {
  if (isDatabaseThere && (journal?.isEmpty ?? true)) return { status: 'ready', via: 'database' }
  if (!journal) return { status: 'unavailable', reason: 'The database does not answer.' }
  if (journal.isFull) {
    const cause = isDatabaseThere ? 'The database is catching up' : 'The database does not answer'
    return { status: 'unavailable', reason: `${cause}, and the journal takes no more.` }
  }
  const waiting = journal.waiting.count
  return { status: 'ready', via: 'journal', ...(isDatabaseThere ? {} : { database: 'away' }), waiting }
}
