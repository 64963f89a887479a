/** The example of the documentation, word for word, with the address filled in: it opens an incident. */
export const sentryExample = (webhookUrl: string) => `curl -X POST "${webhookUrl}" \\
  -H "Content-Type: application/json" \\
  -d '{
    "action": "created",
    "issue": {
      "id": "test-001",
      "shortId": "TEST-001",
      "title": "Test Error from Sentry",
      "culprit": "test/file.js",
      "level": "error",
      "status": "unresolved",
      "permalink": "https://sentry.io/test"
    },
    "project": {
      "name": "Test Project",
      "slug": "test-project"
    }
  }'`

export const eventActions = ['trigger', 'acknowledge', 'resolve'] as const
export type EventExample = (typeof eventActions)[number]

const EXAMPLE_KEY = 'disk-full-web-1'

const bodies: Record<EventExample, object> = {
  trigger: {
    event_action: 'trigger',
    dedup_key: EXAMPLE_KEY,
    payload: {
      summary: 'Disk of web-1 is 95% full',
      source: 'web-1',
      severity: 'critical',
      custom_details: { used: '95%' },
    },
  },
  acknowledge: { event_action: 'acknowledge', dedup_key: EXAMPLE_KEY },
  resolve: { event_action: 'resolve', dedup_key: EXAMPLE_KEY },
}

/** What a program sends to the Events API to open, acknowledge or resolve an incident. */
export const eventsExample = (action: EventExample, { url, key }: { url: string; key: string }) =>
  `curl -X POST "${url}" \\
  -H "Authorization: Token token=${key}" \\
  -H "Content-Type: application/json" \\
  -d '${JSON.stringify(bodies[action], null, 2).replaceAll('\n', '\n  ')}'`
