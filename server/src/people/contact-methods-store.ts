import type { Selectable } from 'kysely'
import type { Channel } from '#contract/channels.ts'
import type { Db, Trx } from '../platform/db.ts'
import { conflict, notFound } from '../platform/errors.ts'
import { isUuid, newId } from '../platform/ids.ts'
import type { Schema } from '../platform/schema.ts'
import type { Code } from './codes.ts'

export type ContactMethodRow = Selectable<Schema['contact_methods']>

/** Nobody has more ways to be reached; a program that goes on adding has gone wrong. */
const PER_PERSON_MAX = 20

/** In the order in which they were added. */
export async function contactMethodsOf(db: Db, userId: string): Promise<ContactMethodRow[]> {
  return db
    .selectFrom('contact_methods')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

export async function findContactMethod(db: Db, id: string): Promise<ContactMethodRow | null> {
  if (!isUuid(id)) return null
  return (await db.selectFrom('contact_methods').selectAll().where('id', '=', id).executeTakeFirst()) ?? null
}

/** Throws `not_found`. */
export async function getContactMethod(db: Db, id: string): Promise<ContactMethodRow> {
  const method = await findContactMethod(db, id)
  if (!method) throw notFound('Contact method')
  return method
}

/** Holds the row. Whoever also holds its person takes the person first. Throws `not_found`. */
export async function lockContactMethod(trx: Trx, id: string): Promise<ContactMethodRow> {
  const row = await trx
    .selectFrom('contact_methods')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!row) throw notFound('Contact method')
  return row
}

type NewContactMethod = {
  id: string
  userId: string
  channel: Channel
  address: string
  sealedAddress: Buffer | null
  addressHash: Buffer
  label: string | null
  code: Code
}

/** Throws `conflict` when the person has this address already, or too many. Their row must be held. */
export async function insertContactMethod(
  trx: Trx,
  given: NewContactMethod,
  now: Date,
): Promise<ContactMethodRow> {
  const present = await contactMethodsOf(trx, given.userId)
  const isSame = ({ channel, address_hash }: ContactMethodRow) =>
    channel === given.channel && address_hash.equals(given.addressHash)
  if (present.some(isSame)) {
    throw conflict('This address is there already on this channel. Ask for a new code if it is not verified.')
  }
  if (present.length >= PER_PERSON_MAX) {
    throw conflict(`Nobody can have more than ${PER_PERSON_MAX} contact methods. Delete one first.`)
  }
  return trx
    .insertInto('contact_methods')
    .values({
      id: given.id,
      user_id: given.userId,
      channel: given.channel,
      address: given.address,
      sealed_address: given.sealedAddress,
      address_hash: given.addressHash,
      label: given.label,
      code_hash: given.code.hash,
      code_expires_at: given.code.expiresAt,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

type Changes = Partial<
  Pick<ContactMethodRow, 'label' | 'verified_at' | 'code_hash' | 'code_expires_at' | 'code_tries'>
>

export async function saveContactMethod(
  trx: Trx,
  id: string,
  changes: Changes,
  now: Date,
): Promise<ContactMethodRow> {
  return trx
    .updateTable('contact_methods')
    .set({ ...changes, updated_at: now })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** A new code ends the one before, and its tries. */
export const withCode = ({ hash, expiresAt }: Code): Changes => ({
  code_hash: hash,
  code_expires_at: expiresAt,
  code_tries: 0,
})

export const withoutCode: Changes = { code_hash: null, code_expires_at: null, code_tries: 0 }

/** Its rules go with it. */
export async function deleteContactMethodRow(trx: Trx, id: string): Promise<void> {
  await trx.deleteFrom('contact_methods').where('id', '=', id).execute()
}

/** A test is a page like any other: the log shows what became of it. */
export async function insertTestPage(
  trx: Trx,
  method: { id: string; user_id: string; channel: Channel; shownAs: string },
  now: Date,
): Promise<string> {
  const id = newId(now)
  await trx
    .insertInto('pages')
    .values({
      id,
      key: id,
      user_id: method.user_id,
      contact_method_id: method.id,
      channel: method.channel,
      address: method.shownAs,
      urgency: 'low',
      cause: 'test',
      status: 'due',
      due_at: now,
      next_attempt_at: now,
      created_at: now,
    })
    .execute()
  return id
}
