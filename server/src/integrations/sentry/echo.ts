import type { Echo, Translation } from '../types.ts'
import { type Fields, line, object, prose } from './payload.ts'

/**
 * What OpsKnight would have changed, if a message is the report of that. Sentry names a person, itself, or, for the change of *any*
 * integration, the one that the message goes to: that name alone does not tell one's own change from that of another integration.
 * Sentry's source: `sentry_apps/api/serializers/app_platform_event.py`.
 */
export function echoOf(
  resource: string,
  data: Fields,
  body: Fields,
  ownActor: string | null,
): Echo | undefined {
  const change = changeIn(resource, data, line(body.action, 50)?.toLowerCase() ?? '')
  if (!change) return undefined
  const isNamed = isNamedIn(resource, body, ownActor)
  return isNamed === undefined ? undefined : { ...change, isNamed }
}

/** Undefined when the message names somebody else. */
function isNamedIn(resource: string, body: Fields, ownActor: string | null): boolean | undefined {
  const { type, id } = object(body.actor)
  if (type === undefined) return false
  if (type !== 'application') return undefined
  if (id === ownActor) return true
  // An alert rule is Sentry's own, whoever changed what it fires on.
  if (id === 'sentry') return resource === 'activity_alert' ? false : undefined
  return ownActor === null ? false : undefined
}

type Change = Omit<Echo, 'isNamed'>

function changeIn(resource: string, data: Fields, action: string): Change | undefined {
  switch (resource) {
    case 'issue':
      return readChange(action, data)
    case 'activity_alert':
      return readChange(kindOfActivity(line(object(data.activity).type, 100)?.toLowerCase() ?? ''), data)
    case 'comment':
      return action === 'created' ? { what: 'comment', value: prose(data.comment) ?? '' } : undefined
    default:
      return undefined
  }
}

/** By what happened, not by how the issue is when the message leaves: somebody may have changed it since. */
function readChange(action: string, data: Fields): Change | undefined {
  if (action === 'resolved' || action === 'unresolved') return { what: 'status', value: action }
  return action === 'assigned' ? { what: 'assignee', value: addressOf(data) } : undefined
}

/** `set_resolved_in_release` → `resolved`. */
const kindOfActivity = (type: string) =>
  /^(?:set|status)_(resolved|unresolved)/.exec(type)?.[1] ?? (type === 'assigned' ? type : '')

/** Empty when Sentry keeps addresses to itself. */
function addressOf(data: Fields): string {
  const assignees = [data.assignee, object(data.issue).assignedTo]
  return assignees.flatMap((assignee) => line(object(assignee).email, 320) ?? [])[0]?.toLowerCase() ?? ''
}

export const withEcho = (translation: Translation, echo: Echo | undefined): Translation =>
  echo && 'events' in translation
    ? { events: translation.events.map((event) => ({ ...event, echo })) }
    : translation
