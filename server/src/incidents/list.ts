import { type SqlBool, sql } from 'kysely'
import type { IncidentCounts, IncidentQuery } from '#contract/incidents.ts'
import type { Db } from '../platform/db.ts'
import { isUuid } from '../platform/ids.ts'
import { numberOfCursor } from '../platform/pages.ts'
import { storedKey } from './keys.ts'
import { findWords, searchOf } from './search.ts'

/** What a list shows of incidents. */
export const summaries = (db: Db) =>
  db
    .selectFrom('incidents as i')
    .innerJoin('services as s', 's.id', 'i.service_id')
    .leftJoin('users as u', 'u.id', 'i.assigned_to')
    .select([
      'i.id',
      'i.number',
      'i.title',
      'i.status',
      'i.severity',
      'i.urgency',
      'i.service_id',
      's.name as service_name',
      'i.source',
      'i.dedup_key',
      'i.link',
      'i.event_count',
      'i.first_event_at',
      'i.last_event_at',
      'i.created_at',
      'i.acknowledged_at',
      'i.acknowledged_by',
      'i.resolved_at',
      'i.resolved_by',
      'i.wake_at',
      'i.assigned_to',
      'u.name as assigned_name',
    ])

export type Summaries = ReturnType<typeof summaries>
export type SummaryRow = Awaited<ReturnType<Summaries['execute']>>[number]

/** Newest first, one more than `limit` if there are more. */
export async function listSummaries(db: Db, query: IncidentQuery): Promise<SummaryRow[]> {
  const { status, serviceId, severity, dedupKey, q, cursor, limit } = query
  let rows = summaries(db).limit(limit + 1)
  if (status) rows = withStatus(rows, status)
  if (serviceId) rows = rows.where(oneOf('i.service_id', serviceId.filter(isUuid)))
  if (severity) rows = rows.where(oneOf('i.severity', severity))
  if (dedupKey !== undefined) rows = rows.where('i.dedup_key', '=', storedKey(dedupKey))
  const before = numberOfCursor(cursor)
  if (before !== null) rows = rows.where('i.number', '<', before)

  const search = q === undefined ? null : searchOf(q)
  if (search) return findWords(db, rows, search, query)
  return rows.orderBy('i.number', 'desc').execute()
}

/** With a single value PostgreSQL reads in the order of the index; with several it would have to sort. */
function oneOf(column: 'i.service_id' | 'i.severity' | 'i.status', values: readonly string[]) {
  const [first, ...others] = values
  if (first === undefined) return sql<SqlBool>`false`
  if (others.length === 0) return sql<SqlBool>`${sql.ref(column)} = ${first}`
  return sql<SqlBool>`${sql.ref(column)} in (${sql.join(values)})`
}

function withStatus(rows: Summaries, statuses: NonNullable<IncidentQuery['status']>): Summaries {
  const named = statuses.filter((status) => status !== 'active')
  // Said in this way the indexes of active incidents serve, also beside millions of resolved ones.
  const active = statuses.includes('resolved') ? rows : rows.where('i.status', '<>', 'resolved')
  if (!statuses.includes('active')) return active.where(oneOf('i.status', named))
  return statuses.includes('resolved') ? rows : active
}

/** The rows of these ids, in no particular order. */
export async function readSummaries(db: Db, ids: readonly string[]): Promise<SummaryRow[]> {
  const known = ids.filter(isUuid)
  return known.length === 0 ? [] : summaries(db).where('i.id', 'in', known).execute()
}

export async function countActive(db: Db): Promise<IncidentCounts> {
  const rows = await db
    .selectFrom('incidents')
    .select(({ fn }) => ['status', fn.countAll<number>().as('count')])
    .where('status', '<>', 'resolved')
    .groupBy('status')
    .execute()
  const of = (status: string) => rows.find((row) => row.status === status)?.count ?? 0
  return {
    open: of('open'),
    acknowledged: of('acknowledged'),
    snoozed: of('snoozed'),
    suppressed: of('suppressed'),
  }
}
