import type { DeliveryOutcome, ResultAction } from '#contract/integrations.ts'

export const outcomeNames = {
  accepted: 'Accepted',
  ignored: 'Ignored',
  rejected: 'Rejected',
} as const satisfies Record<DeliveryOutcome, string>

/** What a delivery did to an incident, ready for the incident's name: `Opened` #12. */
export const deedNames = {
  triggered: 'Opened',
  deduplicated: 'Repeat of',
  reopened: 'Reopened',
  acknowledged: 'Acknowledged',
  resolved: 'Resolved',
  noted: 'Note on',
  ignored: 'Ignored',
  folded: 'Folded into',
  queued: 'Queued',
} as const satisfies Record<ResultAction, string>
