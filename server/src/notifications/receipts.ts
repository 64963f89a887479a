import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Deps } from '../deps.ts'
import type { Db, Trx } from '../platform/db.ts'
import { notify } from '../platform/live.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { type FailedPage, goOnWithout } from './go-on.ts'
import { incidentsOf, isOver, lockStandings, messagesAbout } from './incidents-of.ts'
import { readProblems } from './problems.ts'
import { appendPageEntries } from './timeline.ts'

/** What a provider says later about a message that it took. */
export type Receipt = {
  channel: Channel
  /** What the provider calls the message. */
  providerId: string
  status: 'delivered' | 'failed'
  reason?: string
}

/** Writes a receipt down, and goes on by another way where it says that nothing arrived. False when it is about no message of ours. */
export async function noteReceipt(deps: Deps, receipt: Receipt): Promise<boolean> {
  const now = deps.clock.now()
  const problems = await readProblems(deps)
  const pages = await findByProvider(deps.db, receipt)
  if (pages.length === 0) return false
  const incidentIds = incidentsOf(pages)
  await retryOnConflict(() =>
    deps.db.transaction().execute(async (trx) => {
      if (receipt.status === 'delivered') await noteDelivered(trx, pages, now)
      else {
        const incidents = await lockStandings(trx, incidentIds)
        const reason = receipt.reason ?? 'The provider could not deliver it'
        const failed = await noteFailed(trx, pages, reason)
        const needed = failed.filter((page) => !isOver(page, incidents))
        await goOnWithout(trx, needed, { reason, problems, now })
      }
      await notify(trx, messagesAbout(incidentIds))
    }),
  )
  for (const message of messagesAbout(incidentIds)) deps.live.tell(message)
  return true
}

type Known = Omit<FailedPage, 'isFinal' | 'incidentId'> & { incidentId: string | null; createdAt: Date }

const columns = sql`id, incident_id as "incidentId", user_id as "userId", contact_method_id as "contactMethodId", channel,
  address, urgency, cause, step, cycle, due_at as "dueAt", created_at as "createdAt"`

async function findByProvider(db: Db, { channel, providerId }: Receipt): Promise<Known[]> {
  const { rows } = await sql<Known>`
    select ${columns} from pages where channel = ${channel} and provider_id = ${providerId} order by id`.execute(
    db,
  )
  return rows
}

const idsOf = (pages: readonly { id: string }[]) => pages.map(({ id }) => id)

async function noteDelivered(trx: Trx, pages: readonly Known[], now: Date): Promise<void> {
  await sql`
    update pages set delivered_at = coalesce(delivered_at, ${now}),
      status = case when status = 'sent' then 'delivered' else status end
    where id = any(${idsOf(pages)}::uuid[]) and status in ('sent', 'seen')`.execute(trx)
}

/** What somebody has seen has arrived, whatever the provider says; what failed before is known already. */
async function noteFailed(
  trx: Trx,
  pages: readonly Known[],
  reason: string,
): Promise<(FailedPage & Pick<Known, 'createdAt'>)[]> {
  const { rows } = await sql<{ id: string }>`
    update pages set status = 'failed', reason = ${reason}
    where id = any(${idsOf(pages)}::uuid[]) and status = 'sent' returning id`.execute(trx)
  const written = new Set(rows.map(({ id }) => id))
  return pages.flatMap(({ incidentId, ...page }) =>
    incidentId !== null && written.has(page.id) ? { ...page, incidentId, isFinal: true } : [],
  )
}

/** The pages that went out as one message with this one, the oldest first: who answers it answers all of them. */
export async function readMessage(
  db: Db,
  pageId: string,
): Promise<{ id: string; incidentId: string | null; userId: string }[]> {
  const { rows } = await sql<{ id: string; incidentId: string | null; userId: string }>`
    select p.id, p.incident_id as "incidentId", p.user_id as "userId"
    from pages asked join pages p on p.key = asked.key where asked.id = ${pageId} order by p.id`.execute(db)
  return rows
}

/** That the person has seen the message of this page, and what they answered. The first time counts. */
export async function markSeen(
  trx: Trx,
  pageId: string,
  now: Date,
  answer: { action: string; at: string } | null = null,
): Promise<void> {
  const { rows } = await sql<Known & { isNew: boolean }>`
    update pages p set seen_at = coalesce(p.seen_at, ${now}), answer = coalesce(p.answer, ${answer && JSON.stringify(answer)}::jsonb),
      status = case when p.status in ('sent', 'delivered') then 'seen' else p.status end
    from pages asked, pages before
    where asked.id = ${pageId} and p.key = asked.key and before.id = p.id
    returning p.id, p.incident_id as "incidentId", p.user_id as "userId", p.channel, p.address,
      before.seen_at is null as "isNew"`.execute(trx)
  const entries = rows
    .filter(({ isNew }) => isNew)
    .map((page) => ({ kind: 'page_seen' as const, incidentId: page.incidentId, page, text: null }))
  await appendPageEntries(trx, entries, now)
}
