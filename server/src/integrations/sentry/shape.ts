import type { IncomingHttpHeaders } from 'node:http'
import { nameOfType } from '../json-body.ts'
import { oneLine } from '../json-safe.ts'
import { type Fields, isObject, object } from './payload.ts'

/**
 * The bodies that arrive on this address:
 * `hook` of a Sentry integration (what it is about stands in a header, sometimes lost on the way), `issue` and `event` as documented
 * by OpsKnight, `plugin` of Sentry's WebHooks plugin; and `issue_link`, by which a person opens an incident in Sentry's own pages.
 */
export type Shape =
  | { shape: 'hook'; resource: string; data: Fields; inferred: boolean }
  | { shape: 'issue' | 'event' | 'plugin' | 'issue_link' }
  | { shape: 'unknown'; errors: { path: string; message: string }[] }

/** What the header says the message is about, in lower case; null without the header. */
export function resourceOf(headers: IncomingHttpHeaders): string | null {
  const header = headers['sentry-hook-resource']
  // Node joins a repeated header with commas.
  const value = (Array.isArray(header) ? header[0] : header)?.split(',')[0]
  return oneLine(value ?? '', 64).toLowerCase() || null
}

export function shapeOf(headers: IncomingHttpHeaders, body: Fields): Shape {
  const resource = resourceOf(headers)
  if (resource)
    return { shape: 'hook', resource, data: isObject(body.data) ? body.data : body, inferred: false }
  if (isObject(body.issue)) return { shape: 'issue' }
  const inferred = resourceOfData(body)
  if (inferred) return { shape: 'hook', resource: inferred, data: object(body.data), inferred: true }
  if (looksLikeIssueLink(body)) return { shape: 'issue_link' }
  if (looksLikePlugin(body)) return { shape: 'plugin' }
  if (isObject(body.event)) return { shape: 'event' }
  return { shape: 'unknown', errors: whatIsMissing(body) }
}

/** The resource of a body whose header a proxy removed, told from what its data holds. */
function resourceOfData({ data, action }: Fields): string | null {
  if (!isObject(data)) return null
  if (isObject(data.event)) return 'event_alert'
  if (isObject(data.metric_alert)) return 'metric_alert'
  if (isObject(data.issue)) return isObject(data.activity) ? 'activity_alert' : 'issue'
  if (isObject(data.error)) return 'error'
  if ('comment_id' in data && 'issue_id' in data) return 'comment'
  if ('run_id' in data && 'group_id' in data) return 'seer'
  if (isObject(data.installation) && typeof action === 'string') return 'installation'
  return null
}

const isNamed = (value: unknown) => typeof value === 'string' || typeof value === 'number'

const looksLikeIssueLink = ({ fields, issueId, installationId }: Fields) =>
  isObject(fields) && isNamed(issueId) && isNamed(installationId)

/** `id` or `url` at the top tell it from the legacy event format, which has neither. */
function looksLikePlugin(body: Fields): boolean {
  if (!isNamed(body.id) && !isNamed(body.url)) return false
  if (isObject(body.event) || 'triggering_rules' in body) return true
  return (
    isNamed(body.project_slug) ||
    isNamed(body.project_name) ||
    (isNamed(body.message) && isNamed(body.culprit))
  )
}

function whatIsMissing(body: Fields): { path: string; message: string }[] {
  const wrong = ['issue', 'event', 'data'].filter((path) => path in body && !isObject(body[path]))
  if (wrong.length > 0)
    return wrong.map((path) => ({ path, message: `Expected an object, got ${nameOfType(body[path])}` }))
  if (isObject(body.data))
    return [
      {
        path: 'data',
        message: 'Holds none of event, issue, metric_alert, activity, error, comment_id, run_id',
      },
    ]
  return [{ path: '', message: 'Expected one of "issue", "event" or "data"' }]
}
