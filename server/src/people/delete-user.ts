import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { notFound } from '../platform/errors.ts'
import { isUuid } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { lastAdministrator } from './commands.ts'
import { lockAdministrators } from './store.ts'
import { refuseUsedPerson } from './usage.ts'

/**
 * A person who left: they are out at once, everything that is theirs is gone, and their name stays in the history. Throws
 * `conflict` that names the schedules and policies they are part of, and `last_administrator`.
 */
export async function deleteUser(deps: Deps, principal: Principal | null, userId: string): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const administrators = await lockAdministrators(trx)
    const person = await lockForDeletion(trx, userId)
    if (administrators.length === 1 && administrators[0] === person.id) throw lastAdministrator()
    await refuseUsedPerson(trx, person, now)
    await deleteWhatIsTheirs(trx, person.id)
    await leaveNothingPending(trx, person.id, now)
    await keepName(trx, person.id, now)
    await recordAudit(trx, principal, now, {
      action: 'user.deleted',
      target: { type: 'user', id: person.id, name: person.email },
      data: { name: person.name },
    })
  })
}

/** Against everybody who is about to name the person: they find them gone. */
async function lockForDeletion(trx: Trx, id: string) {
  const row = isUuid(id)
    ? await trx
        .selectFrom('users')
        .select(['id', 'name', 'email'])
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .forUpdate()
        .executeTakeFirst()
    : undefined
  if (!row) throw notFound('User')
  return row
}

const THEIRS = [
  'sessions',
  'one_time_links',
  'accounts',
  'contact_methods',
  'notification_rules',
  'team_members',
  'page_windows',
] as const

async function deleteWhatIsTheirs(trx: Trx, userId: string): Promise<void> {
  for (const table of THEIRS) await trx.deleteFrom(table).where('user_id', '=', userId).execute()
  await trx
    .deleteFrom('calendar_feeds')
    .where(({ or, eb }) => or([eb('user_id', '=', userId), eb('created_by', '=', userId)]))
    .execute()
}

async function leaveNothingPending(trx: Trx, userId: string, now: Date): Promise<void> {
  await trx
    .updateTable('shift_swaps')
    .set({ status: 'withdrawn', decided_at: now })
    .where('status', '=', 'requested')
    .where(({ or, eb }) => or([eb('from_user_id', '=', userId), eb('to_user_id', '=', userId)]))
    .execute()
  const waiting = trx.updateTable('pages').where('user_id', '=', userId).where('status', '=', 'due')
  await waiting
    .set({ status: 'cancelled', reason: 'The person was deleted', next_attempt_at: null })
    .where('incident_id', 'is', null)
    .execute()
  // Whoever sends finds that they cannot be sent, and goes on with somebody else at once.
  await waiting.set({ next_attempt_at: now }).where('incident_id', 'is not', null).execute()
}

/** The address is free for somebody else, or for the same person when they come back. */
async function keepName(trx: Trx, userId: string, now: Date): Promise<void> {
  await trx
    .updateTable('users')
    .set({
      email: `${userId}@deleted.invalid`,
      disabled_at: now,
      deleted_at: now,
      updated_at: now,
    })
    .where('id', '=', userId)
    .execute()
}
