import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Urgency } from '#contract/common.ts'
import type { PageCause } from '#contract/pages.ts'
import { type ContactMethod, maskedAddress, type Reach, readReach } from '../people/reach.ts'
import type { Trx } from '../platform/db.ts'
import { newId } from '../platform/ids.ts'
import { insertPages } from './create.ts'
import { pageAdministrators } from './last-resort.ts'
import { NEXT_METHOD_AFTER } from './limits.ts'
import { type NextMethod, nextMethodFor, type Sibling } from './next-method.ts'
import type { ChannelProblems } from './plan.ts'
import { appendPageEntries } from './timeline.ts'

/** A page that does not get through. */
export type FailedPage = {
  id: string
  incidentId: string
  userId: string
  contactMethodId: string | null
  channel: Channel | null
  address: string | null
  urgency: Urgency
  cause: PageCause
  step: number | null
  cycle: number | null
  dueAt: Date
  /** False: it is tried again beside what is done instead. */
  isFinal: boolean
}

type Circumstances = { reason: string; problems: ChannelProblems; now: Date }

/**
 * What happens instead of pages of one person that do not get through: their next contact method is used at once, and where
 * none is left and nobody else of that step can be reached, the escalation goes on at once, or, where it has nothing left,
 * the administrators are paged. Whoever calls holds the incidents.
 */
export async function goOnWithout(
  trx: Trx,
  pages: readonly FailedPage[],
  { reason, problems, now }: Circumstances,
): Promise<void> {
  const [first] = pages
  if (!first) return
  const reach = (await readReach(trx, [first.userId])).get(first.userId)
  const siblings = await readSiblings(trx, pages)
  const next = pages.map((page) => ({
    page,
    next: nextMethodFor(page, siblingsOf(page, siblings), { reach, problems, now }),
  }))
  await bringForward(trx, next, now)
  await insertReplacements(trx, next, now)
  const unreached = next.flatMap((one) => (one.next.kind === 'none' ? one.page : []))
  const hastened = new Set(await hasten(trx, unreached, now))
  const administrators = await pageAdministrators(trx, unreached, { problems, now })
  const wordsFor = ({ incidentId }: FailedPage) =>
    hastened.has(incidentId) ? 'The escalation goes on at once.' : (administrators.get(incidentId) ?? '')
  const entries = next.map(({ page, next }) => ({
    ...{ kind: 'page_failed' as const, incidentId: page.incidentId, page },
    text: `${asSentence(reason)} ${consequence(page, next, reach, wordsFor(page))}`,
    more: { reason, isFinal: page.isFinal, next: shown(next) },
  }))
  await appendPageEntries(trx, entries, now)
}

async function readSiblings(trx: Trx, pages: readonly FailedPage[]): Promise<Sibling[]> {
  const { rows } = await sql<Sibling>`
    select id, incident_id as "incidentId", cycle, contact_method_id as "contactMethodId", channel, address, status,
      attempts, due_at as "dueAt", in_place_of as "inPlaceOf", next_attempt_at as "nextAttemptAt"
    from pages where incident_id = any(${pages.map(({ incidentId }) => incidentId)}::uuid[])
      and user_id = ${pages[0]!.userId}
    order by id`.execute(trx)
  return rows
}

const siblingsOf = (page: FailedPage, siblings: readonly Sibling[]) =>
  siblings.filter(({ incidentId, cycle }) => incidentId === page.incidentId && cycle === page.cycle)

type Next = { page: FailedPage; next: NextMethod }

async function bringForward(trx: Trx, all: readonly Next[], now: Date): Promise<void> {
  const rows = all.flatMap(({ page, next }) =>
    next.kind === 'earlier' ? { id: next.page.id, inPlaceOf: page.id, reason: instead(page) } : [],
  )
  if (rows.length === 0) return
  await sql`
    update pages p set next_attempt_at = least(p.next_attempt_at, ${now}), in_place_of = x."inPlaceOf", reason = x.reason
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id uuid, "inPlaceOf" uuid, reason text)
    where p.id = x.id and p.status = 'due'`.execute(trx)
}

async function insertReplacements(trx: Trx, all: readonly Next[], now: Date): Promise<void> {
  const rows = all.flatMap(({ page, next }) =>
    next.kind === 'other' ? replacement(page, next.method, now) : [],
  )
  await insertPages(trx, rows)
}

const replacement = (page: FailedPage, method: ContactMethod, now: Date) => ({
  ...{ id: newId(now), createdAt: now, dueAt: now, status: 'due' as const, inPlaceOf: page.id },
  ...{ incidentId: page.incidentId, userId: page.userId, urgency: page.urgency, cause: page.cause },
  ...{ step: page.step, cycle: page.cycle, reason: instead(page) },
  ...{ contactMethodId: method.id, channel: method.channel, address: maskedAddress(method) },
})

const instead = ({ channel, address }: FailedPage) =>
  `At once, as ${channel ?? 'the page'}${address ? ` to ${address}` : ''} did not get through`

/**
 * The next step is due now where this one reaches nobody and the policy has not gone on by itself. A repeat keeps its distance: those who
 * cannot be reached now cannot a moment later. Returns which incidents.
 */
async function hasten(trx: Trx, pages: readonly FailedPage[], now: Date): Promise<string[]> {
  if (pages.length === 0) return []
  const rows = pages.map(({ id, incidentId, cycle, step }) => ({ id, incidentId, cycle, step }))
  const { rows: hastened } = await sql<{ id: string }>`
    with failed as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(id uuid, "incidentId" uuid, cycle int, step int)
    )
    update escalations e set due_at = ${now}
    from failed f
    where e.incident_id = f."incidentId" and e.due_at > ${now} and e.ended_reason is null
      and e.cycle = f.cycle and e.step >= f.step
      and not exists (
        select from pages p where p.incident_id = f."incidentId" and p.id <> f.id
          and p.cycle is not distinct from f.cycle and p.step is not distinct from f.step
          and (p.status in ('sent', 'delivered', 'seen')
            or (p.status in ('due', 'sending') and p.attempts < ${NEXT_METHOD_AFTER})))
      and not exists (
        select from pages p where p.incident_id = f."incidentId" and (p.cycle, p.step) > (f.cycle, f.step))
    returning e.incident_id as id`.execute(trx)
  return hastened.map(({ id }) => id)
}

const asSentence = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`)

function consequence(
  page: FailedPage,
  next: NextMethod,
  reach: Reach | undefined,
  whatFollows: string,
): string {
  const name = reach?.user.name ?? 'This person'
  const others = {
    otherwise: `${name} is paged by another contact method.`,
    earlier: `${name} is paged by the next contact method at once.`,
    other: `${name} is paged by the next contact method at once.`,
    none: `${name} has no other contact method left. ${whatFollows}`.trimEnd(),
  } as const satisfies Record<NextMethod['kind'], string>
  return page.isFinal ? others[next.kind] : `${others[next.kind]} OpsKnight goes on trying beside it.`
}

function shown(next: NextMethod): { channel: Channel; address: string } | null {
  if (next.kind === 'other') return { channel: next.method.channel, address: maskedAddress(next.method) }
  if (next.kind !== 'earlier' || !next.page.channel) return null
  return { channel: next.page.channel, address: next.page.address ?? '' }
}
