import { cut } from '../json-safe.ts'
import type { Facts } from './facts.ts'
import { type Fields, first, id, line, link, list, object, prose, time } from './payload.ts'
import { readStack } from './stack.ts'
import { findTag, readTags } from './tags.ts'

const SHOWN_TAGS = 50
const ID_CODE_POINTS = 255

/**
 * One event of Sentry, with the occurrence of issues that are no errors (slow queries, missed check-ins, uptime).
 * https://docs.sentry.io/integrations/integration-platform/webhooks/issue-alerts/
 */
export function readEvent(value: unknown): Facts {
  const event = object(value)
  const tags = readTags(event.tags)
  const occurrence = object(event.occurrence)
  const project = readProject(event)
  const level = first(line(event.level, 50), line(occurrence.level, 50), findTag(tags, 'level'))
  const environment = first(line(event.environment, 200), findTag(tags, 'environment'))
  const issueId = first(
    id(event.issue_id),
    idInAddress(event.issue_url),
    id(event.group_id),
    id(event.groupID),
  )
  // `event.id` is the same in the plugin's bodies of today; in old ones it is the number of a database row.
  const eventId = first(id(event.event_id), typeof event.id === 'string' ? id(event.id) : undefined)
  return {
    issueId,
    eventId,
    title: first(line(event.title), line(occurrence.issueTitle), line(occurrence.issue_title)),
    level,
    project,
    environment,
    link: link(event.web_url),
    occurredAt: first(time(event.datetime), time(event.timestamp), time(event.received)),
    details: {
      culprit: first(line(event.culprit), line(occurrence.culprit)),
      ...readStack(event),
      message: messageOf(event, occurrence),
      description: evidenceOf(occurrence),
      level,
      environment,
      release: first(
        line(event.release, 250),
        line(object(event.release).version, 250),
        findTag(tags, 'sentry:release', 'release'),
      ),
      platform: line(event.platform, 50),
      project: shownProject(project),
      issueId: shownId(issueId),
      eventId: shownId(eventId),
      tags: tags.length > 0 ? tags.slice(0, SHOWN_TAGS) : undefined,
    },
  }
}

export const shownId = (value: string | undefined) => (value ? cut(value, ID_CODE_POINTS) : undefined)

/** Undefined when there is nothing to show. */
export const shownProject = (project: Facts['project']) =>
  Object.values(project).some(Boolean) ? { ...project, id: shownId(project.id) } : undefined

/** The id in `…/issues/{id}/…`, as in `issue_url` (API) or a link to the web page. */
export function idInAddress(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  return id(/\/issues\/([^/?#\s]{1,255})(?:[/?#]|$)/.exec(value)?.[1])
}

// `project` is the number; organization and slug stand in `/api/0/projects/{organization}/{project}/events/…`.
function readProject(event: Fields): Facts['project'] {
  const address = typeof event.url === 'string' ? event.url : ''
  const [, organization, slug] = /\/api\/0\/projects\/([^/?#]{1,200})\/([^/?#]{1,200})\//.exec(address) ?? []
  return {
    id: id(event.project),
    name: line(event.project_name, 200),
    slug: line(slug, 200),
    organization: line(organization, 200),
  }
}

const messageOf = (event: Fields, occurrence: Fields) =>
  first(
    prose(object(event.logentry).formatted),
    prose(event.message),
    prose(object(event.message).formatted),
    prose(object(event.logentry).message),
    prose(occurrence.subtitle),
  )

/** What an occurrence shows as its evidence: "Span Duration: 2.4 s", one fact a line. */
function evidenceOf(occurrence: Fields): string | undefined {
  const evidence = list(first(occurrence.evidenceDisplay, occurrence.evidence_display))
    .slice(0, 20)
    .map(object)
  const lines = evidence.flatMap(({ name, value }) => {
    const text = line(value)
    return text ? [[line(name, 100), text].filter(Boolean).join(': ')] : []
  })
  return prose(lines.join('\n'))
}
