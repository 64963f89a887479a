import type { Channel } from '#contract/channels.ts'
import { addressHashOf } from '../people/addresses.ts'
import type { Db } from '../platform/db.ts'

/** Whether an address is a verified one of the person who got this page: only they answer it. */
export async function isFromPerson(
  db: Db,
  { pageId, channel, address }: { pageId: string; channel: Channel; address: string },
): Promise<boolean> {
  const found = await db
    .selectFrom('pages')
    .innerJoin('contact_methods', 'contact_methods.user_id', 'pages.user_id')
    .select('pages.id')
    .where('pages.id', '=', pageId)
    .where('contact_methods.channel', '=', channel)
    .where('contact_methods.address_hash', '=', addressHashOf(channel, address))
    .where('contact_methods.verified_at', 'is not', null)
    .executeTakeFirst()
  return found !== undefined
}
