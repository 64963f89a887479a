import { JOINER, markdownOf } from '../markdown.ts'
import { postOf } from '../post.ts'
import { jsonPost, outcomeOf } from '../refusals.ts'
import { defineSharedWebhook } from '../shared-webhook.ts'

const GONE =
  'Mattermost no longer has this webhook, or webhooks are turned off there. Make a new one and enter its address.'

/** A message in the channel of an incoming webhook. */
export const mattermost = defineSharedWebhook({
  id: 'mattermost',
  name: 'Mattermost',
  description:
    'A message in one Mattermost channel, by an incoming webhook. Without buttons, as everybody there reads it.',
  address: {
    what: 'the webhook URL of Mattermost',
    example: 'https://mattermost.example.com/hooks/…',
    help: 'In Mattermost: Integrations → Incoming Webhooks → Add Incoming Webhook.',
    isLike: ({ pathname }) => /\/hooks\/[^/]+$/.test(pathname),
  },
  send: (message, url, { http }) =>
    outcomeOf(http, jsonPost(url, { text: markdownOf(postOf(message), escapeMattermost) }), 'Mattermost', {
      // It answers 400 to a webhook that it does not know.
      400: GONE,
      401: GONE,
      403: 'Mattermost refuses this webhook: it may not post in that channel (HTTP 403).',
      404: GONE,
    }),
})

/** What its Markdown lets a backslash stand before; names, addresses and emojis it finds by itself, so they are broken up. */
export const escapeMattermost = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+\-.!>~|]/g, '\\$&').replace(/[@:]/g, `$&${JOINER}`)
