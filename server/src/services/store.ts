import { sql } from 'kysely'
import type { Db, Trx } from '../platform/db.ts'

/** What decisions about incidents need to know of a service. */
export type ServiceSettings = {
  /** After how long an acknowledgement runs out; null = never. */
  acknowledgementTimeoutMinutes: number | null
  /** The maintenance window that covers the service now; of several, the one that ends last. */
  maintenance: { until: Date; reason: string } | null
}

/** The settings of these services at `now`, by id. Services that are deleted or unknown are absent. */
export const readServiceSettings = (
  db: Db,
  serviceIds: readonly string[],
  now: Date,
): Promise<Map<string, ServiceSettings>> => serviceSettings(db, serviceIds, now, sql``)

/**
 * The same, and none of these services can be deleted until the transaction ends. For whoever opens incidents: call it
 * before incidents are locked, as deleting a service locks the service first and then its incidents.
 */
export const holdServiceSettings = (
  trx: Trx,
  serviceIds: readonly string[],
  now: Date,
): Promise<Map<string, ServiceSettings>> => serviceSettings(trx, serviceIds, now, sql`for key share of s`)

type Row = {
  id: string
  acknowledgement_timeout_minutes: number | null
  end_at: Date | null
  reason: string | null
}

async function serviceSettings(
  db: Db,
  serviceIds: readonly string[],
  now: Date,
  lock: ReturnType<typeof sql>,
): Promise<Map<string, ServiceSettings>> {
  const { rows } = await sql<Row>`
    with present as materialized (
      select id, end_at, reason from maintenance_windows where end_at > ${now} and start_at <= ${now}
    )
    select s.id, s.acknowledgement_timeout_minutes, m.end_at, m.reason
    from services s
    left join lateral (
      select p.end_at, p.reason
      from present p join maintenance_window_services ws on ws.window_id = p.id and ws.service_id = s.id
      order by p.end_at desc, p.id limit 1
    ) m on true
    where s.id = any(${[...serviceIds]}::uuid[]) and s.deleted_at is null
    order by s.id ${lock}`.execute(db)
  return new Map(rows.map((row) => [row.id, settingsOf(row)]))
}

const settingsOf = (row: Row): ServiceSettings => ({
  acknowledgementTimeoutMinutes: row.acknowledgement_timeout_minutes,
  maintenance: row.end_at ? { until: row.end_at, reason: row.reason ?? '' } : null,
})
