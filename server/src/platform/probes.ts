import type { FastifyInstance } from 'fastify'
import { sql } from 'kysely'
import type { Db } from './db.ts'
import { withinTime } from './within-time.ts'

const ANSWER_WITHIN_MS = 2_000

/**
 * For load balancers and supervisors: does the process live, and can it take deliveries? With a
 * journal it can while the database is away. */
export function probeRoutes(app: FastifyInstance, { db, hasJournal }: { db: Db; hasJournal: boolean }): void {
  app.get('/healthz', { schema: { hide: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { schema: { hide: true } }, async (request, reply) => {
    try {
      await withinTime(sql`select 1`.execute(db), ANSWER_WITHIN_MS)
      return { status: 'ready' }
    } catch (error) {
      request.log.warn({ err: error }, 'readiness.database_away')
      if (hasJournal) return { status: 'ready', database: 'away' }
      return reply.code(503).send({ status: 'unavailable', reason: 'The database does not answer' })
    }
  })
}
