import { sql } from 'kysely'
import type { Trx } from '../platform/db.ts'

/**
 * The suppressed incidents of these services are looked at anew by the next sweep, which opens those that no
 * maintenance window covers any more. Returns their ids.
 */
export async function wakeSuppressed(trx: Trx, serviceIds: readonly string[], now: Date): Promise<string[]> {
  // Locked in the order that every writer of incidents keeps to.
  const { rows } = await sql<{ id: string }>`
    with suppressed as materialized (
      select id from incidents
      where service_id = any(${[...serviceIds]}::uuid[]) and status = 'suppressed' and wake_at > ${now}
      order by id for update
    )
    update incidents i set wake_at = ${now} from suppressed where i.id = suppressed.id returning i.id`.execute(
    trx,
  )
  return rows.map(({ id }) => id)
}
