import { postOf } from '../post.ts'
import { jsonPost, outcomeOfStatus } from '../refusals.ts'
import { slackMessage } from '../slack-blocks.ts'
import { defineChannel } from '../types.ts'
import { checkWebAddress } from '../web-address.ts'

const GONE = 'Slack no longer has this webhook. Make a new one in Slack and enter its address.'

/**
 * A message in the channel that an incoming webhook belongs to. Everybody there reads it, so it holds nothing that answers in the
 * person's name.
 */
export const slackWebhook = defineChannel<null>({
  id: 'slack-webhook',
  name: 'Slack webhook',
  description:
    'A message in one Slack channel, by an incoming webhook. Without buttons, as everybody there reads it.',
  settingsFields: [],
  environment: {},
  readSettings: () => ({ settings: null }),
  addressField: {
    name: 'address',
    label: 'Webhook URL',
    help: 'In Slack under your app → Incoming Webhooks → Add New Webhook to Workspace.',
    placeholder: 'https://hooks.slack.com/services/T…/B…/…',
    kind: 'url',
    required: true,
  },
  isAddressSecret: true,
  verifiedBy: 'code',
  replies: false,
  checkAddress: (text) =>
    checkWebAddress(text, {
      what: 'the webhook URL of Slack',
      example: 'https://hooks.slack.com/services/T…/B…/…',
      isLike: ({ pathname }) => pathname.length > 1,
    }),
  async send(message, url, { http }) {
    const result = await http(jsonPost(url, slackMessage(postOf(message))))
    if (result.outcome !== 'answered') return result
    return outcomeOfStatus(result.answer, 'Slack', {
      400: 'Slack could not read the message (HTTP 400).',
      403: 'Slack refuses this webhook: the channel or the workspace does not allow it (HTTP 403).',
      404: GONE,
      410: 'The Slack channel of this webhook is archived.',
    })
  },
})
