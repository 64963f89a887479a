import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

const CURL_BODY = readFileSync(new URL('../testing/requirement-curl.json', import.meta.url), 'utf8')

test('the cURL of the requirement opens an incident', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const answer = await t.deliver(sentry, CURL_BODY)
  expect(answer).toMatchObject({
    status: 202,
    body: {
      status: 'success',
      result: {
        action: 'triggered',
        incident: {
          number: 1,
          title: 'Test Error from Sentry',
          status: 'open',
          severity: 'error',
          urgency: 'medium',
          url: 'http://opsknight.test/incidents/1',
        },
      },
    },
  })
})

test('64 simultaneous first triggers of a new key make one incident, 20 times over', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null, storedBodiesPerMinute: null })
  for (let round = 1; round <= 20; round += 1) {
    const body = JSON.stringify({ action: 'created', issue: { id: `race-${round}`, title: `Race ${round}` } })
    const answers = await Promise.all(Array.from({ length: 64 }, () => t.deliver(sentry, body)))
    const actions = answers.map((answer) => answer.body.result.action)
    expect(actions.filter((action) => action === 'triggered')).toHaveLength(1)
    expect(actions.filter((action) => action === 'deduplicated')).toHaveLength(63)
  }
  const incidents = await t.db.selectFrom('incidents').select(['dedup_key', 'event_count']).execute()
  expect(incidents).toHaveLength(20)
  expect(new Set(incidents.map(({ event_count }) => event_count))).toEqual(new Set([64]))
  expect(await t.db.selectFrom('escalations').select('incident_id').execute()).toHaveLength(20)
})

test('two servers on one database make one incident of simultaneous first triggers', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null })
  for (let round = 1; round <= 10; round += 1) {
    const body = JSON.stringify({ action: 'created', issue: { id: `race-${round}`, title: `Race ${round}` } })
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, index) => (index % 2 ? t : other).deliver(sentry, body)),
    )
    expect(answers.filter((answer) => answer.body.result.action === 'triggered')).toHaveLength(1)
  }
  expect(await t.db.selectFrom('incidents').select('id').execute()).toHaveLength(10)
})
