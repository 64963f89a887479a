import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Urgency } from '#contract/common.ts'
import type { IncidentStatus } from '#contract/incidents.ts'
import type { PageCause } from '#contract/pages.ts'
import type { Trx } from '../platform/db.ts'
import { incidentsOf, isOver, readPaging } from './incidents-of.ts'
import { LEASE_MS, PAGES_AT_ONCE } from './limits.ts'

/** A page that is about to be sent. */
export type LeasedPage = {
  id: string
  key: string
  incidentId: string | null
  userId: string
  contactMethodId: string | null
  channel: Channel
  address: string | null
  urgency: Urgency
  cause: PageCause
  step: number | null
  cycle: number | null
  dueAt: Date
  /** With the one that begins now. */
  attempts: number
  /** Whether an earlier attempt may have got through. */
  handedOver: boolean
  /** When it would have been tried again, had others not gone out to the same place before. */
  nextAttemptAt: Date
  createdAt: Date
  incidentStatus: IncidentStatus | null
  acknowledgedAt: Date | null
}

/** What goes out as one message, and until when nobody else sends it. */
export type Leased = { key: string; pages: [LeasedPage, ...LeasedPage[]]; until: Date }

/**
 * Takes what is due on a channel, as up to `limit` messages. What is due to one contact method goes out together; only what
 * may have got through already goes again as it was, under its key. What somebody else holds is skipped.
 */
export async function lease(trx: Trx, channel: Channel, limit: number, now: Date): Promise<Leased[]> {
  const methodIds = await lockMethods(trx, channel, limit, now)
  const pages = await lockPages(trx, channel, methodIds, now)
  const paging = await readPaging(trx, incidentsOf(pages.filter(isInDoubt)))
  const [obsolete, wanted] = partition(pages, (page) => isObsolete(page, paging))
  await cancel(trx, obsolete)
  const until = new Date(now.getTime() + LEASE_MS)
  const leased = messagesOf(wanted)
    .slice(0, limit)
    .map((pages) => ({ key: keyOf(pages), pages, until }))
  await markSending(trx, leased)
  return leased
}

const FIRST_PAGES = 1_000

/** Whoever holds a contact method decides alone what goes out to it as one message. */
async function lockMethods(trx: Trx, channel: Channel, limit: number, now: Date): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with first as materialized (
      select contact_method_id, next_attempt_at from pages
      where channel = ${channel} and next_attempt_at <= ${now} order by next_attempt_at limit ${FIRST_PAGES}
    ), wanted as materialized (
      select contact_method_id as id from first where contact_method_id is not null
      group by contact_method_id order by min(next_attempt_at) limit ${limit}
    )
    select m.id from wanted join contact_methods m on m.id = wanted.id
    order by m.id for no key update of m skip locked`.execute(trx)
  return rows.map(({ id }) => id)
}

/**
 * Their pages that are due, and those that wait only because the provider refused them: it is asked again now anyway. Beside
 * them pages whose contact method has been deleted. One look at all that waits on the channel, however many people it is for.
 */
async function lockPages(
  trx: Trx,
  channel: Channel,
  methodIds: readonly string[],
  now: Date,
): Promise<LeasedPage[]> {
  const columns = sql`p.id, p.key, p.incident_id, p.user_id, p.contact_method_id, p.address, p.urgency, p.cause, p.step,
    p.cycle, p.due_at, p.attempts, p.handed_over, p.next_attempt_at, p.created_at`
  const { rows } = await sql<LeasedPage>`
    with due as materialized (
      select ${columns} from pages p
      where p.channel = ${channel} and p.next_attempt_at is not null
        and (p.contact_method_id = any(${[...methodIds]}::uuid[]) or p.contact_method_id is null)
        and (p.next_attempt_at <= ${now} or (p.status = 'due' and p.attempts > 0 and not p.handed_over))
      order by p.next_attempt_at limit ${PAGES_AT_ONCE} for update skip locked
    )
    select p.id, p.key, p.incident_id as "incidentId", p.user_id as "userId", p.contact_method_id as "contactMethodId",
      ${channel} as channel, p.address, p.urgency, p.cause, p.step, p.cycle, p.due_at as "dueAt",
      p.attempts + (p.next_attempt_at <= ${now})::int as attempts, p.handed_over as "handedOver",
      p.next_attempt_at as "nextAttemptAt", p.created_at as "createdAt",
      i.status as "incidentStatus", i.acknowledged_at as "acknowledgedAt"
    from due p left join incidents i on i.id = p.incident_id
    order by p.next_attempt_at, p.id`.execute(trx)
  return rows
}

/** Acknowledging cancels what waits. What was being sent at that moment is looked at here before it goes again. */
const isObsolete = (page: LeasedPage, paging: ReadonlySet<string>): boolean => {
  const { incidentId: id, incidentStatus: status, acknowledgedAt } = page
  return (
    id !== null && status !== null && isOver(page, [{ id, status, acknowledgedAt, isPaging: paging.has(id) }])
  )
}

const isInDoubt = ({ incidentStatus }: LeasedPage) => incidentStatus !== null && incidentStatus !== 'open'

const partition = <T>(all: readonly T[], is: (one: T) => boolean): [T[], T[]] => [
  all.filter(is),
  all.filter((one) => !is(one)),
]

type Pages = Leased['pages']

function messagesOf(pages: readonly LeasedPage[]): Pages[] {
  const together = Map.groupBy(pages, ({ handedOver, key, contactMethodId, id }) =>
    handedOver ? `again ${key}` : `first ${contactMethodId ?? id}`,
  )
  return [...together.values()] as Pages[]
}

/** Nobody can have a page that goes out for the first time: its id is a key that no other message has. */
const keyOf = ([first]: Pages) => (first.handedOver ? first.key : first.id)

async function cancel(trx: Trx, pages: readonly LeasedPage[]): Promise<void> {
  if (pages.length === 0) return
  const rows = pages.map(({ id, incidentStatus, handedOver }) => ({
    id,
    reason: handedOver
      ? `The incident was ${incidentStatus} before it was known whether this had arrived`
      : `The incident was ${incidentStatus} before this was sent`,
  }))
  await sql`
    update pages p set status = 'cancelled', next_attempt_at = null, reason = x.reason
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id uuid, reason text)
    where p.id = x.id`.execute(trx)
}

async function markSending(trx: Trx, leased: readonly Leased[]): Promise<void> {
  if (leased.length === 0) return
  const rows = leased.flatMap(({ key, pages, until }) =>
    pages.map(({ id, attempts }) => ({ id, key, attempts, until })),
  )
  await sql`
    update pages p set status = 'sending', key = x.key, attempts = x.attempts, next_attempt_at = x.until,
      handed_over = true
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id uuid, key text, attempts int, until timestamptz)
    where p.id = x.id`.execute(trx)
}
