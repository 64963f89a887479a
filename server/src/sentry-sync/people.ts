import type { Db } from '../platform/db.ts'

/** Somebody whom Sentry may know by an address that is proven to be theirs, the first one first. */
export type Person = { name: string; addresses: string[] }

/** Null when nobody has this id. */
export async function readPerson(db: Db, userId: string): Promise<Person | null> {
  const person = await db
    .selectFrom('users')
    .select(['name', 'email', 'email_verified'])
    .where('id', '=', userId)
    .executeTakeFirst()
  if (!person) return null
  const proven = await db
    .selectFrom('contact_methods')
    .select('address')
    .where('user_id', '=', userId)
    .where('channel', '=', 'email')
    .where('verified_at', 'is not', null)
    .orderBy('verified_at')
    .execute()
  const addresses = [
    ...(person.email_verified ? [person.email] : []),
    ...proven.map(({ address }) => address),
  ]
  const isOwn = (address: string) => address.toLowerCase() === person.email.toLowerCase()
  return { name: person.name, addresses: unique([...addresses.filter(isOwn), ...addresses]) }
}

const unique = (addresses: readonly string[]) =>
  addresses.filter(
    (address, n) => addresses.findIndex((one) => one.toLowerCase() === address.toLowerCase()) === n,
  )
