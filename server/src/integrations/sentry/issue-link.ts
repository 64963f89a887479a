import type { Translation } from '../types.ts'
import { byWhom, type Context } from './context.ts'
import { shownId, shownProject } from './event-facts.ts'
import { keyOf, toAlertEvent } from './facts.ts'
import { type Fields, id, line, link, object, prose } from './payload.ts'
import { readRouting } from './routing.ts'

const DESCRIPTION_CODE_POINTS = 8_000

/** How the timeline of such an incident begins. */
export const OPENED_BY_HAND = 'Opened from the issue in Sentry'

/**
 * Somebody opens an incident from an issue in Sentry's own pages. No filter holds it back, as a person has asked for it.
 * https://docs.sentry.io/organization/integrations/integration-platform/ui-components/issue-link/
 */
export function fromIssueLink({ body }: Context): Translation {
  const fields = object(body.fields)
  const issueId = id(body.issueId)
  const project = projectOf(body)
  const facts = {
    ...{ issueId, eventId: undefined, project, level: undefined, environment: undefined },
    ...{ title: line(fields.title), link: link(body.webUrl), occurredAt: undefined },
    details: { project: shownProject(project), issueId: shownId(issueId) },
  }
  const key = keyOf(facts)
  if (!key) return { rejected: 'Sentry does not say which issue it is about', code: 'invalid_payload' }
  const note = `${OPENED_BY_HAND}${byWhom(body)}`
  const routing = readRouting(fields)
  const event = toAlertEvent({ action: 'trigger', note, routing }, facts, key)
  const description = prose(fields.description, DESCRIPTION_CODE_POINTS)
  return { events: [{ ...event, ...(description ? { description } : {}) }] }
}

function projectOf({ project }: Fields) {
  const { id: projectId, slug } = object(project)
  return { id: id(projectId), slug: line(slug, 200), name: undefined, organization: undefined }
}
