import { Channel } from '#contract/channels.ts'
import { channelProblem } from '../messaging/send.ts'
import type { MessagingDeps } from '../messaging/settings.ts'
import type { ChannelProblems } from './plan.ts'

/** Which channels cannot be used now, and why. */
export async function readProblems(deps: MessagingDeps): Promise<ChannelProblems> {
  const all = await Promise.all(
    Channel.options.map(async (channel) => [channel, await channelProblem(deps, channel)] as const),
  )
  return new Map(all.flatMap(([channel, problem]) => (problem === null ? [] : [[channel, problem]])))
}
