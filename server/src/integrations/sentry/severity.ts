import type { Severity } from '#contract/common.ts'
import type { SentrySettings } from '#contract/integrations.ts'

type MinimumLevel = NonNullable<SentrySettings['minimumLevel']>

// https://develop.sentry.dev/sdk/data-model/event-payloads/#optional-attributes; `sample` is a level of old SDKs.
const levels = {
  fatal: { severity: 'critical', rank: 4 },
  error: { severity: 'error', rank: 3 },
  warning: { severity: 'warning', rank: 2 },
  info: { severity: 'info', rank: 1 },
  sample: { severity: 'info', rank: 1 },
  debug: { severity: 'info', rank: 0 },
} as const satisfies Record<MinimumLevel | 'sample', { severity: Severity; rank: number }>

const findLevel = (level: string | undefined) => {
  const name = level?.trim().toLowerCase() ?? ''
  return Object.hasOwn(levels, name) ? levels[name as keyof typeof levels] : undefined
}

/** A missing level, or one that Sentry adds later, counts as an error: a needless page beats a missed outage. */
export const severityOfLevel = (level: string | undefined): Severity => findLevel(level)?.severity ?? 'error'

/** False when the level is missing or unknown: what cannot be compared is not below. */
export function isBelow(level: string | undefined, minimum: MinimumLevel): boolean {
  const known = findLevel(level)
  return known !== undefined && known.rank < levels[minimum].rank
}
