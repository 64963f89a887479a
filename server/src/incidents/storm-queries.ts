import { sql } from 'kysely'
import type { PageQuery, Severity } from '#contract/common.ts'
import type { FoldedProblem, FoldedState, IncidentStatus, IncidentView } from '#contract/incidents.ts'
import type { Db } from '../platform/db.ts'
import { refuseCursor } from '../platform/pages.ts'
import { isStormKey } from './storm.ts'

export type FoldedRow = {
  dedup_key: string
  rank: number
  number: number
  state: FoldedState
  title: string
  severity: Severity
  source: string | null
  link: string | null
  event_count: number
  first_event_at: Date
  last_event_at: Date
  incident_id: string | null
  incident_number: number | null
  incident_status: IncidentStatus | null
}

const SEVERITIES = sql`array['critical', 'error', 'warning', 'info']`

/** A storm lists a thousand problems at most, so that sorting them costs next to nothing. */
const rows = sql`
  select f.dedup_key, f.number, f.state, f.title, f.severity, f.source, f.link, f.event_count, f.first_event_at,
    f.last_event_at, f.incident_id, array_position(${SEVERITIES}, f.severity) as rank, i.number as incident_number,
    i.status as incident_status
  from folded_problems f left join incidents i on i.id = f.incident_id`

/** The worst first, then in the order in which they came; one more than `limit` if there are more. */
export async function listFolded(
  db: Db,
  stormId: string,
  { cursor, limit }: PageQuery,
): Promise<FoldedRow[]> {
  const after = placeOfCursor(cursor)
  const { rows: found } = await sql<FoldedRow>`
    select * from (${rows} where f.storm_id = ${stormId}) as listed
    where (rank, number) > (${after.rank}::int, ${after.number}::bigint)
    order by rank, number limit ${limit + 1}`.execute(db)
  return found
}

export const cursorOfFolded = ({ rank, number }: FoldedRow): string => `${rank}.${number}`

function placeOfCursor(cursor: string | undefined): { rank: number; number: number } {
  if (!cursor) return { rank: 0, number: 0 }
  const [, rank, number] = /^([1-4])\.(\d{1,15})$/.exec(cursor) ?? refuseCursor()
  return { rank: Number(rank), number: Number(number) }
}

/** These problems of a storm, in the order of the list. */
export async function readFolded(db: Db, stormId: string, keys: readonly string[]): Promise<FoldedRow[]> {
  const { rows: found } = await sql<FoldedRow>`
    select * from (${rows} where f.storm_id = ${stormId} and f.dedup_key = any(${[...keys]}::text[])) as listed
    order by rank, number`.execute(db)
  return found
}

/** The keys of the next problems that wait, the worst first. */
export async function nextWaiting(db: Db, stormId: string, limit: number): Promise<string[]> {
  const { rows: found } = await sql<{ dedup_key: string }>`
    select dedup_key from folded_problems where storm_id = ${stormId} and state = 'folded'
    order by array_position(${SEVERITIES}, severity), number limit ${limit}`.execute(db)
  return found.map(({ dedup_key }) => dedup_key)
}

/** How much a storm has folded; null of an incident that is about none. */
export async function readStormCounts(
  db: Db,
  { id, dedup_key, event_count }: { id: string; dedup_key: string; event_count: number },
): Promise<IncidentView['storm']> {
  if (!isStormKey(dedup_key)) return null
  const { rows: found } = await sql<{ listed: number; waiting: number; alerts: number }>`
    select count(*) as listed, count(*) filter (where state = 'folded') as waiting,
      coalesce(sum(event_count), 0)::bigint as alerts
    from folded_problems where storm_id = ${id}`.execute(db)
  const { listed, waiting, alerts } = found[0]!
  return { listed, waiting, notListed: Math.max(0, event_count - alerts) }
}

export const toFolded = (row: FoldedRow): FoldedProblem => ({
  key: row.dedup_key,
  title: row.title,
  severity: row.severity,
  source: row.source,
  link: row.link,
  eventCount: row.event_count,
  firstEventAt: row.first_event_at.toISOString(),
  lastEventAt: row.last_event_at.toISOString(),
  state: row.state,
  incident:
    row.incident_id && row.incident_number !== null && row.incident_status
      ? { id: row.incident_id, number: row.incident_number, status: row.incident_status }
      : null,
})
