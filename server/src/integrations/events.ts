import { createHash } from 'node:crypto'
import { EventAction, EventBody } from '#contract/events.ts'
import { EventsSettings } from '#contract/integrations.ts'
import { hmacSha256 } from './authentication.ts'
import { idempotencyKeyOf } from './idempotency.ts'
import { parseJsonBody } from './json-body.ts'
import { jsonSafe, oneLine, storable } from './json-safe.ts'
import { type AlertEvent, defineIntegration } from './types.ts'

/** Programs that speak OpsKnight's own Events API. */
export const events = defineIntegration({
  type: 'events',
  name: 'Events API',
  // The integration key is the credential; a program may sign on top of it.
  authentication: hmacSha256('x-opsknight-signature'),
  settings: EventsSettings,

  translate({ id, rawBody }) {
    const parsed = parseJsonBody(rawBody)
    if (!('object' in parsed)) return parsed
    const body = EventBody.safeParse(parsed.object)
    if (body.success)
      return { events: [eventOf(body.data, id ?? createHash('sha256').update(rawBody).digest('hex'))] }
    const errors = body.error.issues
      .slice(0, 20)
      .map(({ path, message }) => ({ path: path.join('.'), message }))
    const summary = errors.map(({ path, message }) => `${path || 'the body'}: ${message}`).join('; ')
    return { rejected: oneLine(`Not an event: ${summary}`, 500), code: 'invalid_payload', errors }
  },

  kindOf(delivery) {
    const parsed = parseJsonBody(delivery.rawBody)
    const action = 'object' in parsed ? parsed.object.event_action : undefined
    return EventAction.safeParse(action).data ?? null
  },

  redact: ({ rawBody }) => rawBody,
  idempotencyKey: ({ headers }) => idempotencyKeyOf(headers),

  testDelivery: (now) => ({
    headers: { 'content-type': 'application/json' },
    body: {
      event_action: 'trigger',
      dedup_key: `test-${now.getTime()}`,
      payload: {
        summary: 'Test alert from OpsKnight',
        source: 'opsknight',
        severity: 'error',
        custom_details: { about: 'This is a test: nothing is broken.' },
      },
    },
  }),
})

function eventOf({ event_action: action, dedup_key: dedupKey, payload }: EventBody, id: string): AlertEvent {
  const { value, truncated } = jsonSafe(payload?.custom_details ?? {})
  return {
    action,
    // Two triggers without a key are two problems, a repeat of one of them is not.
    dedupKey: storable(dedupKey ?? '') || `events-${id}`,
    aliases: [],
    title: oneLine(payload?.summary ?? '', 1024) || 'Event without a summary',
    severity: payload?.severity ?? 'error',
    source: oneLine(payload?.source ?? '', 255) || 'Events API',
    link: payload?.link ?? null,
    details: truncated ? { ...value, _truncated: true } : value,
    occurredAt: null,
  }
}
