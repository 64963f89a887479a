import { expect, test } from 'vitest'
import { EventBody } from '#contract/events.ts'
import { eventActions, eventsExample, sentryExample } from './examples.ts'

// As the Sentry page of the requirement prints it.
const REQUIRED = String.raw`curl -X POST "https://YOUR_OPSKNIGHT_URL/api/integrations/sentry?integrationId=YOUR_ID" \
  -H "Content-Type: application/json" \
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

test('the example for Sentry is the one of the requirement, with only host and id filled in', () => {
  const url = 'https://ops.example.com/api/integrations/sentry?integrationId=k3Jd9_x-Q'
  expect(sentryExample(url)).toBe(
    REQUIRED.replace('YOUR_OPSKNIGHT_URL', 'ops.example.com').replace('YOUR_ID', 'k3Jd9_x-Q'),
  )
})

test.each(eventActions)('the example that sends "%s" is one that the Events API takes', (action) => {
  const text = eventsExample(action, { url: 'https://ops.example.com/api/events', key: 'k3Jd9_x-Q' })
  expect(text).toContain('curl -X POST "https://ops.example.com/api/events"')
  expect(text).toContain('"Authorization: Token token=k3Jd9_x-Q"')
  const body: unknown = JSON.parse(text.match(/-d '(.*)'$/s)?.[1] ?? '')
  expect(EventBody.parse(body).event_action).toBe(action)
})

test('the three examples speak of one problem', () => {
  const keys = eventActions.map(
    (action) => eventsExample(action, { url: '', key: '' }).match(/"dedup_key": "(.*)"/)?.[1],
  )
  expect(new Set(keys).size).toBe(1)
  expect(keys[0]).toBeTruthy()
})
