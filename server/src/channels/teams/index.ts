import { type Post, type PostItem, paragraphsOf, postOf, severityMarks } from '../post.ts'
import { jsonPost, outcomeOf } from '../refusals.ts'
import { defineSharedWebhook } from '../shared-webhook.ts'

const EXPIRED =
  'Microsoft Teams refuses this address: the workflow was changed or its address has expired. Copy it anew.'

/** A card in a Teams channel or chat, by a workflow "When a Teams webhook request is received". */
export const teams = defineSharedWebhook({
  id: 'teams',
  name: 'Microsoft Teams',
  description:
    'A card in a Teams channel or chat, by a workflow. Without buttons that answer, as everybody there reads it.',
  address: {
    label: 'Workflow URL',
    what: 'the address of a Teams workflow',
    example: 'https://….logic.azure.com/workflows/…',
    help: 'In Teams: ⋯ beside the channel → Workflows → "Send webhook alerts to a channel". It shows the address at the end.',
    isLike: ({ pathname }) => pathname.length > 1,
  },
  send: (message, url, { http }) =>
    outcomeOf(http, jsonPost(url, teamsMessage(postOf(message))), 'Microsoft Teams', {
      400: 'The Teams workflow is turned off, or does not start with "When a Teams webhook request is received" (HTTP 400).',
      401: EXPIRED,
      403: EXPIRED,
      404: 'Microsoft Teams no longer has this workflow. Make a new one and enter its address.',
      413: 'The message is too large for Microsoft Teams (HTTP 413).',
    }),
})

/** https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using: one Adaptive Card. */
function teamsMessage(post: Post) {
  return {
    type: 'message',
    summary: post.summary,
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: adaptiveCard(post),
      },
    ],
  }
}

/** Runs of rich text are taken as they are; a TextBlock would read Markdown and `{{DATE(…)}}` in what it shows. */
const adaptiveCard = (post: Post) => ({
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
  type: 'AdaptiveCard',
  version: '1.4',
  fallbackText: post.summary,
  msteams: { width: 'Full' },
  body: [
    ...post.items.flatMap(itemBlocks),
    ...paragraphsOf(post).map((text) => richText({ type: 'TextRun', text })),
  ],
  actions: post.links.map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
})

const itemBlocks = ({ severity, label, url, detail }: PostItem) => [
  richText({
    type: 'TextRun',
    text: `${severityMarks[severity]} ${label}`,
    weight: 'Bolder',
    size: 'Medium',
    selectAction: { type: 'Action.OpenUrl', url },
  }),
  { ...richText({ type: 'TextRun', text: detail, isSubtle: true }), spacing: 'None' },
]

const richText = (run: Record<string, unknown>) => ({ type: 'RichTextBlock', inlines: [run] })
