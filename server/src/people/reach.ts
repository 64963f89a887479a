import type { Channel } from '#contract/channels.ts'
import type { Urgency } from '#contract/common.ts'
import type { Db } from '../platform/db.ts'

export { fullAddressOf, maskedAddress } from './addresses.ts'

/** A person's address on a channel. */
export type ContactMethod = {
  id: string
  userId: string
  channel: Channel
  /** As its owner sees it. */
  address: string
  /** The whole of an address that is a credential: read it with `fullAddressOf`. */
  sealedAddress: Buffer | null
  label: string | null
  verifiedAt: Date | null
}

/** After how many minutes a contact method is used for incidents of this urgency. */
export type Rule = { urgency: Urgency; delayMinutes: number; contactMethodId: string }

/** Everything by which somebody can be reached, whether it is of use or not. */
export type Reach = {
  user: { id: string; name: string; email: string; timeZone: string; locale: string; disabled: boolean }
  /** In the order in which they were added. */
  methods: ContactMethod[]
  /** The soonest first. */
  rules: Rule[]
}

/** Of all these people at once; ids that are nobody's are left out. */
export async function readReach(db: Db, userIds: readonly string[]): Promise<Map<string, Reach>> {
  if (userIds.length === 0) return new Map()
  const ids = [...new Set(userIds)]
  const users = await db
    .selectFrom('users')
    .select(['id', 'name', 'email', 'time_zone', 'locale', 'disabled_at', 'deleted_at'])
    .where('id', 'in', ids)
    .execute()
  const [methods, rules] = [await readMethods(db, ids), await readRules(db, ids)]
  return new Map(
    users.map(({ id, name, email, time_zone, locale, disabled_at, deleted_at }) => [
      id,
      {
        user: {
          id,
          name,
          email,
          timeZone: time_zone,
          locale,
          disabled: disabled_at !== null || deleted_at !== null,
        },
        methods: methods.get(id) ?? [],
        rules: rules.get(id) ?? [],
      },
    ]),
  )
}

async function readMethods(db: Db, userIds: string[]): Promise<Map<string, ContactMethod[]>> {
  const rows = await db
    .selectFrom('contact_methods')
    .select(['id', 'user_id', 'channel', 'address', 'sealed_address', 'label', 'verified_at'])
    .where('user_id', 'in', userIds)
    .orderBy('id')
    .execute()
  const methods = rows.map((row) => ({
    id: row.id,
    userId: row.user_id,
    channel: row.channel,
    address: row.address,
    sealedAddress: row.sealed_address,
    label: row.label,
    verifiedAt: row.verified_at,
  }))
  return Map.groupBy(methods, ({ userId }) => userId)
}

async function readRules(db: Db, userIds: string[]): Promise<Map<string, Rule[]>> {
  const rows = await db
    .selectFrom('notification_rules')
    .select(['user_id', 'urgency', 'delay_minutes', 'contact_method_id'])
    .where('user_id', 'in', userIds)
    .orderBy('delay_minutes')
    .orderBy('contact_method_id')
    .execute()
  const groups = Map.groupBy(rows, ({ user_id }) => user_id)
  return new Map(
    [...groups].map(([userId, ofPerson]) => [
      userId,
      ofPerson.map(({ urgency, delay_minutes, contact_method_id }) => ({
        urgency,
        delayMinutes: delay_minutes,
        contactMethodId: contact_method_id,
      })),
    ]),
  )
}
