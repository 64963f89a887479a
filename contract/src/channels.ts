import { z } from 'zod'
import { Timestamp } from './common.ts'

/** The ways on which a page can reach somebody. */
export const Channel = z.enum([
  'email',
  'sms',
  'voice',
  'push',
  'slack',
  'slack-webhook',
  'teams',
  'telegram',
  'mattermost',
  'discord',
  'ntfy',
  'webhook',
])
export type Channel = z.infer<typeof Channel>

/** One thing that an administrator or a person enters: what the form asks for. */
export const ChannelField = z.object({
  name: z.string(),
  label: z.string(),
  help: z.string(),
  placeholder: z.string(),
  /** A secret is never shown again once it is stored. */
  kind: z.enum(['text', 'secret', 'url', 'phone', 'email', 'choice', 'template']),
  options: z.array(z.string()).optional(),
  required: z.boolean(),
})
export type ChannelField = z.infer<typeof ChannelField>

/** A channel as it stands on this server. */
export const ChannelView = z.object({
  channel: Channel,
  name: z.string(),
  description: z.string(),
  /** Whether pages can go out on it now. */
  usable: z.boolean(),
  /** Why it cannot be used and what to do about it; null when it can. */
  problem: z.string().nullable(),
  /** Where its settings come from; null when it needs none or has none. */
  configuredBy: z.enum(['environment', 'settings']).nullable(),
  /** What an administrator enters; empty for a channel that needs nothing. */
  settings: z.array(ChannelField),
  /** What is entered already, without secrets. */
  values: z.record(z.string(), z.string()),
  /** What a person enters as their address. */
  address: ChannelField,
  /** Whether incidents can be acknowledged from it. */
  replies: z.boolean(),
  updatedAt: Timestamp.nullable(),
})
export type ChannelView = z.infer<typeof ChannelView>

export const ChannelSettings = z.record(z.string().max(100), z.string().max(10_000))
export type ChannelSettings = z.infer<typeof ChannelSettings>
