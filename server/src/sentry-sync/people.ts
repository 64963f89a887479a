import type { Db } from '../platform/db.ts'

/** Somebody whom Sentry may know by an address that is proven to be theirs; null when nobody has this id. */
export async function readPerson(
  db: Db,
  userId: string,
): Promise<{ name: string; verifiedEmail: string | null } | null> {
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
  const addresses = proven.map(({ address }) => address)
  const isProven = person.email_verified || addresses.includes(person.email)
  return { name: person.name, verifiedEmail: isProven ? person.email : (addresses[0] ?? null) }
}
