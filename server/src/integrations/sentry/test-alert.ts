import { createHash } from 'node:crypto'
import type { JsonObject } from '#contract/common.ts'

/**
 * What Sentry sends when an alert rule fires, about an issue that does not exist; every moment makes another issue.
 * It names no project, environment or level, so that the filters of the integration let it pass: it tests the way, not the filters.
 */
export function testAlert(now: Date): { headers: Record<string, string>; body: JsonObject } {
  const issueId = `test-${now.getTime()}`
  return {
    headers: {
      'content-type': 'application/json',
      'sentry-hook-resource': 'event_alert',
      'sentry-hook-timestamp': String(Math.floor(now.getTime() / 1000)),
    },
    body: {
      action: 'triggered',
      actor: { type: 'application', id: 'opsknight', name: 'OpsKnight' },
      data: { event: testEvent(now, issueId), triggered_rule: 'Send test alert in OpsKnight' },
      installation: { uuid: '00000000-0000-4000-8000-000000000000' },
    },
  }
}

const testEvent = (now: Date, issueId: string): JsonObject => ({
  event_id: createHash('md5').update(issueId).digest('hex'),
  issue_id: issueId,
  title: 'Test alert from OpsKnight',
  message: 'This is a test: nothing is broken. It came in the way that alerts of Sentry do.',
  culprit: 'Send test alert',
  platform: 'other',
  datetime: now.toISOString(),
  timestamp: now.getTime() / 1000,
  type: 'default',
  tags: [['test', 'yes']],
})
