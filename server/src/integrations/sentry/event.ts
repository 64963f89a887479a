import type { Translation } from '../types.ts'
import { type Context, translated } from './context.ts'
import { idInAddress, readEvent, shownId, shownProject } from './event-facts.ts'
import { type Facts, type Intent, UNTITLED } from './facts.ts'
import { readIssue } from './issue-facts.ts'
import { type Fields, first, id, line, link, list, object, time } from './payload.ts'
import { readRouting } from './routing.ts'

/** The alert rule of a Sentry integration fired: the message that pages. It never says "resolved". */
export function fromEventAlert(data: Fields, context: Context): Translation {
  const event = object(data.event)
  const facts = readEvent(event)
  const issue = readIssue(data)
  const issueId = facts.issueId ?? issue.issueId
  const rule = object(data.issue_alert)
  const rules = [line(data.triggered_rule, 200), line(rule.title, 200)]
  return translated(
    { action: 'trigger', routing: readRouting(rule.settings) },
    {
      ...facts,
      issueId,
      title: first(facts.title, issue.title, line(data.description_title), titleOf(facts)),
      link: first(issue.link, facts.link),
      details: { ...facts.details, issueId: shownId(issueId), rules: distinct(rules) },
    },
    context,
  )
}

/** OpsKnight's own event format. Its title and source are what the documentation promises, whatever else the event holds. */
export function fromLegacyEvent({ body, ...context }: Context): Translation {
  const event = object(body.event)
  const facts = readEvent(event)
  const outer = object(body.project)
  const project = {
    id: first(id(outer.id), facts.project.id),
    name: line(outer.name, 200),
    slug: first(line(outer.slug, 200), line(body.project, 200), facts.project.slug),
    organization: facts.project.organization,
  }
  return translated(
    intentOfLegacyEvent(body),
    {
      ...facts,
      title: line(event.message) ?? UNTITLED,
      level: first(facts.level, line(body.level, 50)),
      project,
      details: { ...facts.details, project: shownProject(project) },
    },
    { body, ...context },
  )
}

function intentOfLegacyEvent({ action }: Fields): Intent {
  if (action === 'resolved') return { action: 'resolve', note: 'Resolved in Sentry' }
  if (action === 'ignored') return { action: 'acknowledge', note: 'Archived in Sentry' }
  return { action: 'trigger' }
}

/**
 * Sentry's WebHooks plugin: the issue lies flat at the top, its event inside. Never signed, never "resolved".
 * Fields as in getsentry/sentry, `sentry_webhooks/plugin.py`, `get_group_data`.
 */
export function fromPlugin({ body, ...context }: Context): Translation {
  const facts = readEvent(body.event)
  const issueId = first(id(body.id), idInAddress(body.url), facts.issueId)
  const level = first(line(object(body.event).level, 50), line(body.level, 50), facts.level)
  const project = {
    id: facts.project.id,
    name: line(body.project_name, 200),
    slug: first(line(body.project_slug, 200), line(body.project, 200)),
    organization: facts.project.organization,
  }
  return translated(
    { action: 'trigger' },
    {
      ...facts,
      issueId,
      title: first(line(body.message), facts.title, UNTITLED),
      level,
      project,
      link: first(link(body.url), facts.link),
      occurredAt: first(facts.occurredAt, time(body.timestamp)),
      details: {
        ...facts.details,
        culprit: first(line(body.culprit), facts.details.culprit),
        level,
        project: shownProject(project),
        issueId: shownId(issueId),
        rules: distinct(
          list(body.triggering_rules)
            .slice(0, 20)
            .map((rule) => line(rule, 200)),
        ),
      },
    },
    { body, ...context },
  )
}

function titleOf({ details: { exception, message } }: Facts): string | undefined {
  return first(line(message), line([exception?.type, exception?.value].filter(Boolean).join(': ')))
}

function distinct(values: readonly (string | undefined)[]): string[] | undefined {
  const present = [...new Set(values.filter((value) => value !== undefined))]
  return present.length > 0 ? present : undefined
}
