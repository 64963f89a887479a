import type { Channel } from '#contract/channels.ts'
import { email } from './email/index.ts'
import { sms } from './sms/index.ts'
import type { ChannelDefinition } from './types.ts'
import { voice } from './voice/index.ts'

/** Every way to reach people, in the order in which they are offered. */
export const channels: readonly ChannelDefinition[] = [
  asDefinition(email),
  asDefinition(sms),
  asDefinition(voice),
]

/** Settings are read and used by the same channel, so nobody else needs to know their type. */
function asDefinition<Settings>(definition: ChannelDefinition<Settings>): ChannelDefinition {
  return definition as unknown as ChannelDefinition
}

const byId = new Map(channels.map((channel) => [channel.id, channel]))

/** Null for a channel that this release does not have. */
export const channelOf = (id: Channel): ChannelDefinition | null => byId.get(id) ?? null

/** Ends what channels keep open, e.g. connections to a mail server. */
export function closeChannels(): void {
  for (const channel of channels) channel.close?.()
}
