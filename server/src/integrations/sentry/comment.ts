import type { Translation } from '../types.ts'
import { type Context, translated } from './context.ts'
import { shownId } from './event-facts.ts'
import { type Fields, id, line, object, prose, time } from './payload.ts'

/**
 * Somebody wrote on the issue in Sentry.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/comments/
 */
export function fromComment(data: Fields, context: Context): Translation {
  const issueId = id(data.issue_id)
  const project = {
    id: undefined,
    name: undefined,
    slug: line(data.project_slug, 200),
    organization: undefined,
  }
  return translated(
    { action: 'note', note: describe(data, context.body) },
    {
      issueId,
      eventId: undefined,
      title: 'Comment in Sentry',
      level: 'info',
      project,
      environment: undefined,
      link: undefined,
      occurredAt: time(data.timestamp),
      details: { issueId: shownId(issueId) },
    },
    context,
  )
}

function describe({ comment }: Fields, { action, actor }: Fields): string {
  const author = line(object(actor).name, 200) ?? 'Somebody'
  if (action === 'deleted') return `${author} deleted a comment in Sentry`
  const verb = action === 'updated' ? 'changed a comment' : 'commented'
  return [`${author} ${verb} in Sentry`, prose(comment)].filter(Boolean).join(':\n')
}
