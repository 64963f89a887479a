import type { CreateUser, UpdateProfile, UpdateUser } from '#contract/people.ts'
import { recordAudit } from '../audit/store.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { deletePasswordTokens, issuePasswordToken } from './links.ts'
import { endSessions } from './sessions.ts'
import { getUser, insertUser, lockAdministrators, type User, updateUserRow } from './store.ts'

/** `link` is the only copy: whoever opens it sets this person's password. */
export type Invitation = { user: User; link: string; linkExpiresAt: Date }

const target = ({ id, email }: { id: string; email: string }) => ({ type: 'user', id, name: email })
const nameOfEmail = (email: string) => email.split('@')[0] ?? email

/** Adds a person and makes the one-time link with which they set their password. */
export async function inviteUser(
  deps: Deps,
  principal: Principal | null,
  { email, role, name = nameOfEmail(email), timeZone, locale }: CreateUser,
): Promise<Invitation> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const user = await insertUser(trx, { name, email, role, timeZone, locale }, now)
    await recordAudit(trx, principal, now, { action: 'user.invited', target: target(user), data: { role } })
    return { user, ...(await passwordLink(deps, trx, user.id, now)) }
  })
}

/** A new link for somebody who lost theirs, or their password. Earlier links end; sessions end once it is used. */
export async function renewPasswordLink(
  deps: Deps,
  principal: Principal | null,
  userId: string,
): Promise<Invitation> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return deps.db.transaction().execute(async (trx) => {
    const user = await getUser(trx, userId)
    if (user.disabled_at) {
      throw new AppError('conflict', 'This person is disabled. Enable them before making a link.')
    }
    await recordAudit(trx, principal, now, { action: 'user.password_link_made', target: target(user) })
    return { user, ...(await passwordLink(deps, trx, user.id, now)) }
  })
}

async function passwordLink({ config }: Deps, trx: Trx, userId: string, now: Date) {
  const { token, expiresAt } = await issuePasswordToken(trx, userId, now)
  return { link: `${publicUrlOf(config)}/password?token=${token}`, linkExpiresAt: expiresAt }
}

/** Throws `last_administrator` when nobody would be left who can let others in. */
export async function updateUser(
  deps: Deps,
  principal: Principal | null,
  userId: string,
  changes: UpdateUser,
): Promise<User> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const administrators = await lockAdministrators(trx)
    const user = await getUser(trx, userId)
    const role = changes.role ?? user.role
    const staysAdministrator = role === 'admin' && !isDisabled(user, changes)
    if (!staysAdministrator && administrators.includes(user.id) && administrators.length === 1) {
      throw lastAdministrator()
    }
    const disabledAt = isDisabled(user, changes) ? (user.disabled_at ?? now) : null
    await updateUserRow(trx, user.id, { ...columnsOf(changes), role, disabled_at: disabledAt }, now)
    if (disabledAt) {
      await endSessions(trx, user.id)
      await deletePasswordTokens(trx, user.id)
    }
    await recordAudit(trx, principal, now, {
      action: 'user.updated',
      target: target(user),
      data: { ...changes },
    })
    return getUser(trx, user.id)
  })
}

const isDisabled = (user: User, { disabled }: UpdateUser) => disabled ?? user.disabled_at !== null

export const lastAdministrator = () =>
  new AppError(
    'last_administrator',
    'This is the only administrator. Make somebody else one first, or nobody could manage OpsKnight.',
  )

const columnsOf = ({ name, timeZone, locale }: UpdateProfile) => ({
  ...(name === undefined ? {} : { name }),
  ...(timeZone === undefined ? {} : { time_zone: timeZone }),
  ...(locale === undefined ? {} : { locale }),
})

/** What people may change about themselves. */
export async function updateProfile(
  deps: Deps,
  principal: Principal | null,
  userId: string,
  changes: UpdateProfile,
): Promise<User> {
  demand(principal, 'read')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const user = await getUser(trx, userId)
    await updateUserRow(trx, userId, columnsOf(changes), now)
    await recordAudit(trx, principal, now, {
      action: 'user.updated',
      target: target(user),
      data: { ...changes },
    })
    return getUser(trx, userId)
  })
}
