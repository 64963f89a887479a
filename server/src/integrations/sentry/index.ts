import { SentrySettings } from '#contract/integrations.ts'
import { hmacSha256 } from '../authentication.ts'
import { idempotencyKeyOf } from '../idempotency.ts'
import { parseJsonBody } from '../json-body.ts'
import { defineIntegration, type Translation } from '../types.ts'
import { fromActivityAlert } from './activity.ts'
import { fromComment } from './comment.ts'
import type { Context } from './context.ts'
import { echoOf, withEcho } from './echo.ts'
import { fromEventAlert, fromLegacyEvent, fromPlugin } from './event.ts'
import { fromIssue, fromIssueFormat } from './issue.ts'
import { fromIssueLink } from './issue-link.ts'
import { fromMetricAlert } from './metric.ts'
import { type Fields, line, object } from './payload.ts'
import { redactInstallationCode } from './redact.ts'
import { fromSeer } from './seer.ts'
import { resourceOf, shapeOf } from './shape.ts'
import { testAlert } from './test-alert.ts'
import { explainUnsigned } from './unsigned.ts'

export const sentry = defineIntegration({
  type: 'sentry',
  name: 'Sentry',
  // The second one comes with requests of UI components.
  authentication: hmacSha256('sentry-hook-signature', 'sentry-app-signature'),
  settings: SentrySettings,

  translate({ headers, rawBody, ownActor }, settings) {
    const parsed = parseJsonBody(rawBody)
    if (!('object' in parsed)) return parsed
    const body = parsed.object
    const context = { body, rawBody, settings }
    const shape = shapeOf(headers, body)
    switch (shape.shape) {
      case 'hook':
        return withEcho(
          fromHook(shape.resource, shape.data, context),
          ownActor === undefined ? undefined : echoOf(shape.resource, shape.data, body, ownActor),
        )
      case 'issue':
        return fromIssueFormat(context)
      case 'event':
        return fromLegacyEvent(context)
      case 'plugin':
        return fromPlugin(context)
      case 'issue_link':
        return fromIssueLink(context)
      case 'unknown':
        return { rejected: NO_KNOWN_SHAPE, code: 'invalid_payload', errors: shape.errors }
    }
  },

  kindOf({ headers, rawBody }) {
    const resource = resourceOf(headers)
    if (resource) return /^[a-z][a-z0-9_.-]*$/.test(resource) ? resource : null
    const parsed = parseJsonBody(rawBody)
    if (!('object' in parsed)) return null
    const shape = shapeOf(headers, parsed.object)
    return shape.shape === 'hook' ? shape.resource : kindOfShape[shape.shape]
  },

  redact: ({ rawBody }) => redactInstallationCode(rawBody),
  idempotencyKey: ({ headers }) => idempotencyKeyOf(headers),
  explainUnsigned,
  testDelivery: testAlert,
})

// Not `issue`: having seen that one means that Sentry reports when issues are resolved.
const kindOfShape = {
  issue: 'issue_format',
  event: 'event_format',
  plugin: 'webhooks_plugin',
  issue_link: 'issue_link',
  unknown: null,
} as const

const NO_KNOWN_SHAPE =
  'This is JSON, but no message that Sentry sends: it has no header "Sentry-Hook-Resource", and its body holds neither an issue nor an event'

const readers: Record<string, (data: Fields, context: Context) => Translation> = {
  event_alert: fromEventAlert,
  metric_alert: fromMetricAlert,
  issue: fromIssue,
  activity_alert: fromActivityAlert,
  comment: fromComment,
  seer: fromSeer,
  error: () => ({
    ignored:
      'Sentry sends "error" for every single event, far too many to page on; alert rules and issues open incidents',
  }),
  installation: (data, { body }) => ({ ignored: describeInstallation(data, line(body.action, 50)) }),
}

/** Which organization has installed or removed the integration, and how far that is (`pending` until it is verified). */
function describeInstallation(data: Fields, action: string | undefined): string {
  const installation = object(data.installation)
  const organization = line(object(installation.organization).slug, 200)
  const status = action === 'deleted' ? undefined : line(installation.status, 50)
  const done = action === 'deleted' ? 'removed from' : 'installed in'
  return `The integration was ${done} Sentry${organization ? ` for organization ${organization}` : ''}${status ? ` (${status})` : ''}; nothing is broken`
}

function fromHook(resource: string, data: Fields, context: Context): Translation {
  const read = Object.hasOwn(readers, resource) ? readers[resource] : undefined
  return read?.(data, context) ?? { ignored: `Sentry resource ${resource} is not known to this version` }
}
