import { sql } from 'kysely'
import type { Severity } from '#contract/common.ts'
import type { IncidentStatus } from '#contract/incidents.ts'
import type { Db } from '../../server/src/platform/db.ts'

/** What a list of incidents is asked for. */
export type Filter = {
  status?: (IncidentStatus | 'active')[]
  severity?: Severity[]
  serviceId?: string[]
  dedupKey?: string
  q?: string
  cursor?: string
  limit?: number
}

const LIMIT = 50

export function pathOf(filter: Filter): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries({ limit: LIMIT, ...filter }))
    for (const one of [value].flat()) query.append(name, String(one))
  return `/api/v1/incidents?${query}`
}

/** The numbers that the page should have, found without any index of ours. Null for words that are looked for in the newest incidents only. */
export async function truthOf(db: Db, filter: Filter): Promise<number[] | null> {
  const { status, severity, serviceId, dedupKey, q, cursor, limit = LIMIT } = filter
  const words = q?.split(' ') ?? []
  if (words.every((word) => word.length < 3) && words.length > 0) return null
  const number = /^#(\d+)$/.exec(q ?? '')?.[1]
  const text = sql`(title || ' ' || coalesce(source, '') || ' ' || dedup_key)`
  const conditions = [
    ...(status
      ? [sql`(status = any(${status}::text[]) or (${status.includes('active')} and status <> 'resolved'))`]
      : []),
    ...(severity ? [sql`severity || '' = any(${severity}::text[])`] : []),
    ...(serviceId ? [sql`service_id::text = any(${serviceId}::text[])`] : []),
    ...(dedupKey ? [sql`dedup_key || '' = ${dedupKey}`] : []),
    ...(cursor ? [sql`number < ${cursor}`] : []),
    ...(number ? [sql`number = ${number}`] : words.map((word) => sql`${text} ilike ${`%${word}%`}`)),
  ]
  const where = conditions.length > 0 ? sql`where ${sql.join(conditions, sql` and `)}` : sql``
  const { rows } = await sql<{ number: number }>`
    select number from incidents ${where} order by number desc limit ${limit}`.execute(db)
  return rows.map((row) => row.number)
}

type Item = { number: number; status: string; severity: string; serviceId: string }

/** Whether these are incidents that were asked for, newest first, none of them twice. */
export const fits = ({ status, severity, serviceId, cursor }: Filter, items: readonly Item[]): boolean =>
  items.every(
    (item, index) =>
      (index === 0 || item.number < items[index - 1]!.number) &&
      (!cursor || item.number < Number(cursor)) &&
      (!status ||
        status.some((one) => one === item.status || (one === 'active' && item.status !== 'resolved'))) &&
      (!severity || severity.some((one) => one === item.severity)) &&
      (!serviceId || serviceId.includes(item.serviceId)),
  )
