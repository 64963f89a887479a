import { idInAddress, shownId, shownProject } from './event-facts.ts'
import type { Facts } from './facts.ts'
import { count, type Fields, first, id, line, link, object, prose, time } from './payload.ts'
import { findTag, readTags } from './tags.ts'

/**
 * One issue, as in Sentry's `issue` webhooks and in the format of our own documentation; `parent` is what holds it.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/issues/
 */
export function readIssue(parent: Fields): Facts {
  const issue = object(parent.issue)
  const project = readProject(issue, parent)
  const metadata = object(issue.metadata)
  const level = first(line(issue.level, 50), line(parent.level, 50), findTag(readTags(issue.tags), 'level'))
  const issueId = first(
    id(issue.id),
    idInAddress(issue.permalink),
    idInAddress(issue.web_url),
    idInAddress(issue.url),
  )
  const eventId = first(id(object(parent.event).event_id), id(issue.event_id))
  return {
    issueId,
    eventId,
    title: first(line(issue.title), titleOfMetadata(metadata), line(issue.shortId)),
    level,
    project,
    environment: line(issue.environment, 200),
    link: first(link(issue.permalink), link(issue.web_url)),
    occurredAt: first(time(issue.lastSeen), time(issue.firstSeen)),
    details: {
      culprit: line(issue.culprit),
      ...readMetadata(metadata),
      level,
      platform: first(line(issue.platform, 50), line(object(issue.project).platform, 50)),
      project: shownProject(project),
      shortId: line(issue.shortId, 200),
      issueId: shownId(issueId),
      eventId: shownId(eventId),
      status: line(issue.status, 50),
      substatus: line(issue.substatus, 50),
      priority: line(issue.priority, 50),
      assignedTo: assigneeOf(issue, parent),
      count: count(issue.count),
      userCount: count(issue.userCount),
      firstSeen: line(issue.firstSeen, 50),
      lastSeen: line(issue.lastSeen, 50),
    },
  }
}

/** A person or a team, by the first thing that names it. */
export function assigneeOf(issue: Fields, data: Fields): string | undefined {
  const names = [data.assignee, issue.assignedTo].flatMap((value) => {
    const { name, username, email } = object(value)
    return [value, name, username, email].map((candidate) => line(candidate, 200))
  })
  return first(...names)
}

function readProject(issue: Fields, parent: Fields): Facts['project'] {
  const outer = object(parent.project)
  const inner = object(issue.project)
  const organization = /\/(?:api\/0\/)?organizations\/([^/?#]{1,200})\//.exec(
    first(textOf(issue.url), textOf(issue.permalink), textOf(issue.web_url)) ?? '',
  )?.[1]
  return {
    id: first(id(outer.id), id(inner.id)),
    name: first(line(outer.name, 200), line(inner.name, 200)),
    slug: first(line(outer.slug, 200), line(inner.slug, 200), line(parent.project, 200)),
    organization: line(organization, 200),
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

function readMetadata(metadata: Fields): Pick<Facts['details'], 'exception' | 'frame'> {
  const type = line(metadata.type, 200)
  const value = prose(metadata.value)
  const frame = { file: line(metadata.filename), function: line(metadata.function, 300) }
  return {
    ...(type || value ? { exception: { type, value } } : {}),
    ...(frame.file || frame.function ? { frame } : {}),
  }
}

const titleOfMetadata = ({ title, type, value }: Fields) =>
  first(line(title), line([line(type), line(value)].filter(Boolean).join(': ')))
