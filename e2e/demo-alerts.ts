import { createHash } from 'node:crypto'

// Alerts as Sentry sends them (see server/src/integrations/sentry/fixtures), of a shop that does not exist.

export type DemoAlert = {
  issue: number
  project: string
  type: string
  value: string
  culprit: string
  level: 'fatal' | 'error' | 'warning' | 'info'
  frame: { file: string; function: string; line: number; context: string }
  release: string
  environment?: string
  rule: string
}

export const paymentTimeout: DemoAlert = {
  issue: 4512087,
  project: 'checkout-web',
  type: 'PaymentGatewayTimeout',
  value: 'POST https://gateway.example/v2/charges did not answer within 8000 ms',
  culprit: 'POST /api/checkout/pay',
  level: 'fatal',
  frame: {
    file: './payments/charge.ts',
    function: 'chargeCard',
    line: 142,
    context: 'const receipt = await gateway.charge(card, total, { idempotencyKey })',
  },
  release: 'checkout-web@7.4.0',
  rule: 'Page on every payment error',
}

export const emptyCart: DemoAlert = {
  issue: 4509414,
  project: 'checkout-web',
  type: 'TypeError',
  value: "Cannot read properties of undefined (reading 'reduce')",
  culprit: 'CartSummary(components/cart/CartSummary.tsx)',
  level: 'error',
  frame: {
    file: './components/cart/CartSummary.tsx',
    function: 'CartSummary',
    line: 57,
    context: 'const total = cart.items.reduce(sum, 0)',
  },
  release: 'checkout-web@7.4.0',
  rule: 'New error after a release',
}

export const slowSearch: DemoAlert = {
  issue: 4507731,
  project: 'search-api',
  type: 'QueryTimeout',
  value: 'shard 3 of index products-v12 did not answer within 1500 ms',
  culprit: 'search.query.run',
  level: 'warning',
  frame: {
    file: 'search/query.py',
    function: 'run',
    line: 88,
    context: 'hits = client.search(index=INDEX, body=body, timeout="1500ms")',
  },
  release: 'search-api@2026.11.2',
  rule: 'Slow searches',
}

export const deadlock: DemoAlert = {
  issue: 4510950,
  project: 'orders-api',
  type: 'DeadlockDetected',
  value: 'deadlock detected while updating relation "order_lines"',
  culprit: 'orders.tasks.reserve_stock',
  level: 'error',
  frame: {
    file: 'orders/tasks.py',
    function: 'reserve_stock',
    line: 211,
    context: 'line.save(update_fields=["reserved_at", "warehouse_id"])',
  },
  release: 'orders-api@4.18.3',
  rule: 'Errors in orders',
}

export const loginLoop: DemoAlert = {
  issue: 4511203,
  project: 'mobile-app',
  type: 'TokenRefreshError',
  value: 'refresh token was revoked; signed out after 3 attempts',
  culprit: 'SessionStore.refresh',
  level: 'error',
  frame: {
    file: 'app/session/SessionStore.kt',
    function: 'refresh',
    line: 64,
    context: 'throw TokenRefreshError(cause = response.error)',
  },
  release: 'mobile-app@12.0.1',
  rule: 'More than 50 users in an hour',
}

export const oldImport: DemoAlert = {
  issue: 4498120,
  project: 'orders-api',
  type: 'ValueError',
  value: "time data '31.02.2026' does not match format '%d.%m.%Y'",
  culprit: 'orders.imports.parse_row',
  level: 'info',
  frame: {
    file: 'orders/imports.py',
    function: 'parse_row',
    line: 39,
    context: 'ordered_at = datetime.strptime(row["date"], DATE_FORMAT)',
  },
  release: 'orders-api@4.18.3',
  rule: 'Errors in orders',
}

const ORGANIZATION = 'https://sentry.io/organizations/harbor-line/issues'

export type SentryHook = { headers: Record<string, string>; body: string }

/** An alert rule that fired. */
export function eventAlert(alert: DemoAlert, at: Date): SentryHook {
  const { issue, type, value, environment = 'production', release, frame, rule } = alert
  const title = `${type}: ${value}`
  const { context, line, ...place } = frame
  const event = {
    event_id: `${issue}${createHash('md5').update(`${issue} ${at.getTime()}`).digest('hex')}`.slice(0, 32),
    issue_id: String(issue),
    issue_url: `https://sentry.io/api/0/organizations/harbor-line/issues/${issue}/`,
    url: `https://sentry.io/api/0/projects/harbor-line/${alert.project}/events/${issue}/`,
    web_url: `${ORGANIZATION}/${issue}/events/${issue}/`,
    ...{ title, culprit: alert.culprit, level: alert.level, environment, release, type: 'error' },
    ...{ platform: 'node', datetime: at.toISOString(), project: 4507163225088001, location: frame.file },
    metadata: { type, value, filename: frame.file, function: frame.function },
    exception: {
      values: [
        {
          type,
          value,
          stacktrace: {
            frames: [
              {
                filename: place.file,
                function: place.function,
                lineno: line,
                in_app: true,
                context_line: context,
              },
            ],
          },
        },
      ],
    },
    tags: [
      ['environment', environment],
      ['release', release],
      ['level', alert.level],
      ['handled', 'no'],
    ],
  }
  const body = { action: 'triggered', data: { event, triggered_rule: rule }, actor: { type: 'application' } }
  return { headers: headersOf('event_alert'), body: JSON.stringify(body) }
}

/** What Sentry says about an issue itself. */
export function issueHook(
  alert: DemoAlert,
  action: string,
  at: Date,
  counts = { events: 1, users: 1 },
): SentryHook {
  const { issue, project, type, value } = alert
  const data = {
    issue: {
      ...{ id: String(issue), title: `${type}: ${value}`, culprit: alert.culprit, level: alert.level },
      ...{ shortId: `${project.toUpperCase()}-${(issue % 1000).toString(36).toUpperCase()}` },
      ...{
        status: action === 'resolved' ? 'resolved' : 'unresolved',
        permalink: `${ORGANIZATION}/${issue}/`,
      },
      ...{ count: String(counts.events), userCount: counts.users, priority: 'high', platform: 'node' },
      ...{ firstSeen: new Date(at.getTime() - 26 * 60_000).toISOString(), lastSeen: at.toISOString() },
      project: { id: '4507163225088001', name: project, slug: project },
      metadata: { type, value, filename: alert.frame.file, function: alert.frame.function },
    },
  }
  return { headers: headersOf('issue'), body: JSON.stringify({ action, data }) }
}

const headersOf = (resource: string) => ({
  'content-type': 'application/json',
  'sentry-hook-resource': resource,
})
