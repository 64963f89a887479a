import type { Translation } from '../types.ts'
import { type Context, translated } from './context.ts'
import { shownId } from './event-facts.ts'
import { type Fields, first, id, line, link, list, object, prose } from './payload.ts'

/**
 * Sentry's debugging agent looked at an issue.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/seer/
 */
export function fromSeer(data: Fields, context: Context): Translation {
  const issueId = id(data.group_id)
  const step = line(context.body.action, 50)?.toLowerCase() ?? 'changed'
  return translated(
    { action: 'note', note: describeSeer(step, data) },
    {
      issueId,
      eventId: undefined,
      title: 'Seer looked at a Sentry issue',
      level: 'info',
      project: { id: undefined, name: undefined, slug: undefined, organization: undefined },
      environment: undefined,
      link: addressesOfPullRequests(data)[0],
      occurredAt: undefined,
      details: { issueId: shownId(issueId) },
    },
    context,
  )
}

/** One entry of a timeline: what Seer did, and what it found. `step` as in `root_cause_completed`. */
export function describeSeer(step: string, data: Fields): string {
  const findings = [
    rootCauseOf(data),
    solutionOf(data),
    prose(data.summary),
    ...addressesOfPullRequests(data),
  ]
  const found = [...new Set(findings.filter((finding) => finding !== undefined))]
  return [`Seer in Sentry: ${inWords(step)}`, ...found].join('\n').slice(0, 4_000).toWellFormed()
}

const inWords = (step: string) => step.replace(/^pr_/, 'pull_request_').replaceAll('_', ' ')

const rootCauseOf = ({ root_cause: cause }: Fields) =>
  first(prose(object(cause).one_line_description), prose(object(cause).description), prose(cause))

const solutionOf = ({ solution }: Fields) =>
  first(prose(object(solution).one_line_summary), prose(object(solution).description), prose(solution))

function addressesOfPullRequests(data: Fields): string[] {
  return list(data.pull_requests)
    .slice(0, 10)
    .map(object)
    .flatMap((entry) => first(link(object(entry.pull_request).pr_url), link(entry.url)) ?? [])
}
