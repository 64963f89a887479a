import type { Translation } from '../types.ts'
import { byWhom, type Context, translated } from './context.ts'
import type { Facts, Intent } from './facts.ts'
import { byAssignment, intentByStatus, resolvedNote } from './issue.ts'
import { readIssue } from './issue-facts.ts'
import { type Fields, first, line, object } from './payload.ts'
import { readRouting } from './routing.ts'
import { describeSeer } from './seer.ts'

/**
 * An alert rule fired on something that happened to an issue.
 * https://docs.sentry.io/integrations/integration-platform/webhooks/activity-alerts/
 */
export function fromActivityAlert(data: Fields, context: Context): Translation {
  const facts = readIssue(data)
  const alert = object(data.alert)
  // Its documentation says title, its source name: `notification_action/activity_registry/sentry_app.py`.
  const rule = first(line(alert.title, 200), line(alert.name, 200))
  const withRule = rule ? { ...facts, details: { ...facts.details, rules: [rule] } } : facts
  const intent = intentOf(withRule, data, context)
  const routing = intent.action === 'trigger' ? readRouting(alert.settings) : undefined
  return translated({ ...intent, routing }, withRule, context)
}

// The kinds that say how things are; Sentry's own records of them begin with `set_`.
const intents: [kind: RegExp, intent: (context: Context) => Intent][] = [
  [/^status_resolved/, ({ body }) => ({ action: 'resolve', note: resolvedNote(body) })],
  [
    /^status_(ignored|archived)/,
    ({ body }) => ({ action: 'acknowledge', note: `Archived in Sentry${byWhom(body)}` }),
  ],
  [
    /^status_regression/,
    () => ({ action: 'trigger', note: 'Regressed in Sentry: it happened again after it was resolved' }),
  ],
  [
    /^status_escalating/,
    () => ({ action: 'trigger', note: 'Escalating in Sentry: it happens far more often than before' }),
  ],
  [
    /^status_unresolved/,
    ({ body }) => ({ action: 'trigger', note: `Marked unresolved in Sentry${byWhom(body)}` }),
  ],
]

function intentOf(facts: Facts, data: Fields, context: Context): Intent {
  const activity = object(data.activity)
  const type = line(activity.type, 100)?.toLowerCase()
  // A rule fired, and nothing says about what: the status of the issue decides, and without one it is an alert.
  if (!type) return intentByStatus(facts, context) ?? { action: 'trigger' }
  const kind = type.replace(/^set_/, 'status_')
  const known = intents.find(([pattern]) => pattern.test(kind))
  if (known) return known[1](context)
  if (kind === 'assigned') return byAssignment(facts, data, context)
  if (kind.startsWith('seer_'))
    return { action: 'note', note: describeSeer(kind.slice(5), object(activity.details)) }
  return { action: 'note', note: `Sentry reports "${type.replaceAll('_', ' ')}"${byWhom(context.body)}` }
}
