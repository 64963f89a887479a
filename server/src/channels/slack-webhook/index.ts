import { postOf } from '../post.ts'
import { jsonPost, outcomeOf } from '../refusals.ts'
import { defineSharedWebhook } from '../shared-webhook.ts'
import { slackMessage } from '../slack-blocks.ts'

const GONE = 'Slack no longer has this webhook. Make a new one in Slack and enter its address.'

/**
 * A message in the channel that an incoming webhook belongs to. Everybody there reads it, so it holds nothing that answers in the
 * person's name.
 */
export const slackWebhook = defineSharedWebhook({
  id: 'slack-webhook',
  name: 'Slack webhook',
  description:
    'A message in one Slack channel, by an incoming webhook. Without buttons, as everybody there reads it.',
  address: {
    what: 'the webhook URL of Slack',
    example: 'https://hooks.slack.com/services/T…/B…/…',
    help: 'In Slack under your app → Incoming Webhooks → Add New Webhook to Workspace.',
    isLike: ({ pathname }) => pathname.length > 1,
  },
  send: (message, url, { http }) =>
    outcomeOf(http, jsonPost(url, slackMessage(postOf(message))), 'Slack', {
      400: 'Slack could not read the message (HTTP 400).',
      403: 'Slack refuses this webhook: the channel or the workspace does not allow it (HTTP 403).',
      404: GONE,
      410: 'The Slack channel of this webhook is archived.',
    }),
})
