import { urgencyOfSeverity } from '#contract/common.ts'
import type { IncidentSummary, IncidentView } from '#contract/incidents.ts'

const START = Date.parse('2026-11-03T04:00:00.000Z')

/** An open incident; say what matters about it. Higher numbers are newer. */
export function anIncident(changes: Partial<IncidentSummary> = {}): IncidentSummary {
  const { number = 42, severity = 'error' } = changes
  const at = new Date(START + number * 60_000).toISOString()
  return {
    id: `incident-${number}`,
    number,
    title: `Problem ${number}`,
    status: 'open',
    severity,
    urgency: urgencyOfSeverity[severity],
    serviceId: 'service-checkout',
    serviceName: 'Checkout',
    source: 'Sentry - checkout-web',
    dedupKey: `sentry-${number}`,
    link: null,
    eventCount: 1,
    firstEventAt: at,
    lastEventAt: at,
    createdAt: at,
    acknowledgedAt: null,
    acknowledgedBy: null,
    resolvedAt: null,
    resolvedBy: null,
    snoozedUntil: null,
    assignedTo: null,
    ...changes,
  }
}

/** The same with everything its own page shows. */
export function aWholeIncident(changes: Partial<IncidentView> = {}): IncidentView {
  const summary = anIncident(changes)
  return {
    ...summary,
    description: null,
    details: {},
    integration: { ref: 'integration-1', name: 'Sentry', type: 'sentry' },
    previousIncident: null,
    suppressedUntil: null,
    storm: null,
    paging: { state: 'due', problem: null, next: null, policy: null },
    timeline: [
      {
        id: 'entry-1',
        at: summary.createdAt,
        kind: 'triggered',
        actor: { kind: 'integration', id: 'integration-1', name: 'Sentry' },
        text: null,
        data: {},
      },
    ],
    ...changes,
  }
}
