import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { PageQuery } from '#contract/common.ts'
import type { Role } from '#contract/people.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError, notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import { idOfCursor } from '../platform/pages.ts'
import type { Schema } from '../platform/schema.ts'

export type User = Selectable<Schema['users']> & {
  /** Whether a password has been set. */
  active: boolean
  /** The channels of their verified contact methods. */
  reachedBy: Channel[]
}

const hasPassword = sql<boolean>`exists (select from accounts where accounts.user_id = users.id and accounts.password is not null)`

const verifiedChannels = sql<Channel[]>`array(
  select distinct channel from contact_methods where user_id = users.id and verified_at is not null order by channel
)`

const users = (db: Db) =>
  db
    .selectFrom('users')
    .selectAll('users')
    .select(hasPassword.as('active'))
    .select(verifiedChannels.as('reachedBy'))
    .where('deleted_at', 'is', null)

/** Throws `not_found`, also for somebody who was deleted. */
export async function getUser(db: Db, id: string): Promise<User> {
  const user = isUuid(id) ? await users(db).where('users.id', '=', id).executeTakeFirst() : undefined
  if (!user) throw notFound('User')
  return user
}

export async function findUserByEmail(db: Db, email: string): Promise<User | null> {
  return (await users(db).where('email', '=', email.toLowerCase()).executeTakeFirst()) ?? null
}

/** In the order in which they were added, one more than `limit` if there are more. */
export async function listUsers(db: Db, { cursor, limit }: PageQuery): Promise<User[]> {
  const after = idOfCursor(cursor)
  return users(db)
    .$if(after !== null, (query) => query.where('users.id', '>', after))
    .orderBy('users.id')
    .limit(limit + 1)
    .execute()
}

export async function isAnybodyThere(db: Db): Promise<boolean> {
  return (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** Until the transaction ends nobody else can add a person: of two first administrators, the second sees the first. */
export async function lockUsers(trx: Trx): Promise<void> {
  await sql`lock table users in share row exclusive mode`.execute(trx)
}

export type NewUser = {
  name: string
  email: string
  role: Role
  timeZone?: string | undefined
  locale?: string | undefined
}

/** Adds a person, who cannot sign in before they have a password. Throws `name_taken` when the e-mail address is in use. */
export async function insertUser(
  trx: Trx,
  { name, email, role, timeZone, locale }: NewUser,
  now: Date,
): Promise<User> {
  const row = await trx
    .insertInto('users')
    .values({
      id: newId(now),
      name,
      email: email.toLowerCase(),
      role,
      ...(timeZone ? { time_zone: timeZone } : {}),
      ...(locale ? { locale } : {}),
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returningAll()
    .executeTakeFirst()
  if (!row) throw new AppError('name_taken', 'Somebody with this e-mail address is here already.')
  return { ...row, active: false, reachedBy: [] }
}

export async function updateUserRow(
  trx: Trx,
  id: string,
  changes: {
    name?: string
    role?: Role
    disabled_at?: Date | null
    time_zone?: string
    locale?: string
  },
  now: Date,
): Promise<void> {
  await trx
    .updateTable('users')
    .set({ ...changes, updated_at: now })
    .where('id', '=', id)
    .execute()
}

/** Those of these ids that are people who were not deleted, held against deletion until the transaction ends. */
export async function findPresentUsers(
  trx: Trx,
  ids: readonly string[],
): Promise<{ id: string; name: string; disabled: boolean }[]> {
  const possible = ids.filter(isUuid)
  if (possible.length === 0) return []
  const rows = await trx
    .selectFrom('users')
    .select(['id', 'name', 'disabled_at'])
    .where('id', 'in', possible)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .forKeyShare()
    .execute()
  return rows.map(({ id, name, disabled_at }) => ({ id, name, disabled: disabled_at !== null }))
}

/** Holds the person against other changes of what is theirs; others may still name them. Throws `not_found`. */
export async function lockUser(
  trx: Trx,
  id: string,
): Promise<{ id: string; name: string; email: string; role: Role; disabled: boolean }> {
  const row = isUuid(id)
    ? await trx
        .selectFrom('users')
        .select(['id', 'name', 'email', 'role', 'disabled_at'])
        .where('id', '=', id)
        .where('deleted_at', 'is', null)
        .forNoKeyUpdate()
        .executeTakeFirst()
    : undefined
  if (!row) throw notFound('User')
  const { disabled_at, ...user } = row
  return { ...user, disabled: disabled_at !== null }
}

/**
 * The administrators who can sign in, held until the transaction ends, so that two of them cannot remove each other.
 * Somebody invited who has no password yet does not count: their link may expire unused.
 */
export async function lockAdministrators(trx: Trx): Promise<string[]> {
  const rows = await trx
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .where(hasPassword)
    .orderBy('id')
    .forUpdate()
    .execute()
  return rows.map(({ id }) => id)
}

/** Whom to turn to when nobody else can be reached: every administrator who is not disabled. */
export async function listAdministrators(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('role', '=', 'admin')
    .where('disabled_at', 'is', null)
    .where('deleted_at', 'is', null)
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** `hash` as better-auth makes it. */
export async function setPasswordHash(trx: Trx, userId: string, hash: string, now: Date): Promise<void> {
  await trx
    .insertInto('accounts')
    .values({
      id: newId(now),
      user_id: userId,
      account_id: userId,
      provider_id: 'credential',
      password: hash,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict.columns(['provider_id', 'account_id']).doUpdateSet({ password: hash, updated_at: now }),
    )
    .execute()
}
