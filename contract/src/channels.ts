import { z } from 'zod'
import { cleanText, pageOf, Timestamp } from './common.ts'

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
  /** What is entered already, without secrets; only administrators see it. */
  values: z.record(z.string(), z.string()),
  /** The names of the secrets that are entered already. */
  storedSecrets: z.array(z.string()),
  /** What a person enters as their address. */
  address: ChannelField,
  /** Whether incidents can be acknowledged from it. */
  replies: z.boolean(),
  updatedAt: Timestamp.nullable(),
})
export type ChannelView = z.infer<typeof ChannelView>

export const ChannelPage = pageOf(ChannelView)
export const ChannelParams = z.object({ channel: z.string() })

/** What an administrator enters, by the names of the fields. A secret that is left out or empty stays as it is. */
export const ChannelSettings = z.record(z.string().max(100), cleanText.max(10_000))
export type ChannelSettings = z.infer<typeof ChannelSettings>

/** Where a test message goes; left out: to the caller's own contact method on this channel. */
export const TestChannel = z.object({ address: cleanText.trim().min(1).max(4_000).optional() })
export type TestChannel = z.infer<typeof TestChannel>

/** What came of a test message, with the provider's words when it did not work. */
export const TestChannelResult = z.object({
  outcome: z.enum(['sent', 'retry', 'failed']),
  reason: z.string().nullable(),
})
export type TestChannelResult = z.infer<typeof TestChannelResult>
