import type { IncidentCounts, IncidentQuery } from '#contract/incidents.ts'
import type { Db } from '../platform/db.ts'
import { isUuid } from '../platform/ids.ts'
import { type Incidents, newestOf } from './filters.ts'
import { findWords, searchOf } from './search.ts'

/** What a list shows of incidents: of all, or of those that `from` selects. */
export const summaries = (db: Db, from?: Incidents) =>
  db
    .selectFrom((from ? from.as<'i'>('i') : 'incidents as i') as 'incidents as i')
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

export type SummaryRow = Awaited<ReturnType<ReturnType<typeof summaries>['execute']>>[number]

/** Newest first, one more than `limit` if there are more. */
export async function listSummaries(db: Db, query: IncidentQuery): Promise<SummaryRow[]> {
  const search = query.q === undefined ? null : searchOf(query.q)
  if (search) return findWords(db, search, query)
  return summaries(db, newestOf(db, query, query.limit + 1))
    .orderBy('i.number', 'desc')
    .execute()
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
