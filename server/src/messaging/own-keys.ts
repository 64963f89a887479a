import type { Channel } from '#contract/channels.ts'
import { ChannelSettings } from '#contract/channels.ts'
import type { Deps } from '../deps.ts'

type Keys = Record<string, string>
/** They never change, so a process asks once. */
const known = new WeakMap<Deps['secrets'], Map<Channel, Promise<Keys>>>()

/** Keys that the installation has made for itself; made now when it has none yet. */
export function readOwnKeys(
  deps: Pick<Deps, 'db' | 'secrets' | 'clock'>,
  channel: Channel,
  make: () => Keys,
): Promise<Keys> {
  const ofInstallation = known.get(deps.secrets) ?? new Map<Channel, Promise<Keys>>()
  known.set(deps.secrets, ofInstallation)
  const present = ofInstallation.get(channel)
  if (present) return present
  const keys = readOrMake(deps, channel, make)
  ofInstallation.set(channel, keys)
  keys.catch(() => ofInstallation.delete(channel))
  return keys
}

async function readOrMake(
  { db, secrets, clock }: Pick<Deps, 'db' | 'secrets' | 'clock'>,
  channel: Channel,
  make: () => Keys,
): Promise<Keys> {
  const name = `channel ${channel}`
  const read = () =>
    db.selectFrom('installation_secrets').select('sealed').where('name', '=', name).executeTakeFirst()
  if (!(await read()))
    await db
      .insertInto('installation_secrets')
      .values({ name, sealed: secrets.seal(JSON.stringify(make())), created_at: clock.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  const row = await read()
  if (!row) throw new Error(`The keys of ${channel} were deleted while they were read`)
  return ChannelSettings.parse(JSON.parse(secrets.open(row.sealed)))
}
