import type { ReplyAction } from '#contract/replies.ts'
import type { Deps } from '../deps.ts'
import { changeIncidents } from '../incidents/commands.ts'
import { markSeen, readMessage } from '../notifications/receipts.ts'
import { getUser, type User } from '../people/store.ts'
import { addMinutes } from '../platform/clock.ts'
import { AppError } from '../platform/errors.ts'
import { notify } from '../platform/live.ts'
import { type Principal, userPrincipal } from '../platform/principal.ts'
import { type PagedIncident, readIncidents, writeAnswer } from './store.ts'

/** What a page was about and whom it went to. */
export type PagedMessage = {
  pageId: string
  user: User
  /** Of the page and of those that went out with it as one message; none: it was a test. */
  incidents: PagedIncident[]
  pages: { id: string; incidentId: string | null }[]
}

/** What came of an answer: the incidents as they stand now, and why nothing could be done to one. */
export type PageAnswer = PagedMessage & { problems: ReadonlyMap<string, string> }

/** So long after everything was resolved an old mail or message answers nothing any more. */
const ANSWERED_FOR_MINUTES = 7 * 24 * 60

/** Throws `link_invalid` for what is no page any more, `forbidden` when its person may not act any more. */
export async function readPagedMessage(deps: Deps, pageId: string): Promise<PagedMessage> {
  const pages = await readMessage(deps.db, pageId)
  const userId = pages[0]?.userId
  if (!userId) throw unknownLink()
  const user = await getUser(deps.db, userId)
  if (user.disabled_at || user.deleted_at)
    throw new AppError('forbidden', `${user.name} is disabled and cannot answer pages. Ask an administrator.`)
  const incidents = await readIncidents(
    deps.db,
    pages.flatMap(({ incidentId }) => incidentId ?? []),
  )
  refuseOld(incidents, deps.clock.now())
  return { pageId, user, incidents, pages }
}

export const unknownLink = () =>
  new AppError(
    'link_invalid',
    'This link is not known here. It may be cut off: open it again from the message.',
  )

function refuseOld(incidents: readonly PagedIncident[], now: Date): void {
  const [last] = incidents
    .flatMap(({ resolvedAt }) => resolvedAt ?? [])
    .toSorted((a, b) => b.getTime() - a.getTime())
  const isOver = last && incidents.every(({ status }) => status === 'resolved')
  if (!isOver || addMinutes(last, ANSWERED_FOR_MINUTES) > now) return
  const numbers = incidents.map(({ number }) => `#${number}`).join(', ')
  throw new AppError(
    'link_invalid',
    `This page has expired: ${numbers} was resolved on ${last.toISOString().slice(0, 10)}. Sign in to look at it.`,
  )
}

/**
 * Does what a person answered to a page, as that person: to all incidents of the message, or to one of them. Whoever was paged may
 * acknowledge and resolve what they were paged about, whatever their role. Doing it again changes nothing and succeeds.
 */
export async function answerPage(
  deps: Deps,
  { pageId, action, incidentId }: { pageId: string; action: ReplyAction; incidentId?: string | undefined },
): Promise<PageAnswer> {
  const message = await readPagedMessage(deps, pageId)
  const asked = message.incidents.filter(
    ({ id }) => incidentId === undefined || id === incidentId.toLowerCase(),
  )
  if (incidentId !== undefined && asked.length === 0)
    throw new AppError('not_found', 'This page was not about that incident.')
  const ids = asked.map(({ id }) => id)
  const refusals =
    ids.length > 0 ? await changeIncidents(deps, principalOf(message.user), ids, { action }) : []
  const problems = new Map(
    ids.flatMap((id, index) => (refusals[index] ? [[id, refusals[index].message] as const] : [])),
  )
  await recordAnswer(deps, message, { action, ids, problems })
  const numbers = asked.map(({ number }) => number)
  deps.log.info({ pageId, action, userId: message.user.id, numbers, refused: problems.size }, 'page.answered')
  return { ...message, incidents: await readIncidents(deps.db, ids), problems }
}

function principalOf({ id, name, role }: User): Principal {
  const principal = userPrincipal({ id, name, role }, null)
  return { ...principal, permissions: new Set([...principal.permissions, 'act']) }
}

type Answered = { action: ReplyAction; ids: readonly string[]; problems: ReadonlyMap<string, string> }

async function recordAnswer(
  deps: Deps,
  { pageId, pages, user }: PagedMessage,
  { action, ids, problems }: Answered,
) {
  const now = deps.clock.now()
  const done = pages.filter(
    ({ incidentId }) => incidentId === null || (ids.includes(incidentId) && !problems.has(incidentId)),
  )
  const incidentIds = pages.flatMap(({ incidentId }) => incidentId ?? [])
  await deps.db.transaction().execute(async (trx) => {
    await markSeen(trx, pageId, now)
    await writeAnswer(
      trx,
      done.map(({ id }) => id),
      { action, at: now.toISOString(), by: user.id },
    )
    if (incidentIds.length > 0) await notify(trx, [{ kind: 'incidents', ids: incidentIds }])
  })
  if (incidentIds.length > 0) deps.live.tell({ kind: 'incidents', ids: incidentIds })
}
