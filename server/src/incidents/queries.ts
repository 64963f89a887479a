import { sql } from 'kysely'
import type { PageQuery } from '#contract/common.ts'
import type { Db, Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import { numberOfCursor } from '../platform/pages.ts'
import { nameOf, numberOf } from './keys.ts'
import { summaries } from './list.ts'
import type { IncidentKey } from './store.ts'

/** The id of an incident that is named by id or number (`42`, `#42`); null when there is none. */
export async function findIncidentId(db: Db, idOrNumber: string): Promise<string | null> {
  const number = numberOf(idOrNumber)
  if (number === null && !isUuid(idOrNumber)) return null
  const row = await db
    .selectFrom('incidents')
    .select('id')
    .$if(number !== null, (query) => query.where('number', '=', number))
    .$if(number === null, (query) => query.where('id', '=', idOrNumber))
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

/**
 * The newest incident of each of these keys, by `nameOf`. Said as a range of one, only the index of keys can answer it:
 * the plan is kept, and while there are few incidents PostgreSQL would take the index of a whole service as well.
 */
export async function readPrevious(trx: Trx, keys: readonly IncidentKey[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ service_id: string; key: string; id: string }>`
    select k."serviceId" as service_id, k.key, newest.id
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("serviceId" uuid, key text)
    cross join lateral (
      select i.id from incidents i
      where (i.dedup_key, i.service_id) >= (k.key, k."serviceId") and (i.dedup_key, i.service_id) <= (k.key, k."serviceId")
      order by i.dedup_key, i.service_id, i.number desc limit 1
    ) as newest`.execute(trx)
  return new Map(rows.map(({ service_id, key, id }) => [nameOf(service_id, key), id]))
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
      'e.incident_id as escalation_of',
      'e.due_at as page_due_at',
      'e.only_user_id as page_only_user_id',
      'e.policy_id as page_policy_id',
      'e.policy_version as page_policy_version',
      'e.step as page_step',
      'e.cycle as page_cycle',
      'e.cycle_started_at as page_cycle_started_at',
      'e.ended_reason as page_ended_reason',
      's.escalation_policy_id as service_policy_id',
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
