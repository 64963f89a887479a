import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { loadFixture } from '../integrations/fixtures.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

type Integration = Awaited<ReturnType<TestApp['create']['integration']>>

const hook = (resource: string) => ({ headers: { 'sentry-hook-resource': resource } })
const issueHook = (action: string, id: string | number, more: object = {}) => ({
  action,
  data: { issue: { id, title: 'Broken', ...more } },
})

/** What became of it, and which incident it is about. */
async function send(t: TestApp, to: Integration, body: object | string, options = {}) {
  const { status, body: answer } = await t.deliver(to, body, options)
  expect(status).toBe(202)
  return [answer.result.action, answer.result.incident?.number]
}

const keysOf = async (t: TestApp) =>
  (await t.db.selectFrom('incidents').select('dedup_key').orderBy('number').execute()).map(
    (row) => row.dedup_key,
  )

test('a key of more than 255 code points keeps its first 190 and the SHA-256 of the whole', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const fits = `${'💥'.repeat(247)}x`
  const long = '💥'.repeat(300)
  for (const id of [fits, long, `${long}x`]) {
    expect((await send(t, sentry, { issue: { id, title: 'x' } }))[0]).toBe('triggered')
    expect((await send(t, sentry, { issue: { id, title: 'x' } }))[0]).toBe('deduplicated')
  }
  const shortened = (key: string) =>
    `${[...key].slice(0, 190).join('')}_${createHash('sha256').update(key).digest('hex')}`
  expect(await keysOf(t)).toEqual([
    `sentry-${fits}`,
    shortened(`sentry-${long}`),
    shortened(`sentry-${long}x`),
  ])
  expect((await send(t, sentry, { action: 'resolved', issue: { id: long, title: 'x' } }))[0]).toBe('resolved')
})

test('the same issue is one incident in every shape that Sentry sends, with its id as a number or as text', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const event = { event_id: 'a'.repeat(32), title: 'Broken' }
  const url = 'https://sentry.io/api/0/issues/4711/'
  const messages: [object, object?][] = [
    [{ action: 'created', issue: { id: 4711, title: 'Broken' } }],
    [{ action: 'created', issue: { id: '4711', title: 'Broken' } }],
    [{ event: { ...event, issue_id: 4711 } }],
    [
      {
        id: 4711,
        project: 'shop',
        project_slug: 'shop',
        message: 'Broken',
        event: { ...event, issue_id: 4711 },
      },
    ],
    [{ action: 'triggered', data: { event: { ...event, issue_id: '4711' } } }, hook('event_alert')],
    [{ action: 'triggered', data: { event: { ...event, issue_url: url } } }, hook('event_alert')],
    [issueHook('created', '4711'), hook('issue')],
    [issueHook('unresolved', 4711, { substatus: 'regressed' }), hook('issue')],
    [
      {
        action: 'triggered',
        data: { issue: { id: 4711, title: 'x' }, activity: { type: 'status_regression' } },
      },
      hook('activity_alert'),
    ],
  ]
  const results = []
  for (const [body, options] of messages) results.push(await send(t, sentry, body, options))
  expect(results).toEqual(messages.map((_message, index) => [index === 0 ? 'triggered' : 'deduplicated', 1]))
  expect(await keysOf(t)).toEqual(['sentry-4711'])
  expect(await send(t, sentry, issueHook('resolved', 4711), hook('issue'))).toEqual(['resolved', 1])
  const { event_count } = await t.db.selectFrom('incidents').select('event_count').executeTakeFirstOrThrow()
  expect(event_count).toBe(messages.length)
})

const metric = (action: string, id: string, ruleId: number) => ({
  action,
  data: {
    metric_alert: { id, title: 'Slow', alert_rule: { id: ruleId, name: 'Slow' }, projects: ['shop'] },
    description_title: `${action}: Slow`,
    description_text: 'p95 is high',
    web_url: 'https://sentry.io/alerts/1',
  },
})

test('a metric alert whose rule was edited has a new id, and resolves the incident under the old one', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const options = hook('metric_alert')
  expect(await send(t, sentry, metric('critical', '10', 7), options)).toEqual(['triggered', 1])
  expect(await send(t, sentry, metric('warning', '11', 7), options)).toEqual(['deduplicated', 1])
  expect(await send(t, sentry, metric('warning', '12', 8), options)).toEqual(['triggered', 2])
  expect(await send(t, sentry, metric('resolved', '13', 7), options)).toEqual(['resolved', 1])
  expect(await send(t, sentry, metric('resolved', '13', 7), options)).toEqual(['ignored', undefined])
  expect(await t.db.selectFrom('incident_aliases').select('alias').orderBy('alias').execute()).toEqual([
    { alias: 'sentry-metric-rule-8' },
  ])
  expect(await send(t, sentry, metric('critical', '10', 7), options)).toEqual(['triggered', 3])
})

test('severity of a metric alert follows both ways, its urgency only rises', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const seen = []
  for (const action of ['warning', 'critical', 'warning']) {
    const { body } = await t.deliver(sentry, metric(action, '10', 7), hook('metric_alert'))
    seen.push([body.result.incident.severity, body.result.incident.urgency])
  }
  expect(seen).toEqual([
    ['warning', 'medium'],
    ['critical', 'high'],
    ['warning', 'high'],
  ])
})

test('an alert without any id falls back to the event, and without that to its body: it is never dropped', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const alert = (event: object) => ({ action: 'triggered', data: { event } })
  const options = hook('event_alert')
  const event = { event_id: 'b'.repeat(32), title: 'Broken' }
  expect(await send(t, sentry, alert(event), options)).toEqual(['triggered', 1])
  expect(await send(t, sentry, alert({ ...event, title: 'Other' }), options)).toEqual(['deduplicated', 1])
  expect(await send(t, sentry, alert({ title: 'Nameless' }), options)).toEqual(['triggered', 2])
  expect(await send(t, sentry, alert({ title: 'Nameless' }), options)).toEqual(['deduplicated', 2])
  expect(await send(t, sentry, alert({ title: 'Another' }), options)).toEqual(['triggered', 3])
})

test('many simultaneous events under different names of one problem are one incident', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null })
  for (let rule = 1; rule <= 10; rule += 1) {
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        (index % 2 ? t : other).deliver(
          sentry,
          metric('critical', `${rule}-${index}`, rule),
          hook('metric_alert'),
        ),
      ),
    )
    expect(answers.filter(({ body }) => body.result.action === 'triggered')).toHaveLength(1)
  }
  expect(await keysOf(t)).toHaveLength(10)
})

test('what was archived in Sentry and escalates is reopened and pages; what a person acknowledged is not', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const pages = async () => (await t.db.selectFrom('escalations').select('incident_id').execute()).length
  await send(t, sentry, issueHook('created', 1), hook('issue'))
  expect(await pages()).toBe(1)
  expect(await send(t, sentry, issueHook('archived', 1), hook('issue'))).toEqual(['acknowledged', 1])
  expect(await pages()).toBe(0)
  const escalating = issueHook('unresolved', 1, { substatus: 'escalating' })
  expect(await send(t, sentry, escalating, hook('issue'))).toEqual(['reopened', 1])
  expect(await pages()).toBe(1)

  const responder = await t.asRole('responder')
  await responder.post('/api/v1/incidents/1/acknowledge')
  expect(await send(t, sentry, escalating, hook('issue'))).toEqual(['deduplicated', 1])
  expect(await pages()).toBe(0)
})

test('a resolution, an acknowledgement or a note without an incident is ignored, says why, and opens nothing', async () => {
  const t = await testApp()
  const sentry = await t.create.integration()
  const { delivery } = loadFixture('sentry', 'comment-created')
  const messages: [object | Buffer, object][] = [
    [issueHook('resolved', 1), hook('issue')],
    [issueHook('archived', 1), hook('issue')],
    [delivery.rawBody, { headers: delivery.headers }],
    [metric('resolved', '1', 1), hook('metric_alert')],
  ]
  for (const [body, options] of messages) {
    const { body: answer } = await t.deliver(sentry, body, options)
    expect(answer.result).toEqual({
      action: 'ignored',
      reason: expect.stringContaining('No active incident'),
    })
  }
  expect(await keysOf(t)).toEqual([])
})

test('the next incident of a problem leads back to the one before, and one service knows nothing of another', async () => {
  const t = await testApp()
  const [sentry, elsewhere] = [await t.create.integration(), await t.create.integration()]
  const alert = { action: 'created', issue: { id: 1, title: 'Broken' } }
  await send(t, sentry, alert)
  await send(t, sentry, { ...alert, action: 'resolved' })
  expect(await send(t, sentry, alert)).toEqual(['triggered', 2])
  expect(await send(t, elsewhere, { ...alert, action: 'resolved' })).toEqual(['ignored', undefined])
  expect(await send(t, elsewhere, alert)).toEqual(['triggered', 3])
  const rows = await t.db.selectFrom('incidents').select(['id', 'previous_id']).orderBy('number').execute()
  expect(rows.map(({ previous_id }) => previous_id)).toEqual([null, rows[0]?.id, null])
})

test('trigger, resolution and trigger again in one batch are two incidents, the second leading to the first', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null })
  // The first one occupies the writer, so that the others wait together.
  const answers = await Promise.all(
    ['created', 'created', 'resolved', 'created', 'resolved', 'created'].map((action) =>
      t.deliver(sentry, { action, issue: { id: 1, title: 'Broken' } }),
    ),
  )
  expect(answers.map(({ body }) => [body.result.action, body.result.incident.number])).toEqual([
    ['triggered', 1],
    ['deduplicated', 1],
    ['resolved', 1],
    ['triggered', 2],
    ['resolved', 2],
    ['triggered', 3],
  ])
  const rows = await t.db
    .selectFrom('incidents')
    .select(['id', 'status', 'previous_id', 'event_count'])
    .orderBy('number')
    .execute()
  expect(rows.map(({ status, event_count }) => [status, event_count])).toEqual([
    ['resolved', 2],
    ['resolved', 1],
    ['open', 1],
  ])
  expect(rows.map(({ previous_id }) => previous_id)).toEqual([null, rows[0]?.id, rows[1]?.id])
})
