import { line, link, list, object, time } from './payload.ts'

/** A delivery in Sentry's own log. */
export type SentRequest = {
  /** Its kind: `issue.resolved`, `event_alert.triggered`. */
  eventType: string
  /** When Sentry had its answer, by Sentry's clock. */
  at: Date
  /** 0: none came in time. */
  responseCode: number
  webhookUrl: string | null
}

/**
 * The log keeps the newest hundred of each kind, and answers the newest hundred of all; its failures are kept apart as well.
 * Sentry's source: `utils/sentry_apps/request_buffer.py`, `sentry_apps/api/endpoints/sentry_app_webhook_requests.py`.
 */
export const readSentRequests = (json: unknown): SentRequest[] =>
  list(json)
    .slice(0, READ_MAX)
    .map(object)
    .flatMap(({ eventType, date, responseCode, webhookUrl }) => {
      const [kind, at] = [line(eventType, 100), time(date)]
      if (!kind || !at || typeof responseCode !== 'number' || !isStatus(responseCode)) return []
      return [{ eventType: kind, at, responseCode, webhookUrl: link(webhookUrl) ?? null }]
    })

/** Each is compared with each that has arrived. */
const READ_MAX = 200

const isStatus = (code: number) => Number.isInteger(code) && code >= 0 && code < 1_000

/** What Sentry asks of forms in its own pages is in its log as well; it is no delivery. */
const NO_DELIVERY = /^(external_issue|select_options|alert_rule_action)\./

/** The kind under which our log has such a delivery; null for what is none. */
export function kindOfRequest({ eventType }: Pick<SentRequest, 'eventType'>): string | null {
  const dot = eventType.indexOf('.')
  return dot <= 0 || NO_DELIVERY.test(eventType) ? null : eventType.slice(0, dot)
}

/** The Integration ID in the address that Sentry has sent it to. */
export const addressOfRequest = ({ webhookUrl }: Pick<SentRequest, 'webhookUrl'>): string | null =>
  (webhookUrl && URL.parse(webhookUrl)?.searchParams.get('integrationId')) || null
