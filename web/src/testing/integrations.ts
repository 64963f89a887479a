import type { DeliveryView, IntegrationHealth, IntegrationView } from '#contract/integrations.ts'
import { SentryBehaviour, type SentryConnectionView } from '#contract/sentry-connection.ts'

/** A Sentry integration that nothing has reached yet; say what matters about it. */
export const anIntegration = (changes: Partial<IntegrationView> = {}): IntegrationView => ({
  id: 'k3Jd9_x-Q',
  ref: 'integration-1',
  serviceId: 'service-checkout',
  serviceName: 'Checkout',
  type: 'sentry',
  name: 'Sentry',
  enabled: true,
  webhookUrl: 'https://ops.example.com/api/integrations/sentry?integrationId=k3Jd9_x-Q',
  hasSigningSecret: false,
  hasPreviousSigningSecret: false,
  connected: false,
  settings: {},
  createdAt: '2026-11-03T04:00:00.000Z',
  updatedAt: '2026-11-03T04:00:00.000Z',
  lastDeliveryAt: null,
  ...changes,
})

/** An accepted delivery that opened incident 1. */
export const aDelivery = (changes: Partial<DeliveryView> = {}): DeliveryView => ({
  id: 'delivery-1',
  integrationId: 'integration-1',
  receivedAt: '2026-11-03T04:05:06.000Z',
  outcome: 'accepted',
  reason: null,
  code: null,
  httpStatus: 202,
  result: 'triggered',
  kind: 'event_alert',
  title: 'Test Error from Sentry',
  incidentId: 'incident-1',
  incidentNumber: 1,
  bodyBytes: 359,
  bodyTruncated: false,
  replayOf: null,
  replayedBy: null,
  ...changes,
})

export const aHealth = (changes: Partial<IntegrationHealth> = {}): IntegrationHealth => ({
  lastDeliveryAt: null,
  lastAcceptedAt: null,
  hours: Array.from({ length: 24 }, (_, index) => ({
    hour: new Date(Date.UTC(2026, 10, 3, index)).toISOString(),
    accepted: 0,
    ignored: 0,
    rejected: 0,
  })),
  kinds: [],
  missingDeliveries: [],
  diagnoses: [],
  ...changes,
})

/** A connection to sentry.io that works. */
export const aConnection = (changes: Partial<SentryConnectionView> = {}): SentryConnectionView => ({
  url: 'https://sentry.io',
  organization: 'acme',
  behaviour: SentryBehaviour.parse({}),
  check: {
    at: '2026-11-03T04:00:00.000Z',
    problem: null,
    granted: ['event:read', 'event:write', 'org:read', 'project:read'],
    lacking: [],
    installation: { uuid: '5f1c1a52-9d0e-4a8a-8f0a-1f4c1a520000', appSlug: 'opsknight-1a2b3c' },
  },
  readsRefused: null,
  writesRefused: null,
  refusal: null,
  waiting: { count: 0, oldestAt: null, problem: null },
  pausedUntil: null,
  reconciled: { at: null, problem: null },
  updatedAt: '2026-11-03T04:00:00.000Z',
  ...changes,
})
