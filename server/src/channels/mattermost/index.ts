import { JOINER, markdownOf } from '../markdown.ts'
import { postOf } from '../post.ts'
import { jsonPost, outcomeOfStatus } from '../refusals.ts'
import { defineChannel } from '../types.ts'
import { checkWebAddress } from '../web-address.ts'

const GONE =
  'Mattermost no longer has this webhook, or webhooks are turned off there. Make a new one and enter its address.'

/** A message in the channel of an incoming webhook. */
export const mattermost = defineChannel<null>({
  id: 'mattermost',
  name: 'Mattermost',
  description:
    'A message in one Mattermost channel, by an incoming webhook. Without buttons, as everybody there reads it.',
  settingsFields: [],
  environment: {},
  readSettings: () => ({ settings: null }),
  addressField: {
    name: 'address',
    label: 'Webhook URL',
    help: 'In Mattermost: Integrations → Incoming Webhooks → Add Incoming Webhook.',
    placeholder: 'https://mattermost.example.com/hooks/…',
    kind: 'url',
    required: true,
  },
  isAddressSecret: true,
  verifiedBy: 'code',
  replies: false,
  checkAddress: (text) =>
    checkWebAddress(text, {
      what: 'the webhook URL of Mattermost',
      example: 'https://mattermost.example.com/hooks/…',
      isLike: ({ pathname }) => /\/hooks\/[^/]+$/.test(pathname),
    }),
  async send(message, url, { http }) {
    const result = await http(jsonPost(url, { text: markdownOf(postOf(message), escapeMattermost) }))
    if (result.outcome !== 'answered') return result
    return outcomeOfStatus(result.answer, 'Mattermost', {
      // It answers 400 to a webhook that it does not know.
      400: GONE,
      401: GONE,
      403: 'Mattermost refuses this webhook: it may not post in that channel (HTTP 403).',
      404: GONE,
    })
  },
})

/** What its Markdown lets a backslash stand before; names, addresses and emojis it finds by itself, so they are broken up. */
export const escapeMattermost = (text: string): string =>
  text.replace(/[\\`*_{}[\]()#+\-.!>~|]/g, '\\$&').replace(/[@:]/g, `$&${JOINER}`)
