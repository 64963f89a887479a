import type { Channel } from '#contract/channels.ts'
import type { Urgency } from '#contract/common.ts'
import type { Deps } from '../deps.ts'
import { addressHashOf } from '../people/addresses.ts'
import { newId } from '../platform/ids.ts'

type Given = {
  channel?: Channel
  address?: string
  verified?: boolean
  /** After how many minutes it is used, by urgency. */
  rules?: Partial<Record<Urgency, number>>
}

/** Gives a person a contact method as it is once it has been verified, without the way there. Returns its id. */
export async function addContactMethod(
  { deps }: { deps: Pick<Deps, 'db' | 'clock' | 'secrets'> },
  user: { id: string },
  { channel = 'email', address = `${user.id}@example.com`, verified = true, rules = {} }: Given = {},
): Promise<string> {
  const now = deps.clock.now()
  const id = newId(now)
  const isSealed = URL.canParse(address)
  await deps.db
    .insertInto('contact_methods')
    .values({
      ...{ id, user_id: user.id, channel, created_at: now, updated_at: now },
      address: isSealed ? `${new URL(address).host}/…` : address,
      sealed_address: isSealed ? deps.secrets.seal(address) : null,
      address_hash: addressHashOf(channel, address),
      verified_at: verified ? now : null,
    })
    .execute()
  const wanted = Object.entries(rules) as [Urgency, number][]
  for (const [urgency, delay_minutes] of wanted)
    await deps.db
      .insertInto('notification_rules')
      .values({ user_id: user.id, urgency, contact_method_id: id, delay_minutes })
      .execute()
  return id
}
