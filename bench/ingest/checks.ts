import { sql } from 'kysely'
import type { Db } from '../../server/src/platform/db.ts'
import type { Totals } from '../load/ledger.ts'
import type { Check } from '../stage/checks.ts'

/**
 * Compares what the sender remembers with what is in the database: nothing that was accepted is missing, nothing is
 * there twice, and every incident has what must come with it.
 */
export async function checkData(db: Db, totals: Totals): Promise<Check[]> {
  const found = await count(db, totals.openKeys)
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

async function count(db: Db, openKeys: readonly string[]): Promise<Found> {
  const { rows } = await sql<Found>`
    with active as (select id, dedup_key from incidents where status <> 'resolved'),
      begun as (
        select incident_id, count(*) as times from timeline_entries where kind = 'triggered' group by incident_id
      )
    select
      (select count(*) from deliveries where http_status = 202) as deliveries,
      (select coalesce(sum(event_count), 0)::bigint from incidents) as events,
      (select count(*) from incidents) as incidents,
      (select count(*) from active) as active,
      (select count(*) from unnest(${openKeys}::text[]) as key
        where not exists (select from active where dedup_key = key)) as forgotten,
      (select count(*) from incidents i left join begun b on b.incident_id = i.id where b.times is distinct from 1) as untold,
      (select count(*) from active a where not exists (select from escalations e where e.incident_id = a.id)) as unpaged,
      (select count(*) from escalations e where not exists (select from active a where a.id = e.incident_id)) as overpaged,
      (select count(*) from deliveries d where d.outcome = 'accepted'
        and not exists (select from incidents i where i.id = d.incident_id)) as stray`.execute(db)
  if (!rows[0]) throw new Error('A query without a from clause has one row')
  return rows[0]
}
