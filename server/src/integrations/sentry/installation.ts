import { parseJsonBody } from '../json-body.ts'
import { id, object } from './payload.ts'

/** Kinds of message that an internal integration sends, each with the uuid of its installation. */
export const KINDS_OF_INSTALLATION = ['event_alert', 'metric_alert', 'issue', 'activity_alert', 'comment']

/** The installation that a message comes from; null when it does not say. */
export function installationOf(rawBody: Buffer): string | null {
  const parsed = parseJsonBody(rawBody)
  if (!('object' in parsed)) return null
  const uuid = id(object(parsed.object.installation).uuid)
  return uuid && /^[0-9a-f-]{32,36}$/i.test(uuid) ? uuid : null
}
