import { sql } from 'kysely'
import type { DeliveryOutcome } from '#contract/integrations.ts'
import type { Db } from '../platform/db.ts'

// Every read here is bounded, whatever the integration receives: by an index and a limit, or by the minutes of a day.

const HOUR_MS = 3_600_000
const RECENT_MAX = 500
const INCIDENTS_MAX = 100

export type HourCounts = { hour: Date; accepted: number; ignored: number; rejected: number }

/** 24 hours, oldest first, those without deliveries too. The last one has just begun. */
export async function readHours(db: Db, ref: string, now: Date): Promise<HourCounts[]> {
  const last = Math.floor(now.getTime() / HOUR_MS) * HOUR_MS
  const hours = Array.from({ length: 24 }, (_, index) => new Date(last - (23 - index) * HOUR_MS))
  const { rows } = await sql<HourCounts>`
    select date_trunc('hour', minute, 'UTC') as hour, sum(accepted) as accepted, sum(ignored) as ignored,
      sum(rejected) as rejected
    from integration_minutes where integration_id = ${ref} and minute >= ${hours[0]}
    group by 1`.execute(db)
  const found = new Map(rows.map((row) => [row.hour.getTime(), row]))
  return hours.map((hour) => found.get(hour.getTime()) ?? { hour, accepted: 0, ignored: 0, rejected: 0 })
}

/** The most that one minute of the last hour has seen. */
export async function readBusiestMinute(
  db: Db,
  ref: string,
  now: Date,
): Promise<{ newIncidents: number; storedBodies: number }> {
  const { rows } = await sql<{ new_incidents: number; stored_bodies: number }>`
    select coalesce(max(new_incidents), 0) as new_incidents, coalesce(max(stored_bodies), 0) as stored_bodies
    from integration_minutes
    where integration_id = ${ref} and minute > ${new Date(now.getTime() - HOUR_MS)}`.execute(db)
  return { newIncidents: rows[0]?.new_incidents ?? 0, storedBodies: rows[0]?.stored_bodies ?? 0 }
}

/** To the millisecond while the delivery log has it; the minute tells which part of the log to look in. */
export async function readLastAcceptedAt(db: Db, ref: string): Promise<Date | null> {
  const { rows } = await sql<{ at: Date }>`
    select coalesce(d.received_at, m.minute) as at
    from (
      select minute from integration_minutes where integration_id = ${ref} and accepted > 0
      order by minute desc limit 1
    ) m
    left join lateral (
      select received_at from deliveries
      where integration_id = ${ref} and outcome = 'accepted'
        and received_at >= m.minute and received_at < m.minute + interval '1 minute'
      order by id desc limit 1
    ) d on true`.execute(db)
  return rows[0]?.at ?? null
}

export type KindSeen = { kind: string; firstAt: Date; lastAt: Date }

export async function readKinds(db: Db, ref: string): Promise<KindSeen[]> {
  const rows = await db
    .selectFrom('integration_kinds')
    .selectAll()
    .where('integration_id', '=', ref)
    .orderBy('last_at', 'desc')
    .orderBy('kind')
    .limit(50)
    .execute()
  return rows.map((row) => ({ kind: row.kind, firstAt: row.first_at, lastAt: row.last_at }))
}

export type LoggedDelivery = {
  received_at: Date
  outcome: DeliveryOutcome
  code: string | null
  reason: string | null
  kind: string | null
  title: string | null
  replay_of: string | null
  incident_id: string | null
}

/** The newest deliveries of the last 24 hours. */
export async function readRecentDeliveries(db: Db, ref: string, now: Date): Promise<LoggedDelivery[]> {
  return (
    db
      .selectFrom('deliveries')
      .select(['received_at', 'outcome', 'code', 'reason', 'kind', 'title', 'replay_of', 'incident_id'])
      .where(sql<boolean>`integration_id between ${ref} and ${ref}`)
      .where('received_at', '>', new Date(now.getTime() - 24 * HOUR_MS))
      // In this order only the index of the integration has them.
      .orderBy('integration_id')
      .orderBy('id', 'desc')
      .limit(RECENT_MAX)
      .execute()
  )
}

/** The levels, as the tool wrote them, of the newest of these incidents. */
export async function readLevels(db: Db, incidentIds: readonly string[]): Promise<string[]> {
  const ids = [...new Set(incidentIds)].slice(0, INCIDENTS_MAX)
  const { rows } = await sql<{ level: string }>`
    select distinct details ->> 'level' as level from incidents
    where id = any(${ids}::uuid[]) and details ->> 'level' is not null`.execute(db)
  return rows.map(({ level }) => level)
}
