import { sql } from 'kysely'
import { addSeconds } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import type { DatabaseFigures } from '../platform/metrics/index.ts'
import { countActive } from './list.ts'

type Due = { due: number; oldest: Date | null }
type Found = Due & {
  pages: number
  oldestPage: Date | null
  untold: number
  oldestUntold: Date | null
  missing: number
  swept: Date | null
}

const DAY_SECONDS = 24 * 3_600

/** What there is to be done now, for whoever watches the server. */
export async function readFigures(db: Db, now: Date): Promise<DatabaseFigures> {
  const { rows } = await sql<Found>`
    select e.*, p.*, o.*, m.*, (select swept_at from worker_sweeps) as swept
    from (select count(*) as due, min(due_at) as oldest from escalations where due_at <= ${now}) e,
      (select count(*) as pages, min(due_at) as "oldestPage" from pages
        where next_attempt_at is not null and due_at <= ${now}) p,
      (select count(*) as untold, min(at) as "oldestUntold" from incident_outbox) o,
      (select count(found.at) as missing from sentry_connections c join sentry_missing_deliveries found
        on found.integration_id = c.integration_id and found.at > ${addSeconds(now, -DAY_SECONDS)} and found.confirmed) m`.execute(
    db,
  )
  const found = rows[0]!
  const secondsSince = (at: Date | null) => (at ? (now.getTime() - at.getTime()) / 1_000 : 0)
  return {
    activeIncidents: await countActive(db),
    escalationsDue: found.due,
    oldestDueSeconds: secondsSince(found.oldest),
    pagesDue: found.pages,
    oldestPageSeconds: secondsSince(found.oldestPage),
    outboxWaiting: found.untold,
    oldestOutboxSeconds: secondsSince(found.oldestUntold),
    deliveriesMissing: found.missing,
    lastSweepAt: found.swept,
  }
}
