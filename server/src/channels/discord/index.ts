import { JOINER, markdownOf } from '../markdown.ts'
import { fittedText, type Post, postOf } from '../post.ts'
import { jsonOf, jsonPost, outcomeOfStatus } from '../refusals.ts'
import { defineSharedWebhook } from '../shared-webhook.ts'

const GONE = 'Discord no longer has this webhook. Make a new one in Discord and enter its address.'

/** https://docs.discord.com/developers/resources/message: what one embed may hold. */
const DESCRIPTION_MAX = 4096

const colours = { critical: 0xd92d20, error: 0xf79009, warning: 0xeac54f, info: 0x2e90fa } as const

/** A message in the channel of a webhook. */
export const discord = defineSharedWebhook({
  id: 'discord',
  name: 'Discord',
  description:
    'A message in one Discord channel, by a webhook. Without buttons, as everybody there reads it.',
  address: {
    what: 'the webhook URL of Discord',
    example: 'https://discord.com/api/webhooks/…/…',
    help: 'In Discord: Edit Channel → Integrations → Webhooks → New Webhook → Copy Webhook URL.',
    isLike: ({ pathname }) => /^\/api\/(v\d+\/)?webhooks\/\d+\/[\w-]+\/?$/.test(pathname),
  },
  async send(message, address, { http }) {
    // Without it, Discord answers before it has stored the message.
    const url = new URL(address)
    url.searchParams.set('wait', 'true')
    const result = await http(jsonPost(url.href, discordMessage(postOf(message))))
    if (result.outcome !== 'answered') return result
    const outcome = outcomeOfStatus(result.answer, 'Discord', { 401: GONE, 403: GONE, 404: GONE })
    const id = jsonOf(result.answer)?.id
    return outcome.outcome === 'sent' && typeof id === 'string' ? { ...outcome, providerId: id } : outcome
  },
})

/** The content is what a locked phone shows; the embed has room for all of it. */
function discordMessage(post: Post) {
  const worst = post.items[0]?.severity ?? 'info'
  return {
    content: escapeDiscord(post.summary),
    embeds: [
      {
        description: fittedText(post, (shorter) => markdownOf(shorter, escapeDiscord), fits),
        color: colours[worst],
      },
    ],
    // Whoever writes a title wakes nobody by it.
    allowed_mentions: { parse: [] },
  }
}

const fits = (text: string) => text.length <= DESCRIPTION_MAX

/** Its Markdown lets a backslash stand before everything that is no letter or digit. */
export const escapeDiscord = (text: string): string =>
  text.replace(/[\\`*_{}[\]()<>#+\-.!|~:/]/g, '\\$&').replaceAll('@', `@${JOINER}`)
