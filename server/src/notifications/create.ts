import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Urgency } from '#contract/common.ts'
import type { PageCause } from '#contract/pages.ts'
import { maskedAddress, type Reach, readReach } from '../people/reach.ts'
import { addMinutes } from '../platform/clock.ts'
import type { Trx } from '../platform/db.ts'
import { newId } from '../platform/ids.ts'
import { type ChannelProblems, planFor } from './plan.ts'
import { byUrgency, GATHER_SECONDS, gather, type PageWindow } from './window.ts'

/** Somebody is to be paged about an incident. */
export type PageRequest = {
  incidentId: string
  userId: string
  urgency: Urgency
  cause: PageCause
  /** The step of the policy, from 1, and how often the policy had run before. */
  step: number | null
  cycle: number | null
  /** When it should have been asked for; absent: now. Tells what is late after a downtime. */
  dueAt?: Date
}

/** What came of a request: how many pages will go out, and which contact methods are not used and why. */
export type PlannedPage = PageRequest & {
  planned: number
  skipped: { contactMethodId: string | null; channel: Channel | null; reason: string }[]
}

const WORKS: ChannelProblems = new Map()

/**
 * Writes the pages of these requests, after the rules of each person: due at once, after their delay, or gathered with what came
 * moments before. What cannot be used is written too, with its reason. One answer per request, in their order.
 */
export async function createPages(
  trx: Trx,
  requests: readonly PageRequest[],
  now: Date,
  problems: ChannelProblems = WORKS,
): Promise<PlannedPage[]> {
  if (requests.length === 0) return []
  const people = await readReach(
    trx,
    requests.map(({ userId }) => userId),
  )
  const plans = requests.map((request) => ({
    request,
    reach: people.get(request.userId),
    plan: planFor(people.get(request.userId), request.urgency, problems),
  }))
  const times = await timesOf(
    trx,
    plans.filter(({ plan }) => plan.planned.length > 0).map(({ request }) => request),
    now,
  )
  await insertPages(
    trx,
    plans.flatMap((one) => rowsOf(one, times.get(one.request) ?? now, now)),
  )
  return plans.map(({ request, plan }) => ({
    ...request,
    planned: plan.planned.length,
    skipped: plan.skipped.map(({ method, reason }) => ({
      contactMethodId: method?.id ?? null,
      channel: method?.channel ?? null,
      reason,
    })),
  }))
}

/** When each of these people hears of each of these incidents first. Whoever pages the same person meanwhile waits. */
async function timesOf(
  trx: Trx,
  requests: readonly PageRequest[],
  now: Date,
): Promise<Map<PageRequest, Date>> {
  const times = new Map<PageRequest, Date>()
  if (requests.length === 0) return times
  const windows = await lockWindows(
    trx,
    requests.map(({ userId }) => userId),
  )
  const opened = new Map<string, PageWindow>()
  for (const request of requests.toSorted(byUrgency)) {
    const { userId, urgency, dueAt = now } = request
    const { at, window } = gather(windows.get(userId) ?? null, { urgency, dueAt }, now)
    times.set(request, at)
    if (window !== windows.get(userId)) opened.set(userId, window)
    windows.set(userId, window)
  }
  await openWindows(trx, opened)
  return times
}

/** Locked in one order, and made where there are none: of two who page a person for the first time, one waits. */
async function lockWindows(trx: Trx, userIds: readonly string[]): Promise<Map<string, PageWindow>> {
  const ids = [...new Set(userIds)].toSorted()
  await sql`
    insert into page_windows (user_id, opened_at, urgency)
    select id, '-infinity'::timestamptz, 'low' from unnest(${ids}::uuid[]) as id order by id
    on conflict (user_id) do nothing`.execute(trx)
  const { rows } = await sql<{ userId: string; openedAt: Date | null; urgency: Urgency }>`
    select user_id as "userId", nullif(opened_at, '-infinity') as "openedAt", urgency from page_windows
    where user_id = any(${ids}::uuid[]) order by user_id for update`.execute(trx)
  return new Map(
    rows.flatMap(({ userId, openedAt, urgency }) => (openedAt ? [[userId, { openedAt, urgency }]] : [])),
  )
}

async function openWindows(trx: Trx, windows: ReadonlyMap<string, PageWindow>): Promise<void> {
  if (windows.size === 0) return
  const rows = [...windows].map(([userId, window]) => ({ userId, ...window }))
  await sql`
    update page_windows w set opened_at = x."openedAt", urgency = x.urgency
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x("userId" uuid, "openedAt" timestamptz, urgency text)
    where w.user_id = x."userId"`.execute(trx)
}

type NewPage = {
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
  status: 'due' | 'skipped'
  reason: string | null
  dueAt: Date
  createdAt: Date
  inPlaceOf?: string
}

function rowsOf(
  {
    request,
    reach,
    plan,
  }: { request: PageRequest; reach: Reach | undefined; plan: ReturnType<typeof planFor> },
  at: Date,
  now: Date,
): NewPage[] {
  const { dueAt: _, ...asked } = request
  const skipped = plan.skipped.map(({ method, reason }) => ({
    ...{ ...asked, id: newId(now), createdAt: now, dueAt: now, status: 'skipped' as const, reason },
    ...{ contactMethodId: method?.id ?? null, channel: method?.channel ?? null },
    address: method ? maskedAddress(method) : null,
  }))
  const waits = at > now ? gathered(reach?.user.name ?? 'this person') : null
  const planned = plan.planned.map(({ method, delayMinutes }) => ({
    ...{
      ...asked,
      id: newId(now),
      createdAt: now,
      dueAt: addMinutes(at, delayMinutes),
      status: 'due' as const,
    },
    ...{ contactMethodId: method.id, channel: method.channel, address: maskedAddress(method) },
    reason: waits,
  }))
  return [...skipped, ...planned]
}

const gathered = (name: string) =>
  `${name} was paged moments before; what follows within ${GATHER_SECONDS} seconds is sent as one page`

/** A page has a key of its own until it goes out together with others. A contact method may have been deleted since it was read. */
export async function insertPages(trx: Trx, pages: readonly NewPage[]): Promise<void> {
  if (pages.length === 0) return
  await sql`
    insert into pages (id, key, incident_id, user_id, contact_method_id, channel, address, urgency, cause, step, cycle,
      status, reason, due_at, next_attempt_at, created_at, in_place_of)
    select id, id::text, "incidentId", "userId",
      (select m.id from contact_methods m where m.id = x."contactMethodId" for key share), channel, address, urgency, cause, step, cycle,
      status, reason, "dueAt", case when status = 'due' then "dueAt" end, "createdAt", "inPlaceOf"
    from jsonb_to_recordset(${JSON.stringify(pages)}::jsonb) as x(
      id uuid, "incidentId" uuid, "userId" uuid, "contactMethodId" uuid, channel text, address text, urgency text,
      cause text, step int, cycle int, status text, reason text, "dueAt" timestamptz, "createdAt" timestamptz,
      "inPlaceOf" uuid)
    order by x.id`.execute(trx)
}
