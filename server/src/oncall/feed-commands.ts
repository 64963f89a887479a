import { recordAudit } from '../audit/store.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { getUser } from '../people/store.ts'
import type { Db, Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { demand, may, type Principal } from '../platform/principal.ts'
import { deleteFeed, type FeedSubject, findFeedDate, replaceFeed } from './feed-store.ts'
import { forbidden, personOf } from './people.ts'
import { getSchedule } from './store.ts'

type Subject = Pick<FeedSubject, 'kind' | 'id'>

/** A new secret address of the caller's for a schedule, or of a person for their shifts. The one before ends. */
export async function createFeed(deps: Deps, principal: Principal | null, asked: Subject): Promise<string> {
  const now = deps.clock.now()
  return deps.db.transaction().execute(async (trx) => {
    const { subject, name } = await permitted(trx, principal, asked)
    const token = await replaceFeed(trx, subject, now)
    await audit(trx, principal, now, 'calendar_feed.created', subject, name)
    return `${publicUrlOf(deps.config)}/calendars/${token}.ics`
  })
}

/** The address leads nowhere from now on. Throws `not_found` when there is none. */
export async function endFeed(deps: Deps, principal: Principal | null, asked: Subject): Promise<void> {
  const now = deps.clock.now()
  await deps.db.transaction().execute(async (trx) => {
    const { subject, name } = await permitted(trx, principal, asked)
    if (!(await deleteFeed(trx, subject))) throw notFound('Calendar address')
    await audit(trx, principal, now, 'calendar_feed.deleted', subject, name)
  })
}

/** Since when there is an address; null when there is none. */
export async function readFeedDate(
  deps: Deps,
  principal: Principal | null,
  asked: Subject,
): Promise<Date | null> {
  return findFeedDate(deps.db, (await permitted(deps.db, principal, asked)).subject)
}

/** Who may read schedules may have their own address of one. That of a person's shifts is the person's, and administrators'. */
async function permitted(
  db: Db,
  principal: Principal | null,
  { kind, id }: Subject,
): Promise<{ subject: FeedSubject; name: string }> {
  demand(principal, 'read')
  const own = personOf(principal)
  if (kind === 'schedule') {
    const schedule = await getSchedule(db, id)
    return { subject: { kind, id: schedule.id, madeBy: own }, name: schedule.name }
  }
  const user = await getUser(db, id)
  if (user.id !== own && !may(principal, 'configure')) {
    throw forbidden('Only the person may do this, or an administrator.')
  }
  return { subject: { kind, id: user.id, madeBy: own }, name: user.name }
}

async function audit(
  trx: Trx,
  principal: Principal | null,
  now: Date,
  action: string,
  { kind, id }: FeedSubject,
  name: string,
): Promise<void> {
  const target = { type: kind === 'person' ? 'user' : kind, id, name }
  if (principal) await recordAudit(trx, principal, now, { action, target })
}
