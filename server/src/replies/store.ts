import { sql } from 'kysely'
import type { Actor, Severity } from '#contract/common.ts'
import type { IncidentStatus } from '#contract/incidents.ts'
import type { Db, Trx } from '../platform/db.ts'

/** An incident as an answer speaks of it. */
export type PagedIncident = {
  id: string
  number: number
  title: string
  severity: Severity
  status: IncidentStatus
  serviceName: string
  acknowledgedBy: Actor | null
  resolvedBy: Actor | null
  resolvedAt: Date | null
}

/** Of these incidents those that are there, by number. */
export async function readIncidents(db: Db, ids: readonly string[]): Promise<PagedIncident[]> {
  if (ids.length === 0) return []
  const { rows } = await sql<PagedIncident>`
    select i.id, i.number, i.title, i.severity, i.status, s.name as "serviceName",
      i.acknowledged_by as "acknowledgedBy", i.resolved_by as "resolvedBy",
      i.resolved_at as "resolvedAt"
    from incidents i join services s on s.id = i.service_id
    where i.id = any(${[...ids]}::uuid[]) order by i.number`.execute(db)
  return rows
}

/** What came back on these pages. The first answer counts. */
export async function writeAnswer(
  trx: Trx,
  pageIds: readonly string[],
  answer: { action: string; at: string; by: string },
): Promise<void> {
  await sql`
    update pages set answer = coalesce(answer, ${JSON.stringify(answer)}::jsonb)
    where id = any(${[...pageIds]}::uuid[])`.execute(trx)
}
