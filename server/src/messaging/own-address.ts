import type { Channel } from '#contract/channels.ts'
import type { Deps } from '../deps.ts'
import { openOrNull } from '../platform/secrets.ts'

/** Where somebody is reached on a channel: their verified contact method, else the first one. */
export async function findOwnAddress(
  { db, secrets }: Pick<Deps, 'db' | 'secrets'>,
  userId: string,
  channel: Channel,
): Promise<string | null> {
  const row = await db
    .selectFrom('contact_methods')
    .select(['address', 'sealed_address'])
    .where('user_id', '=', userId)
    .where('channel', '=', channel)
    .orderBy('verified_at', (order) => order.asc().nullsLast())
    .orderBy('id')
    .executeTakeFirst()
  if (!row) return null
  return row.sealed_address ? openOrNull(secrets, row.sealed_address) : row.address
}
