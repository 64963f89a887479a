import type { Channel } from '#contract/channels.ts'

/** What a channel is called, and how a sentence says that somebody is reached on it: "Dana by phone". */
export const channelWords = {
  email: { name: 'E-mail', by: 'by mail' },
  sms: { name: 'SMS', by: 'by SMS' },
  voice: { name: 'Phone call', by: 'by phone' },
  push: { name: 'Push', by: 'by push' },
  slack: { name: 'Slack', by: 'on Slack' },
  'slack-webhook': { name: 'Slack webhook', by: 'by Slack webhook' },
  teams: { name: 'Microsoft Teams', by: 'on Microsoft Teams' },
  telegram: { name: 'Telegram', by: 'on Telegram' },
  mattermost: { name: 'Mattermost', by: 'on Mattermost' },
  discord: { name: 'Discord', by: 'on Discord' },
  ntfy: { name: 'ntfy', by: 'by ntfy' },
  webhook: { name: 'Webhook', by: 'by webhook' },
} as const satisfies Record<Channel, { name: string; by: string }>
