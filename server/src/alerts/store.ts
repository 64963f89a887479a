import { sql } from 'kysely'
import type { Actor } from '#contract/common.ts'
import type { DeliveryOutcome, ResultAction } from '#contract/integrations.ts'
import type { Trx } from '../platform/db.ts'
import { type Kept, keep, type MinuteCounts, UNUSED } from './budget.ts'
import type { DeliveryRecord, Intake, Source } from './model.ts'
import type { RefusalCount } from './strangers.ts'

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
  /** Refused before anybody vouched for it. */
  isUnproven: boolean
}

type MinuteRow = {
  integration_id: string
  new_incidents: number
  stored_bodies: number
  stored_bytes: number
  kept_refusals: number
}

/** What each integration has done in the present minute, before this batch. */
export async function readMinutes(trx: Trx, intakes: readonly Intake[]): Promise<Map<string, MinuteCounts>> {
  const refs = [...new Set(intakes.flatMap(({ source }) => (source ? [source.ref] : [])))]
  if (refs.length === 0) return new Map()
  const { rows } = await sql<MinuteRow>`
    select integration_id, new_incidents, stored_bodies, stored_bytes, kept_refusals from integration_minutes
    where integration_id = any(${refs}::uuid[]) and minute = ${minuteOf(intakes.at(-1)!.at)}`.execute(trx)
  return new Map(
    rows.map((row) => [
      row.integration_id,
      {
        newIncidents: row.new_incidents,
        storedBodies: row.stored_bodies,
        storedBytes: row.stored_bytes,
        keptRefusals: row.kept_refusals,
      },
    ]),
  )
}

/** A kind is a word of the sender's; whoever makes up new ones must not make rows without end. */
const KINDS_MAX = 50

/**
 * Writes the delivery log, the counts of the minute and the kinds seen, in one statement. Says at once which ones will be
 * in the log; `written` is done when they are.
 */
export function recordDeliveries(
  trx: Trx,
  rows: readonly DeliveryRow[],
  minutes: ReadonlyMap<string, MinuteCounts>,
  onlyCounted: readonly RefusalCount[],
): { recorded: ReadonlySet<string>; written: Promise<unknown> } {
  if (rows.length === 0 && onlyCounted.length === 0)
    return { recorded: new Set(), written: Promise.resolve() }
  const byIntegration = [...Map.groupBy(rows, ({ source }) => source.ref)].map(([ref, own]) =>
    keepWithin(ref, own, minutes.get(ref) ?? UNUSED),
  )
  const kept = byIntegration.flatMap((one) => one.kept)
  const counts = [...byIntegration.map((one) => one.counts), ...onlyCounted.map(countsOfRefusals)]
  const bodies = packed(kept.map(({ body }) => body))
  const written = sql`
    with recorded as (
      insert into deliveries (
        id, integration_id, received_at, outcome, reason, code, http_status, result, kind, title, incident_id,
        incident_number, headers, body_bytes, body_truncated, replay_of, replayed_by, body)
      select id, integration_id, received_at, outcome, reason, code, http_status, result, kind, title, incident_id,
        incident_number, headers, body_bytes, body_truncated, replay_of, replayed_by,
        substring(${bodies.bytes}::bytea from body_from for body_length)
      from rows from (
        jsonb_to_recordset(${JSON.stringify(kept.map(columnsOf))}::jsonb) as (
          id uuid, integration_id uuid, received_at timestamptz, outcome text, reason text, code text, http_status int,
          result text, kind text, title text, incident_id uuid, incident_number bigint, headers jsonb, body_bytes int,
          body_truncated boolean, replay_of uuid, replayed_by jsonb),
        unnest(${bodies.from}::int[]), unnest(${bodies.lengths}::int[])
      ) as x(
        id, integration_id, received_at, outcome, reason, code, http_status, result, kind, title, incident_id,
        incident_number, headers, body_bytes, body_truncated, replay_of, replayed_by, body_from, body_length)
    ), counted as (
      insert into integration_minutes (
        integration_id, minute, accepted, ignored, rejected, new_incidents, stored_bodies, stored_bytes, kept_refusals)
      select ref, minute, sum(accepted), sum(ignored), sum(rejected), sum("newIncidents"), sum("storedBodies"),
        sum("storedBytes"), sum("keptRefusals")
      from jsonb_to_recordset(${JSON.stringify(counts)}::jsonb) as x(
        ref uuid, minute timestamptz, accepted int, ignored int, rejected int, "newIncidents" int, "storedBodies" int,
        "storedBytes" bigint, "keptRefusals" int)
      group by ref, minute order by ref, minute
      on conflict (integration_id, minute) do update set
        accepted = integration_minutes.accepted + excluded.accepted,
        ignored = integration_minutes.ignored + excluded.ignored,
        rejected = integration_minutes.rejected + excluded.rejected,
        new_incidents = integration_minutes.new_incidents + excluded.new_incidents,
        stored_bodies = integration_minutes.stored_bodies + excluded.stored_bodies,
        stored_bytes = integration_minutes.stored_bytes + excluded.stored_bytes,
        kept_refusals = integration_minutes.kept_refusals + excluded.kept_refusals
    )
    insert into integration_kinds (integration_id, kind, first_at, last_at)
    select ref, kind, at, at
    from jsonb_to_recordset(${JSON.stringify(kindsOf(rows))}::jsonb) as x(ref uuid, kind text, at timestamptz)
    where (select count(*) from integration_kinds k where k.integration_id = x.ref) < ${KINDS_MAX}
      or exists (select from integration_kinds k where k.integration_id = x.ref and k.kind = x.kind)
    order by ref, kind
    on conflict (integration_id, kind) do update set last_at = excluded.last_at
      where integration_kinds.last_at < excluded.last_at - interval '1 minute'`.execute(trx)
  return { recorded: new Set(kept.map(({ row }) => row.delivery.id)), written }
}

/** All bodies as one value, which goes over the wire as the bytes that it is; an array of them would go as text in hex. */
function packed(bodies: readonly (Buffer | null)[]) {
  const from: number[] = []
  let next = 1
  for (const body of bodies) {
    from.push(next)
    next += body?.length ?? 0
  }
  return {
    bytes: Buffer.concat(bodies.filter((body) => body !== null)),
    /** Where each begins, counted from 1 as SQL does; its length is null when nothing is to be stored. */
    from,
    lengths: bodies.map((body) => body?.length ?? null),
  }
}

/** What is stored of one integration's deliveries, and what they add to its counts of the minute. */
function keepWithin(ref: string, rows: readonly DeliveryRow[], before: MinuteCounts) {
  const after = { ...before }
  const kept = rows.flatMap((row) => keep(row, after) ?? [])
  const of = (outcome: DeliveryOutcome) => rows.filter((row) => row.outcome === outcome).length
  const counts = {
    ref,
    minute: minuteOf(rows.at(-1)!.at),
    accepted: of('accepted'),
    ignored: of('ignored'),
    rejected: of('rejected'),
    newIncidents: rows.filter(({ isNewIncident, isReplay }) => isNewIncident && !isReplay).length,
    storedBodies: after.storedBodies - before.storedBodies,
    storedBytes: after.storedBytes - before.storedBytes,
    keptRefusals: after.keptRefusals - before.keptRefusals,
  }
  return { kept, counts }
}

const countsOfRefusals = ({ ref, minute, refused }: RefusalCount) => ({
  ...{ ref, minute, accepted: 0, ignored: 0, rejected: refused },
  ...UNUSED,
})

const columnsOf = ({ row: { delivery, source, at, ...row }, isCut }: Kept) => ({
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
  body_truncated: delivery.bodyTruncated || isCut,
  replay_of: delivery.replayOf,
  replayed_by: delivery.replayedBy satisfies Actor | null,
})

function kindsOf(rows: readonly DeliveryRow[]) {
  const kinds = rows.flatMap(({ delivery: { kind }, source: { ref }, at, outcome }) =>
    kind && outcome !== 'rejected' ? [{ ref, kind, at }] : [],
  )
  // The last one of each: a batch is of a moment.
  return [...new Map(kinds.map((seen) => [`${seen.ref} ${seen.kind}`, seen])).values()]
}

const MINUTE_MS = 60_000
export const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS)
