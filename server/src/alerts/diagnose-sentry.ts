import type { Diagnosis } from '#contract/integrations.ts'
import type { Check, HealthFacts } from './diagnose.ts'

const DAY_MS = 24 * 3_600_000

const ALERT = /^(event_alert|metric_alert|activity_alert|issue\.created)/

/** Sentry sends a delivery of an internal integration only once. */
function deliveriesLost({ missing, publicUrl }: HealthFacts, now: Date): Diagnosis | null {
  const lost = missing.filter(({ at }) => now.getTime() - at.getTime() < DAY_MS)
  if (lost.length === 0) return null
  const alerts = lost.filter(({ kind }) => ALERT.test(kind)).length
  return {
    code: 'deliveries_lost',
    level: 'problem',
    title: `${lost.length === 1 ? '1 delivery' : `${lost.length} deliveries`} of the last 24 hours never arrived`,
    detail: [
      `Sentry's own log says that it sent ${lost.length === 1 ? 'one' : 'them'}, and to Sentry a delivery that fails is done with: it is not sent again.`,
      ...whyLost(lost, publicUrl),
      alerts > 0
        ? `${alerts === 1 ? 'An alert is' : `${alerts} alerts are`} among them and paged nobody: look at the issues of that time in Sentry.`
        : 'No alert is among them.',
      'What was resolved or archived in Sentry is caught up with when open incidents are compared.',
    ].join(' '),
  }
}

function whyLost(lost: HealthFacts['missing'], publicUrl: string): string[] {
  const of = (isSo: (code: number) => boolean) => lost.filter(({ responseCode }) => isSo(responseCode)).length
  const reasons: [count: number, why: string][] = [
    [
      of((code) => code === 0),
      `got no answer within Sentry's second: ${publicUrl} must be reachable from Sentry at all times, and no proxy may hold requests back.`,
    ],
    [
      of((code) => code === 404),
      'got the answer 404: check that the URL in Sentry is the webhook URL of this page, with the Integration ID at its end.',
    ],
    [
      of((code) => code >= 500),
      'got an error of a server (5xx): look at the proxy in front of OpsKnight, and whether OpsKnight was stopped or overloaded then.',
    ],
    [
      of((code) => code !== 0 && code !== 404 && code < 500),
      'got an answer of something else than this OpsKnight: look for a proxy that asks for a password, or another server at this address.',
    ],
  ]
  return reasons.flatMap(([count, why]) => (count > 0 ? [`${count} ${why}`] : []))
}

/** Alerts come in all the same, so that nobody would notice. */
function tokenRefused({ refusal }: HealthFacts): Diagnosis | null {
  if (!refusal) return null
  const { reads, writes, reason } = refusal
  return {
    code: 'sentry_refused',
    level: 'problem',
    title:
      reads && writes
        ? 'Sentry refuses the token'
        : writes
          ? 'Sentry refuses changes'
          : 'Sentry refuses to show its issues',
    detail: `${reason.replace(/[.]$/, '')}. Alerts go on coming in. Under "Both ways" stands what does not work for want of it, and the connection is checked again.`,
  }
}

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

export const sentryChecks: Check[] = [
  tokenRefused,
  deliveriesLost,
  alertsWithoutIssues,
  formatsWithoutEnd,
  unusualLevels,
]
