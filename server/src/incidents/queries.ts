import { sql } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { IncidentCounts, IncidentQuery } from '#contract/incidents.ts'
import type { Db, Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import { numberOfCursor } from '../platform/pages.ts'
import { storedKey } from './keys.ts'
import type { IncidentKey } from './store.ts'

/** The largest number that a bigint column holds has 19 digits; nobody has that many incidents. */
const NUMBER = /^#?(\d{1,15})$/

/** The id of an incident that is named by id or number (`42`, `#42`); null when there is none. */
export async function findIncidentId(db: Db, idOrNumber: string): Promise<string | null> {
  const number = NUMBER.exec(idOrNumber)?.[1]
  if (!number && !isUuid(idOrNumber)) return null
  const row = await db
    .selectFrom('incidents')
    .select('id')
    .$if(number !== undefined, (query) => query.where('number', '=', Number(number)))
    .$if(number === undefined, (query) => query.where('id', '=', idOrNumber))
    .executeTakeFirst()
  return row?.id ?? null
}

/** Their keys never change, so that they can be read before anything is locked. */
export async function readKeys(trx: Trx, ids: readonly string[]): Promise<IncidentKey[]> {
  if (ids.length === 0) return []
  const rows = await trx
    .selectFrom('incidents')
    .select(['service_id', 'dedup_key'])
    .where('id', 'in', [...ids])
    .execute()
  return rows.map((row) => ({ serviceId: row.service_id, key: row.dedup_key }))
}

const summaries = (db: Db) =>
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

type Summaries = ReturnType<typeof summaries>
export type SummaryRow = Awaited<ReturnType<Summaries['execute']>>[number]

/** Newest first, one more than `limit` if there are more. */
export async function listSummaries(db: Db, query: IncidentQuery): Promise<SummaryRow[]> {
  let rows = summaries(db)
  const { status, serviceId, severity, dedupKey, q, cursor, limit } = query
  if (status) rows = withStatus(rows, status)
  if (serviceId) rows = rows.where('i.service_id', 'in', [NO_ID, ...serviceId.filter(isUuid)])
  if (severity) rows = rows.where('i.severity', 'in', severity)
  if (dedupKey !== undefined) rows = rows.where('i.dedup_key', '=', storedKey(dedupKey))
  if (q?.trim()) rows = withWords(rows, q.trim())
  const before = numberOfCursor(cursor)
  if (before !== null) rows = rows.where('i.number', '<', before)
  return rows
    .orderBy('i.number', 'desc')
    .limit(limit + 1)
    .execute()
}

const NO_ID = '00000000-0000-0000-0000-000000000000'

function withStatus(rows: Summaries, statuses: NonNullable<IncidentQuery['status']>): Summaries {
  const named = statuses.filter((status) => status !== 'active')
  // Said in this way the index of active incidents serves, also beside millions of resolved ones.
  const active = statuses.includes('resolved') ? rows : rows.where('i.status', '<>', 'resolved')
  if (!statuses.includes('active')) return active.where('i.status', 'in', named)
  return statuses.includes('resolved') ? rows : active
}

function withWords(rows: Summaries, q: string): Summaries {
  const number = NUMBER.exec(q)?.[1]
  const words = q.toWellFormed().replaceAll('\0', '').split(/\s+/).slice(0, 10)
  return rows.where((eb) =>
    eb.or([
      eb.and(words.map((word) => sql<boolean>`${searched} ilike ${`%${escapeLike(word)}%`}`)),
      ...(number ? [eb('i.number', '=', Number(number))] : []),
    ]),
  )
}

/** As in the index of migration 0005. */
const searched = sql`(i.title || ' ' || coalesce(i.source, '') || ' ' || i.dedup_key)`
const escapeLike = (word: string) => word.replace(/[\\%_]/g, '\\$&')

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

export type DetailRow = NonNullable<Awaited<ReturnType<typeof findDetail>>>

/** Everything about one incident but its timeline. */
export async function findDetail(db: Db, id: string) {
  return summaries(db)
    .leftJoin('integrations as g', 'g.id', 'i.integration_id')
    .leftJoin('incidents as p', 'p.id', 'i.previous_id')
    .leftJoin('escalations as e', 'e.incident_id', 'i.id')
    .select([
      'i.description',
      'i.details',
      'g.id as integration_ref',
      'g.name as integration_name',
      'g.type as integration_type',
      'p.id as previous_id',
      'p.number as previous_number',
      'e.due_at as page_due_at',
    ])
    .where('i.id', '=', id)
    .executeTakeFirst()
}

export async function getDetail(db: Db, idOrNumber: string): Promise<DetailRow> {
  const id = await findIncidentId(db, idOrNumber)
  const row = id && (await findDetail(db, id))
  if (!row) throw notFound('Incident')
  return row
}

/** Newest first, one more than `limit` if there are more. */
export async function listTimeline(db: Db, incidentId: string, { cursor, limit }: PageQuery) {
  const before = numberOfCursor(cursor)
  return db
    .selectFrom('timeline_entries')
    .selectAll()
    .where('incident_id', '=', incidentId)
    .$if(before !== null, (query) => query.where('number', '<', before))
    .orderBy('number', 'desc')
    .limit(limit + 1)
    .execute()
}
