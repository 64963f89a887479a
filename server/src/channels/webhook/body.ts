import { postOf } from '../post.ts'
import { replyRequest } from '../reply-request.ts'
import type { Message, PagedIncident } from '../types.ts'

/** What a program is sent: docs/channels/webhook.md describes it, and others rely on it. */
export function webhookBody(message: Message, { now, publicUrl }: { now: Date; publicUrl: string }) {
  return { type: `opsknight.${message.kind}`, timestamp: now.toISOString(), data: dataOf(message, publicUrl) }
}

function dataOf(message: Message, publicUrl: string) {
  const { summary, paragraphs, links } = postOf(message)
  switch (message.kind) {
    case 'page': {
      const { incidents, replies, person, allUrl } = message
      return {
        summary,
        person: { name: person.name },
        incidents: incidents.map(incidentData),
        url: allUrl,
        replies: {
          acknowledgeUrl: replies.acknowledgeUrl,
          resolveUrl: replies.resolveUrl,
          acknowledge: replyRequest(publicUrl, replies.token, 'acknowledge'),
          resolve: replyRequest(publicUrl, replies.token, 'resolve'),
        },
      }
    }
    case 'code':
      return { summary, text: paragraphs.join('\n'), code: message.code, url: message.confirmUrl }
    case 'test':
    case 'invitation':
    case 'notice':
      return { summary, text: paragraphs.join('\n'), url: links[0]?.url ?? null }
  }
}

const incidentData = ({ openedAt, ...incident }: PagedIncident) => ({
  ...incident,
  openedAt: openedAt.toISOString(),
})
