import type { Channel } from '#contract/channels.ts'
import { discord } from './discord/index.ts'
import { email } from './email/index.ts'
import { mattermost } from './mattermost/index.ts'
import { ntfy } from './ntfy/index.ts'
import { push } from './push/index.ts'
import { slack } from './slack/index.ts'
import { slackWebhook } from './slack-webhook/index.ts'
import { sms } from './sms/index.ts'
import { teams } from './teams/index.ts'
import { telegram } from './telegram/index.ts'
import type { ChannelDefinition } from './types.ts'
import { voice } from './voice/index.ts'
import { webhook } from './webhook/index.ts'

/** Every way to reach people, in the order in which they are offered. */
export const channels: readonly ChannelDefinition[] = [
  asDefinition(email),
  asDefinition(sms),
  asDefinition(voice),
  asDefinition(push),
  asDefinition(slack),
  asDefinition(slackWebhook),
  asDefinition(teams),
  asDefinition(telegram),
  asDefinition(mattermost),
  asDefinition(discord),
  asDefinition(ntfy),
  asDefinition(webhook),
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
