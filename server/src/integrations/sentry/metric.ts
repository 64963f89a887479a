import type { Translation } from '../types.ts'
import type { Context } from './context.ts'
import { type Facts, keyOfBytes, toAlertEvent, unreadableAlert } from './facts.ts'
import { filteredBy } from './filters.ts'
import { type Fields, first, id, line, link, list, object, prose, time } from './payload.ts'
import { readRoutings } from './routing.ts'

// https://docs.sentry.io/integrations/integration-platform/webhooks/metric-alerts/
const levelOfAction: Record<string, string> = { critical: 'fatal', warning: 'warning', open: 'error' }

/** A metric alert crossed a threshold or came back. An action that is missing or new counts as `open`. */
export function fromMetricAlert(data: Fields, { body, rawBody, settings }: Context): Translation {
  const action = line(body.action, 50)?.toLowerCase() ?? 'open'
  const alert = object(data.metric_alert)
  const facts = readMetricAlert(data, action)
  const [key, ...aliases] = keysOf(alert)

  if (action === 'resolved') {
    if (!key) return { ignored: 'Sentry does not say which metric alert was resolved' }
    const resolved = { ...facts, level: undefined, occurredAt: time(alert.date_closed) }
    const event = toAlertEvent({ action: 'resolve', note: 'Resolved in Sentry' }, resolved, key)
    return { events: [{ ...event, aliases }] }
  }
  const routings = readRoutings(alert, action)
  if (!key && !facts.title) return { events: [unreadableAlert(rawBody, facts.project, routings[0])] }
  const reason = filteredBy(facts, settings, projectsOf(alert))
  if (reason) return { ignored: reason }
  const event = toAlertEvent({ action: 'trigger' }, facts, key ?? keyOfBytes(rawBody))
  const trigger = { ...event, aliases, severityFollows: true }
  return { events: routings.length > 0 ? routings.map((routing) => ({ ...trigger, routing })) : [trigger] }
}

/** Editing a rule gives its alert another id, so that the rule is the other name of the same problem. */
function keysOf(alert: Fields): string[] {
  const [alertId, ruleId] = [id(alert.id), id(object(alert.alert_rule).id)]
  return [
    ...(alertId ? [`sentry-metric-${alertId}`] : []),
    ...(ruleId ? [`sentry-metric-rule-${ruleId}`] : []),
  ]
}

function readMetricAlert(data: Fields, action: string): Facts {
  const alert = object(data.metric_alert)
  const rule = object(alert.alert_rule)
  const project = {
    id: undefined,
    name: undefined,
    slug: line(projectsOf(alert).join(', '), 200),
    organization: line(/\/organizations\/([^/?#]{1,200})\//.exec(String(link(data.web_url)))?.[1], 200),
  }
  const environment = line(rule.environment, 200)
  const name = first(line(rule.name, 200), line(alert.title, 200))
  return {
    issueId: undefined,
    eventId: undefined,
    title: first(line(data.description_title), name),
    level: Object.hasOwn(levelOfAction, action) ? levelOfAction[action] : 'error',
    project,
    environment,
    link: link(data.web_url),
    occurredAt: first(time(alert.date_started), time(alert.date_detected), time(alert.date_created)),
    details: {
      description: prose(data.description_text),
      status: action,
      environment,
      project: project.slug ? project : undefined,
      rules: name ? [name] : undefined,
    },
  }
}

/** An alert may watch several projects; Sentry names them by their slugs. */
const projectsOf = (alert: Fields): string[] =>
  first(namesOf(alert.projects), namesOf(object(alert.alert_rule).projects)) ?? []

function namesOf(value: unknown): string[] | undefined {
  const names = list(value)
    .slice(0, 20)
    .flatMap((project) => line(project, 200) ?? line(object(project).slug, 200) ?? [])
  return names.length > 0 ? names : undefined
}
