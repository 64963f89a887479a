import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Urgency } from '#contract/common.ts'
import type { PageCause, PageStatus } from '#contract/pages.ts'
import type { Db } from '../platform/db.ts'
import { isUuid } from '../platform/ids.ts'
import { idOfCursor } from '../platform/pages.ts'

/** A page as people look at it. */
export type PageRow = {
  id: string
  incidentId: string | null
  incidentNumber: number | null
  incidentTitle: string | null
  userId: string
  userName: string
  channel: Channel | null
  /** Masked, as it was then, and as its owner sees it while they still have it. */
  maskedAddress: string | null
  ownAddress: string | null
  status: PageStatus
  reason: string | null
  urgency: Urgency
  cause: PageCause
  step: number | null
  cycle: number | null
  dueAt: Date
  sentAt: Date | null
  deliveredAt: Date | null
  seenAt: Date | null
  attempts: number
  answer: { action: string; at: string } | null
}

const shown = sql`
  p.id, p.incident_id as "incidentId", i.number as "incidentNumber", i.title as "incidentTitle", p.user_id as "userId",
  u.name as "userName", p.channel, p.address as "maskedAddress", m.address as "ownAddress", p.status, p.reason, p.urgency,
  p.cause, p.step, p.cycle, p.due_at as "dueAt", p.sent_at as "sentAt", p.delivered_at as "deliveredAt",
  p.seen_at as "seenAt", p.attempts, p.answer`

/** What a page refers to, row by row: the pages are few, whatever else there is. */
const beside = sql`
  join lateral (select name from users where id = p.user_id limit 1) u on true
  left join lateral (select number, title from incidents where id = p.incident_id limit 1) i on true
  left join lateral (select address from contact_methods where id = p.contact_method_id limit 1) m on true`

/** All pages about an incident, in the order in which they were asked for. */
export async function listPagesOfIncident(db: Db, incidentId: string): Promise<PageRow[]> {
  const { rows } = await sql<PageRow>`
    select ${shown} from pages p ${beside} where p.incident_id = ${incidentId} order by p.id`.execute(db)
  return rows
}

type Wanted = {
  userId?: string | undefined
  status?: PageStatus | undefined
  cursor?: string | undefined
  limit: number
}

/** Newest first, one more than `limit` if there are more. Each choice of filters has an index that begins with them. */
export async function listPages(db: Db, { userId, status, cursor, limit }: Wanted): Promise<PageRow[]> {
  if (userId !== undefined && !isUuid(userId)) return []
  const before = idOfCursor(cursor)
  const order = orderOf(userId, status)
  const { rows } = await sql<PageRow>`
    with wanted as materialized (
      select * from pages where ${filterOf(userId, status)}
        and (${before}::uuid is null or id < ${before}) order by ${order} limit ${limit + 1}
    )
    select ${shown} from wanted p ${beside} order by p.id desc`.execute(db)
  return rows
}

/** Said as a range of one and in the order of the index that is meant, which no other index has. */
function filterOf(userId: string | undefined, status: PageStatus | undefined) {
  if (userId && status)
    return sql`user_id between ${userId} and ${userId} and status between ${status} and ${status}`
  if (userId) return sql`user_id between ${userId} and ${userId}`
  return status ? sql`status between ${status} and ${status}` : sql`true`
}

function orderOf(userId: string | undefined, status: PageStatus | undefined) {
  if (userId && status) return sql`user_id, status, id desc`
  if (userId) return sql`user_id, id desc`
  return status ? sql`status, id desc` : sql`id desc`
}
