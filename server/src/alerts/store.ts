import { sql } from 'kysely'
import type { Actor } from '#contract/common.ts'
import type { DeliveryOutcome, ResultAction } from '#contract/integrations.ts'
import type { Trx } from '../platform/db.ts'
import { nameOf } from './fold.ts'
import type { DeliveryRecord, Intake, Source } from './model.ts'

/** A delivery with what became of it, to be written. */
export type DeliveryRow = {
  delivery: DeliveryRecord
  source: Source
  at: Date
  outcome: DeliveryOutcome
  reason: string | null
  code: string | null
  httpStatus: number
  result: ResultAction | null
  title: string | null
  incidentId: string | null
  incidentNumber: number | null
  isNewIncident: boolean
  isReplay: boolean
}

export type MinuteCounts = { newIncidents: number; storedBodies: number; rejected: number }

/** What each integration has done in the present minute, before this batch. */
export async function readMinutes(trx: Trx, intakes: readonly Intake[]): Promise<Map<string, MinuteCounts>> {
  const refs = [...new Set(intakes.flatMap(({ source }) => (source ? [source.ref] : [])))]
  if (refs.length === 0) return new Map()
  const rows = await trx
    .selectFrom('integration_minutes')
    .select(['integration_id', 'new_incidents', 'stored_bodies', 'rejected'])
    .where('integration_id', 'in', refs)
    .where('minute', '=', minuteOf(intakes.at(-1)!.at))
    .execute()
  return new Map(
    rows.map((row) => [
      row.integration_id,
      { newIncidents: row.new_incidents, storedBodies: row.stored_bodies, rejected: row.rejected },
    ]),
  )
}

/** The newest incident of each of these keys, by `nameOf`. */
export async function readPrevious(
  trx: Trx,
  keys: readonly { serviceId: string; key: string }[],
): Promise<Map<string, string>> {
  const { rows } = await sql<{ service_id: string; key: string; id: string }>`
    select k."serviceId" as service_id, k.key, newest.id
    from jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) as k("serviceId" uuid, key text)
    cross join lateral (
      select i.id from incidents i where i.service_id = k."serviceId" and i.dedup_key = k.key
      order by i.number desc limit 1
    ) as newest`.execute(trx)
  return new Map(rows.map(({ service_id, key, id }) => [nameOf(service_id, key), id]))
}

/** Beyond this many a minute and integration, refused deliveries are only counted: a flood must not fill the disk. */
const RECORDED_REJECTIONS_PER_MINUTE = 60

/** A kind is a word of the sender's; whoever makes up new ones must not make rows without end. */
const KINDS_MAX = 50

/** Writes the delivery log, the counts of the minute and the kinds seen, in one statement. Returns which ones are in the log. */
export async function recordDeliveries(
  trx: Trx,
  rows: readonly DeliveryRow[],
  minutes: Map<string, MinuteCounts>,
): Promise<Set<string>> {
  if (rows.length === 0) return new Set()
  const counts = new Map([...minutes].map(([ref, before]) => [ref, { ...before }]))
  const kept = rows.flatMap((row) => keep(row, counts))
  const bodies = kept.map(({ body }) => body)
  await sql`
    with recorded as (
      insert into deliveries (
        id, integration_id, received_at, outcome, reason, code, http_status, result, kind, title, incident_id,
        incident_number, headers, body_bytes, body_truncated, replay_of, replayed_by, body)
      select * from rows from (
        jsonb_to_recordset(${JSON.stringify(kept.map(({ column }) => column))}::jsonb) as (
          id uuid, integration_id uuid, received_at timestamptz, outcome text, reason text, code text, http_status int,
          result text, kind text, title text, incident_id uuid, incident_number bigint, headers jsonb, body_bytes int,
          body_truncated boolean, replay_of uuid, replayed_by jsonb),
        unnest(${bodies}::bytea[])
      ) as x
    ), counted as (
      insert into integration_minutes (integration_id, minute, accepted, ignored, rejected, new_incidents, stored_bodies)
      select ref, minute, accepted, ignored, rejected, "newIncidents", "storedBodies"
      from jsonb_to_recordset(${JSON.stringify(countsOf(rows, kept))}::jsonb) as x(
        ref uuid, minute timestamptz, accepted int, ignored int, rejected int, "newIncidents" int, "storedBodies" int)
      order by ref, minute
      on conflict (integration_id, minute) do update set
        accepted = integration_minutes.accepted + excluded.accepted,
        ignored = integration_minutes.ignored + excluded.ignored,
        rejected = integration_minutes.rejected + excluded.rejected,
        new_incidents = integration_minutes.new_incidents + excluded.new_incidents,
        stored_bodies = integration_minutes.stored_bodies + excluded.stored_bodies
    )
    insert into integration_kinds (integration_id, kind, first_at, last_at)
    select ref, kind, min(at), max(at)
    from jsonb_to_recordset(${JSON.stringify(kindsOf(rows))}::jsonb) as x(ref uuid, kind text, at timestamptz)
    where (select count(*) from integration_kinds k where k.integration_id = x.ref) < ${KINDS_MAX}
      or exists (select from integration_kinds k where k.integration_id = x.ref and k.kind = x.kind)
    group by ref, kind order by ref, kind
    on conflict (integration_id, kind) do update set last_at = excluded.last_at
      where integration_kinds.last_at < excluded.last_at - interval '1 minute'`.execute(trx)
  return new Set(kept.map(({ column }) => column.id))
}

type Kept = {
  column: ReturnType<typeof columnsOf>
  body: Buffer | null
  ref: string
  outcome: DeliveryOutcome
}

/** The row as it is stored, or nothing when it is only counted. Moves the minute's counts on. */
function keep(row: DeliveryRow, counts: Map<string, MinuteCounts>): Kept[] {
  const { source, delivery, outcome, code } = row
  const count = counts.get(source.ref) ?? { newIncidents: 0, storedBodies: 0, rejected: 0 }
  counts.set(source.ref, count)
  // What is refused must not use up the room of what is accepted.
  const kind = outcome === 'rejected' ? 'rejected' : 'storedBodies'
  const isUnauthenticated = code === 'signature_missing' || code === 'signature_invalid'
  const limit = source.storedBodiesPerMinute
  const hasRoom = row.isReplay || limit === null || count[kind] < limit
  const isOnlyCounted = isUnauthenticated && count.rejected >= RECORDED_REJECTIONS_PER_MINUTE
  if (hasRoom || outcome === 'rejected') count[kind] += 1
  if (isOnlyCounted) return []
  return [{ ref: source.ref, outcome, body: hasRoom ? delivery.body : null, column: columnsOf(row) }]
}

const columnsOf = ({ delivery, source, at, ...row }: DeliveryRow) => ({
  id: delivery.id,
  integration_id: source.ref,
  received_at: at,
  outcome: row.outcome,
  reason: row.reason,
  code: row.code,
  http_status: row.httpStatus,
  result: row.result,
  kind: delivery.kind,
  title: row.title,
  incident_id: row.incidentId,
  incident_number: row.incidentNumber,
  headers: delivery.headers,
  body_bytes: delivery.bodyBytes,
  body_truncated: delivery.bodyTruncated,
  replay_of: delivery.replayOf,
  replayed_by: delivery.replayedBy satisfies Actor | null,
})

function countsOf(rows: readonly DeliveryRow[], kept: readonly Kept[]) {
  const byRef = Map.groupBy(rows, ({ source }) => source.ref)
  return [...byRef].map(([ref, own]) => ({
    ref,
    minute: minuteOf(own.at(-1)!.at),
    accepted: own.filter(({ outcome }) => outcome === 'accepted').length,
    ignored: own.filter(({ outcome }) => outcome === 'ignored').length,
    rejected: own.filter(({ outcome }) => outcome === 'rejected').length,
    newIncidents: own.filter(({ isNewIncident, isReplay }) => isNewIncident && !isReplay).length,
    storedBodies: kept.filter((row) => row.ref === ref && row.outcome !== 'rejected' && row.body !== null)
      .length,
  }))
}

const kindsOf = (rows: readonly DeliveryRow[]) =>
  rows.flatMap(({ delivery: { kind }, source: { ref }, at, outcome }) =>
    kind && outcome !== 'rejected' ? [{ ref, kind, at }] : [],
  )

const MINUTE_MS = 60_000
export const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS)
