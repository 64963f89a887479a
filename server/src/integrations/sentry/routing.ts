import { Severity } from '#contract/common.ts'
import type { Routing } from '../types.ts'
import { type Fields, isObject, line, list, object } from './payload.ts'

// What people choose in Sentry's alert editor, in the form that OpsKnight adds to it. Where it lies in the messages:
// issue alerts `issue_alert.settings` (Sentry's source: `sentry_apps/tasks/sentry_apps.py`, `notify_sentry_app`), metric alerts
// `metric_alert.alert_rule.triggers[].actions[].settings` (`incidents/endpoints/serializers/alert_rule_trigger_action.py`);
// activity alerts have none yet. https://docs.sentry.io/integrations/integration-platform/ui-components/alert-rule-action/

const ID_CODE_POINTS = 100

/** The settings of one action; undefined when none of them is for OpsKnight. A value that is not known counts as left out. */
export function readRouting(settings: unknown): Routing | undefined {
  const given = fieldsOf(settings)
  const service = line(given.get('service')?.value, ID_CODE_POINTS)
  const name = line(given.get('service')?.label, 200)
  const severity = Severity.safeParse(wordOf(given.get('severity'))).data
  const page = pages.get(wordOf(given.get('page')) ?? '')
  if (!service && !severity && page === undefined) return undefined
  return {
    ...(service ? { service: { id: service, ...(name ? { name } : {}) } } : {}),
    ...(severity ? { severity } : {}),
    ...(page === undefined ? {} : { page }),
  }
}

const MAX_ACTIONS = 10

/**
 * What the actions of the threshold that was crossed say, each once. The message does not tell which of them sent it: Sentry sends the
 * same one for each, and so each of them gets its incident, whichever message comes first.
 */
export function readRoutings(alert: Fields, threshold: string): Routing[] {
  const triggers = list(object(alert.alert_rule).triggers).map(object)
  const crossed = triggers.filter(({ label }) => line(label, 50)?.toLowerCase() === threshold)
  const routings = routingsOf(crossed)
  return routings.length > 0 ? routings : routingsOf(triggers)
}

function routingsOf(triggers: readonly Fields[]): Routing[] {
  const found = new Map<string, Routing>()
  for (const action of triggers.flatMap(({ actions }) => list(actions))) {
    const routing = readRouting(object(action).settings)
    // By what it says, as a body has room for a hundred thousand of them.
    if (routing) found.set(JSON.stringify(routing), routing)
    if (found.size === MAX_ACTIONS) break
  }
  return [...found.values()]
}

const pages = new Map([
  ['yes', true],
  ['no', false],
])

const wordOf = (field: Fields | undefined) => line(field?.value, 50)?.toLowerCase()

/** Sentry writes a list of `{name, value, label?}`, and documents an object. */
function fieldsOf(settings: unknown): Map<string, Fields> {
  const fields = isObject(settings)
    ? Object.entries(settings).map(([name, value]) => ({ name, value }))
    : list(settings).map(object)
  return new Map(fields.flatMap((field) => (typeof field.name === 'string' ? [[field.name, field]] : [])))
}
