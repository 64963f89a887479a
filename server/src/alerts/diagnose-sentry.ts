import type { Diagnosis } from '#contract/integrations.ts'
import type { Check, HealthFacts } from './diagnose.ts'

const DAY_MS = 24 * 3_600_000

/** Sentry's issue alerts never say "resolved": only messages about issues do. */
function alertsWithoutIssues({ kinds }: HealthFacts, now: Date): Diagnosis | null {
  const alerts = kinds.find(({ kind }) => kind === 'event_alert')
  if (!alerts || now.getTime() - alerts.firstAt.getTime() < DAY_MS) return null
  if (kinds.some(({ kind }) => kind === 'issue')) return null
  return {
    code: 'no_issue_webhooks',
    level: 'hint',
    title: 'Nothing resolves by itself',
    detail:
      'Sentry sends alerts here but never tells when an issue is resolved: alert rules do not. In Sentry, open the internal integration (Settings → Developer Settings), tick "issue" under Webhooks and save. Then check the status of the issue in Sentry.',
  }
}

/** Neither the plugin nor the old event format has a message for the end of a problem. */
function formatsWithoutEnd({ kinds }: HealthFacts): Diagnosis | null {
  const silent = kinds.filter(({ kind }) => kind === 'webhooks_plugin' || kind === 'event_format')
  if (silent.length === 0) return null
  if (kinds.some(({ kind }) => kind === 'issue' || kind === 'issue_format' || kind === 'event_alert'))
    return null
  return {
    code: 'cannot_resolve',
    level: 'hint',
    title: 'Nothing resolves by itself: the WebHooks plugin cannot say so',
    detail:
      'All deliveries so far come from the WebHooks plugin or in the old event format, which only ever report new events and are never signed. Resolve these incidents by hand, or use an internal integration in Sentry with "issue" ticked.',
  }
}

// The mapping knows `sample` too; people are told the words that Sentry documents.
const KNOWN = new Set(['fatal', 'error', 'warning', 'info', 'debug', 'sample'])

function unusualLevels({ levels }: HealthFacts): Diagnosis | null {
  const unusual = [...new Set(levels)].filter((level) => !KNOWN.has(level.trim().toLowerCase()))
  if (unusual.length === 0) return null
  const named = unusual.slice(0, 5).map((level) => `"${level}"`)
  return {
    code: 'unusual_levels',
    level: 'hint',
    title: `Wrong severity? Events arrive with the level ${named.join(', ')}`,
    detail:
      'Levels other than fatal, error, warning, info and debug count as error here. Set one of these levels in your Sentry SDK.',
  }
}

export const sentryChecks: Check[] = [alertsWithoutIssues, formatsWithoutEnd, unusualLevels]
