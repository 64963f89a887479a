import { sql } from 'kysely'
import type { SentRequest } from '../integrations/sentry/sent-requests.ts'
import { addSeconds } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'

const ARRIVED_MAX = 2_000

/** What has arrived since then, the newest; with many of them only those since `completeFrom` are all. */
export async function readArrived(db: Db, integrationId: string, from: Date) {
  const { rows } = await sql<{ kind: string | null; at: Date }>`
    select kind, received_at as at from deliveries
    where integration_id between ${integrationId} and ${integrationId} and received_at >= ${from} and replay_of is null
    order by integration_id, id desc limit ${ARRIVED_MAX}`.execute(db)
  return {
    deliveries: rows.flatMap(({ kind, at }) => (kind === null ? [] : [{ kind, at }])),
    completeFrom: rows.length < ARRIVED_MAX ? from : rows.at(-1)!.at,
  }
}

/** Minutes in which refused deliveries were only counted. */
export async function readUncertainMinutes(db: Db, integrationId: string, from: Date): Promise<Date[]> {
  const { rows } = await sql<{ minute: Date }>`
    select minute from integration_minutes
    where integration_id = ${integrationId} and minute >= ${addSeconds(from, -60)} and rejected > kept_refusals`.execute(
    db,
  )
  return rows.map(({ minute }) => minute)
}

/** Which of these addresses are those of other integrations. */
export async function readAddressesOfOthers(
  db: Db,
  integrationId: string,
  addresses: readonly string[],
): Promise<Set<string>> {
  if (addresses.length === 0) return new Set()
  const rows = await db
    .selectFrom('integrations')
    .select('address')
    .where('address', 'in', [...new Set(addresses)])
    .where('id', '<>', integrationId)
    .execute()
  return new Set(rows.map(({ address }) => address))
}

/** Right after an outage of the database, deliveries are still being written down: a second look confirms that one is missing. */
const CONFIRMED_AFTER_SECONDS = 120
const KEPT_SECONDS = 30 * 24 * 3_600

/** Writes down what is missing; of the time since `certainFrom` what is no longer missing goes. Both by Sentry's clock. */
export async function recordMissing(
  db: Db,
  integrationId: string,
  { missing, certainFrom, now }: { missing: readonly SentRequest[]; certainFrom: Date; now: Date },
): Promise<void> {
  const rows = missing.map(({ at, eventType: kind, responseCode }) => ({ at, kind, responseCode }))
  await sql`
    with found as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(at timestamptz, kind text, "responseCode" int)
    ), arrived_after_all as (
      delete from sentry_missing_deliveries m where m.integration_id = ${integrationId} and (m.at < ${addSeconds(now, -KEPT_SECONDS)}
        or (m.at >= ${certainFrom} and not exists (select from found f where f.at = m.at and f.kind = m.kind)))
    )
    insert into sentry_missing_deliveries (integration_id, at, kind, response_code, found_at)
    select distinct on (at, kind) ${integrationId}::uuid, at, kind, "responseCode", ${now}::timestamptz from found
    on conflict (integration_id, at, kind) do update set confirmed = true
      where sentry_missing_deliveries.found_at <= ${addSeconds(now, -CONFIRMED_AFTER_SECONDS)}`.execute(db)
}

export type Missing = { at: Date; kind: string; responseCode: number }

const SHOWN_MAX = 100
/** Deliveries that Sentry says it has sent and that never arrived, newest first. */
export async function readMissing(db: Db, integrationId: string): Promise<Missing[]> {
  const { rows } = await sql<Missing>`
    select at, kind, response_code as "responseCode" from sentry_missing_deliveries
    where integration_id = ${integrationId} and confirmed order by at desc limit ${SHOWN_MAX}`.execute(db)
  return rows
}
