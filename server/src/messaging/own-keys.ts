import type { Channel } from '#contract/channels.ts'
import { ChannelSettings } from '#contract/channels.ts'
import type { Deps } from '../deps.ts'
import { conflict } from '../platform/errors.ts'
import { openOrNull } from '../platform/secrets.ts'

type Keys = Record<string, string>
type KeyDeps = Pick<Deps, 'db' | 'secrets' | 'clock'>

/** They never change, so a process asks once. */
const known = new WeakMap<Deps['secrets'], Map<Channel, Promise<Keys | null>>>()

/** Keys that the installation has made for itself; made now when it has none yet. Throws `conflict` when they cannot be read. */
export async function readOwnKeys(deps: KeyDeps, channel: Channel, make: () => Keys): Promise<Keys> {
  const keys = await findOwnKeys(deps, channel, make)
  if (keys) return keys
  throw conflict(
    'The keys of this channel cannot be read with the present OPSKNIGHT_SECRET_KEY. Bring back the key from before.',
  )
}

/** The same; null when they cannot be read with the present key. */
export function findOwnKeys(deps: KeyDeps, channel: Channel, make: () => Keys): Promise<Keys | null> {
  const ofInstallation = known.get(deps.secrets) ?? new Map<Channel, Promise<Keys | null>>()
  known.set(deps.secrets, ofInstallation)
  const present = ofInstallation.get(channel)
  if (present) return present
  const keys = readOrMake(deps, channel, make)
  ofInstallation.set(channel, keys)
  keys.catch(() => ofInstallation.delete(channel))
  return keys
}

async function readOrMake(
  { db, secrets, clock }: KeyDeps,
  channel: Channel,
  make: () => Keys,
): Promise<Keys | null> {
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
  const text = openOrNull(secrets, row.sealed)
  return text === null ? null : ChannelSettings.parse(JSON.parse(text))
}
