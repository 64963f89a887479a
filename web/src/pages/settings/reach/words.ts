import type { Urgency } from '#contract/common.ts'

/** Which incidents are of an urgency, unless a person has changed it. */
export const urgencyWords = {
  high: { name: 'High', incidents: 'Critical incidents' },
  medium: { name: 'Medium', incidents: 'Errors and warnings' },
  low: { name: 'Low', incidents: 'For information' },
} as const satisfies Record<Urgency, { name: string; incidents: string }>
