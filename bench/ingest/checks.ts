import { sql } from 'kysely'
import type { Db } from '../../server/src/platform/db.ts'
import type { Totals } from '../load/ledger.ts'
import type { Check } from '../stage/checks.ts'

/**
 * Compares what the sender remembers with what is in the database: nothing that was accepted is missing, nothing is
 * there twice, and every incident has what must come with it.
 */
export async function checkData(db: Db, totals: Totals, past: Past = NO_PAST): Promise<Check[]> {
  const found = await count(db, totals.openKeys, past)
  const refused = Object.values(totals.refused).reduce((sum, times) => sum + times, 0)
  return [
    { what: 'deliveries that were answered anything but 202', expected: 0, found: refused },
    { what: 'deliveries in the database = 202 answers', expected: totals.accepted, found: found.deliveries },
    { what: 'sum of event counts = accepted triggers', expected: totals.triggers, found: found.events },
    { what: 'incidents = problems that began', expected: totals.incidents, found: found.incidents },
    { what: 'active incidents = distinct open keys', expected: totals.openKeys.length, found: found.active },
    { what: 'open keys without an active incident', expected: 0, found: found.forgotten },
    { what: 'incidents without one entry of their beginning', expected: 0, found: found.untold },
    { what: 'active incidents without an escalation row', expected: 0, found: found.unpaged },
    { what: 'resolved incidents that still page', expected: 0, found: found.overpaged },
    { what: 'accepted deliveries without an incident', expected: 0, found: found.stray },
  ]
}

type Found = Record<
  | 'deliveries'
  | 'events'
  | 'incidents'
  | 'active'
  | 'forgotten'
  | 'untold'
  | 'unpaged'
  | 'overpaged'
  | 'stray',
  number
>

/** What was there before: of that the sender knows nothing. */
export type Past = { until: Date; firstNumber: number; lastNumber: number }

const NO_PAST: Past = { until: new Date(0), firstNumber: 0, lastNumber: 0 }

async function count(
  db: Db,
  openKeys: readonly string[],
  { until, firstNumber, lastNumber }: Past,
): Promise<Found> {
  const { rows } = await sql<Found>`
    with ours as materialized (
        select id, dedup_key, status, event_count from incidents where number < ${firstNumber} or number > ${lastNumber}
      ),
      active as (select id, dedup_key from ours where status <> 'resolved'),
      begun as (
        select o.id, (select count(*) from timeline_entries t where t.incident_id = o.id and t.kind = 'triggered') as times
        from ours o
      ),
      arrived as (select * from deliveries where received_at > ${until})
    select
      (select count(*) from arrived where http_status = 202) as deliveries,
      (select coalesce(sum(event_count), 0)::bigint from ours) as events,
      (select count(*) from ours) as incidents,
      (select count(*) from active) as active,
      (select count(*) from unnest(${openKeys}::text[]) as key
        where not exists (select from active where dedup_key = key)) as forgotten,
      (select count(*) from begun where times <> 1) as untold,
      (select count(*) from active a where not exists (select from escalations e where e.incident_id = a.id)) as unpaged,
      (select count(*) from ours o where status = 'resolved'
        and exists (select from escalations e where e.incident_id = o.id)) as overpaged,
      (select count(*) from arrived d where d.outcome = 'accepted'
        and not exists (select from incidents i where i.id = d.incident_id)) as stray`.execute(db)
  if (!rows[0]) throw new Error('A query without a from clause has one row')
  return rows[0]
}
