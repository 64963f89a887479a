import { type SqlBool, sql } from 'kysely'
import type { DeliveryDetail, DeliveryOutcome, DeliveryQuery, DeliveryView } from '#contract/integrations.ts'
import type { Db } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { isUuid, timeOfId } from '../platform/ids.ts'
import { idOfCursor } from '../platform/pages.ts'

// Reads the delivery log; store.ts writes it.

/** No delivery is about this incident. */
const NO_ID = '00000000-0000-0000-0000-000000000000'

const columns = [
  'id',
  'integration_id',
  'received_at',
  'outcome',
  'reason',
  'code',
  'http_status',
  'result',
  'kind',
  'title',
  'incident_id',
  'incident_number',
  'body_bytes',
  'body_truncated',
  'replay_of',
  'replayed_by',
] as const

const deliveries = (db: Db) => db.selectFrom('deliveries').select(columns)
export type DeliveryLogRow = Awaited<ReturnType<ReturnType<typeof deliveries>['execute']>>[number]

/** Newest first, one more than `limit` if there are more. */
export async function listDeliveries(
  db: Db,
  of: { integrationRef: string } | { incidentId: string },
  { cursor, limit, outcome, incidentId }: DeliveryQuery,
): Promise<DeliveryLogRow[]> {
  let rows = deliveries(db).limit(limit + 1)
  const before = idOfCursor(cursor)
  if (before) rows = rows.where('id', '<', before).where('received_at', '<=', timeOfId(before))
  if ('incidentId' in of || incidentId !== undefined) {
    const asked = 'incidentId' in of ? of.incidentId : (incidentId ?? NO_ID)
    rows = rows.where('incident_id', '=', isUuid(asked) ? asked : NO_ID)
    if ('integrationRef' in of) rows = rows.where('integration_id', '=', of.integrationRef)
    if (outcome) rows = rows.where('outcome', '=', outcome)
    return rows.orderBy('id', 'desc').execute()
  }
  return alongIndex(rows, { integration_id: of.integrationRef, ...(outcome ? { outcome } : {}) }).execute()
}

type DeliveryRows = ReturnType<typeof deliveries>

/**
 * Newest first, in the index that begins with these columns. With `=` PostgreSQL may think that what is rare here is as
 * frequent as elsewhere, and go through everybody's deliveries for it; this order no other index has.
 */
function alongIndex(
  rows: DeliveryRows,
  values: { integration_id: string; outcome?: DeliveryOutcome },
): DeliveryRows {
  let ordered = rows
  for (const [column, value] of Object.entries(values) as [keyof typeof values, string][])
    ordered = ordered.where(sql<SqlBool>`${sql.ref(column)} between ${value} and ${value}`).orderBy(column)
  return ordered.orderBy('id', 'desc')
}

/** Those that OpsKnight sends to itself are nobody else's. */
const isSystem = sql<boolean>`exists (select from integrations i where i.id = deliveries.integration_id and i.is_system)`

/** With headers and body. An id tells its day, so only that day's partition is read. */
export async function getDelivery(db: Db, id: string) {
  const row = isUuid(id)
    ? await db
        .selectFrom('deliveries')
        .select([...columns, 'headers', 'body'])
        .where('id', '=', id)
        .where('received_at', '=', timeOfId(id))
        .where(({ not }) => not(isSystem))
        .executeTakeFirst()
    : undefined
  if (!row) throw notFound('Delivery')
  return row
}

export const toDeliveryView = (row: DeliveryLogRow): DeliveryView => ({
  id: row.id,
  integrationId: row.integration_id,
  receivedAt: row.received_at.toISOString(),
  outcome: row.outcome,
  reason: row.reason,
  code: row.code,
  httpStatus: row.http_status,
  result: row.result,
  kind: row.kind,
  title: row.title,
  incidentId: row.incident_id,
  incidentNumber: row.incident_number,
  bodyBytes: row.body_bytes,
  bodyTruncated: row.body_truncated,
  replayOf: row.replay_of,
  replayedBy: row.replayed_by,
})

export const toDeliveryDetail = (row: Awaited<ReturnType<typeof getDelivery>>): DeliveryDetail => ({
  ...toDeliveryView(row),
  headers: row.headers,
  body: row.body?.toString('utf8') ?? null,
})
