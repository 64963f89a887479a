import {
  IconBell,
  IconBrandDiscord,
  IconBrandSlack,
  IconBrandTeams,
  IconBrandTelegram,
  IconBroadcast,
  IconMail,
  IconMessage2,
  IconMessages,
  IconPhone,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react'
import type { Channel } from '#contract/channels.ts'

const icons = {
  email: IconMail,
  sms: IconMessage2,
  voice: IconPhone,
  push: IconBell,
  slack: IconBrandSlack,
  'slack-webhook': IconBrandSlack,
  teams: IconBrandTeams,
  telegram: IconBrandTelegram,
  mattermost: IconMessages,
  discord: IconBrandDiscord,
  ntfy: IconBroadcast,
  webhook: IconWebhook,
} as const satisfies Record<Channel, TablerIcon>

/** Tells channels apart at a glance; their name always stands beside it. */
export function ChannelIcon({ channel, size = 16 }: { channel: Channel; size?: number }) {
  const Icon = icons[channel]
  return <Icon size={size} stroke={1.75} aria-hidden="true" style={{ flex: 'none' }} />
}
