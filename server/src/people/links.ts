import { addMinutes } from '../platform/clock.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { newSecret } from '../platform/ids.ts'
import { sha256 } from '../platform/secrets.ts'

const PASSWORD_LINK_HOURS = 72
/** Until set-up is done; then the tokens are deleted. */
const NEVER = new Date('9999-12-31T00:00:00.000Z')

export const linkInvalid = () =>
  new AppError(
    'link_invalid',
    'This link was used already or is too old. Ask an administrator for a new one.',
  )

/** A token that lets its holder set the administrator up. Only its hash is kept. */
export async function issueSetupToken(trx: Trx, now: Date): Promise<string> {
  const token = newSecret()
  await trx
    .insertInto('one_time_links')
    .values({
      token_hash: sha256(token),
      purpose: 'setup',
      user_id: null,
      created_at: now,
      expires_at: NEVER,
    })
    .execute()
  return token
}

export async function isSetupToken(db: Db, token: string): Promise<boolean> {
  const row = await db
    .selectFrom('one_time_links')
    .select('token_hash')
    .where('token_hash', '=', sha256(token))
    .where('purpose', '=', 'setup')
    .executeTakeFirst()
  return row !== undefined
}

export const deleteSetupTokens = (trx: Trx) =>
  trx.deleteFrom('one_time_links').where('purpose', '=', 'setup').execute()

/** A new link for this person; those from before stop working. */
export async function issuePasswordToken(
  trx: Trx,
  userId: string,
  now: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newSecret()
  const expiresAt = addMinutes(now, PASSWORD_LINK_HOURS * 60)
  await deletePasswordTokens(trx, userId)
  await trx
    .insertInto('one_time_links')
    .values({
      token_hash: sha256(token),
      purpose: 'password',
      user_id: userId,
      created_at: now,
      expires_at: expiresAt,
    })
    .execute()
  return { token, expiresAt }
}

export const deletePasswordTokens = (trx: Trx, userId: string) =>
  trx.deleteFrom('one_time_links').where('user_id', '=', userId).execute()

export type LinkOwner = { id: string; name: string; email: string }

/** Whose password the token sets; null when it is unknown, used or expired, or the person is disabled. */
export async function findLinkOwner(db: Db, token: string, now: Date): Promise<LinkOwner | null> {
  const row = await db
    .selectFrom('one_time_links')
    .innerJoin('users', 'users.id', 'one_time_links.user_id')
    .select(['users.id', 'users.name', 'users.email'])
    .where('token_hash', '=', sha256(token))
    .where('purpose', '=', 'password')
    .where('expires_at', '>', now)
    .where('users.disabled_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** Uses the token up. False when somebody was faster. */
export async function consumePasswordToken(trx: Trx, token: string): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('one_time_links')
    .where('token_hash', '=', sha256(token))
    .where('purpose', '=', 'password')
    .executeTakeFirst()
  return numDeletedRows > 0n
}
