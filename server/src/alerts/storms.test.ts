import { expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

const issue = (id: number | string, action = 'created') => ({ action, issue: { id, title: `Problem ${id}` } })
const range = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index)
const tally = (values: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(values, (value) => value)].map(([value, same]) => [value, same.length]))

const incidentsOf = (t: TestApp) =>
  t.db.selectFrom('incidents').select(['title', 'dedup_key', 'event_count', 'severity', 'status']).execute()

test('beyond its limit of new incidents a minute an integration folds new problems into one incident about the storm', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 3 })
  const actions = []
  for (const id of range(6)) {
    const { status, body } = await t.deliver(sentry, issue(id))
    expect(status).toBe(202)
    actions.push(body.result.action)
  }
  expect(actions).toEqual(['triggered', 'triggered', 'triggered', 'folded', 'folded', 'folded'])
  const storms = (await incidentsOf(t)).filter(({ title }) => title.startsWith('Alert storm'))
  expect(storms).toMatchObject([{ event_count: 3, severity: 'error', status: 'open' }])
  expect(await incidentsOf(t)).toHaveLength(4)
  expect(await t.db.selectFrom('escalations').select('incident_id').execute()).toHaveLength(4)
})

test('a folded delivery is in the log with its title, its reason and the incident about the storm', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 1 })
  await t.deliver(sentry, issue(1))
  const { body } = await t.deliver(sentry, issue(2))
  expect(body.result).toMatchObject({ action: 'folded', incident: { number: 2 } })
  expect(body.result.reason).toContain('More than 1 new incidents in a minute')
  const viewer = await t.asRole('viewer')
  const list = await viewer.get(`/api/v1/integrations/${sentry.ref}/deliveries`)
  expect(list.body.items[0]).toMatchObject({
    outcome: 'accepted',
    result: 'folded',
    title: 'Problem 2',
    reason: body.result.reason,
    incidentId: body.result.incident.id,
    incidentNumber: 2,
  })
})

test('in a storm repeats and resolutions of open incidents go their way, those of folded ones are marked in its list', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 2 })
  for (const id of range(4)) await t.deliver(sentry, issue(id))
  const act = async (id: number, action?: string) =>
    (await t.deliver(sentry, issue(id, action))).body.result.action
  expect(await act(0)).toBe('deduplicated')
  expect(await act(0, 'resolved')).toBe('resolved')
  expect(await act(3, 'resolved')).toBe('noted')
  expect(await act(3)).toBe('folded')
})

test('a minute later new problems have incidents of their own again, also those that were folded', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 2 })
  for (const id of range(4)) await t.deliver(sentry, issue(id))
  t.clock.advance({ minutes: 1 })
  expect((await t.deliver(sentry, issue(3))).body.result).toMatchObject({
    action: 'triggered',
    incident: { title: 'Problem 3' },
  })
  t.clock.advance({ minutes: 1 })
  for (const id of range(3, 10)) await t.deliver(sentry, issue(id))
  const storms = (await incidentsOf(t)).filter(({ title }) => title.startsWith('Alert storm'))
  expect(storms).toMatchObject([{ event_count: 3 }])
})

test('the storm takes the worst severity that was folded into it', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 1 })
  const levels = ['warning', 'info', 'fatal', 'error']
  for (const [id, level] of levels.entries()) {
    await t.deliver(sentry, { action: 'created', issue: { id, title: 'x', level } })
  }
  const storm = (await incidentsOf(t)).find(({ title }) => title.startsWith('Alert storm'))
  expect(storm).toMatchObject({ severity: 'critical', event_count: 3 })
})

test('without a limit nothing is folded', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null })
  const answers = await Promise.all(range(200).map((id) => t.deliver(sentry, issue(id))))
  expect(tally(answers.map(({ body }) => body.result.action))).toEqual({ triggered: 200 })
})

test('the limit holds for all servers together, and for each integration alone', async () => {
  const t = await testApp()
  const other = await t.anotherServer()
  const sentry = await t.create.integration({ newIncidentsPerMinute: 20 })
  const calm = await t.create.integration({ newIncidentsPerMinute: 20 }, { serviceId: sentry.serviceId })
  const answers = await Promise.all(
    range(100).map((id) => (id % 2 ? t : other).deliver(id % 10 ? sentry : calm, issue(id))),
  )
  expect(tally(answers.map(({ body }) => body.result.action))).toEqual({ triggered: 30, folded: 70 })
  const incidents = await incidentsOf(t)
  expect(incidents).toHaveLength(31)
  expect(incidents.reduce((sum, { event_count }) => sum + event_count, 0)).toBe(100)
})

test('the limit counts what has happened in the same batch', async () => {
  const t = await testApp()
  const events = await t.create.integration({ newIncidentsPerMinute: 5 }, { type: 'events' })
  const { post } = t.client({ authorization: `Token token=${events.id}` })
  const payload = { summary: 'x', source: 'y', severity: 'info' }
  const answers = await Promise.all(
    range(50).map((id) => post('/api/events', { event_action: 'trigger', dedup_key: `${id % 25}`, payload })),
  )
  expect(tally(answers.map(({ body }) => body.result.action))).toEqual({
    triggered: 5,
    deduplicated: 5,
    folded: 40,
  })
})

test('beyond the limit of stored bodies a delivery takes effect and is recorded, without its body', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({ newIncidentsPerMinute: null, storedBodiesPerMinute: 2 })
  for (const id of range(4)) expect((await t.deliver(sentry, issue(id))).body.result.action).toBe('triggered')
  const responder = await t.asRole('responder')
  const { items } = (await responder.get(`/api/v1/integrations/${sentry.ref}/deliveries`)).body
  const details = await Promise.all(
    items.map(async ({ id }: { id: string }) => (await responder.get(`/api/v1/deliveries/${id}`)).body),
  )
  expect(details.map(({ body }) => body && JSON.parse(body).issue.id)).toEqual([null, null, 1, 0])
  expect(details[0]).toMatchObject({
    bodyBytes: JSON.stringify(issue(3)).length,
    headers: { host: expect.any(String) },
  })
  expect(await responder.post(`/api/v1/deliveries/${items[0].id}/replay`)).toMatchObject({
    status: 409,
    body: { code: 'delivery_truncated' },
  })
  t.clock.advance({ minutes: 1 })
  await t.deliver(sentry, issue(9))
  const newest = (await responder.get(`/api/v1/integrations/${sentry.ref}/deliveries?limit=1`)).body.items[0]
  expect((await responder.get(`/api/v1/deliveries/${newest.id}`)).body.body).toContain('"id":9')
})

test('what is refused leaves room for the bodies of what is accepted', async () => {
  const t = await testApp()
  const secret = 'client-secret-of-sentry'
  const sentry = await t.create.integration({ storedBodiesPerMinute: 5 }, { secret })
  const wrong = { headers: { 'content-type': 'text/plain' } }
  await Promise.all(range(20).map((id) => t.deliver(sentry, issue(id), id % 2 ? wrong : {})))
  const { headers } = await t.deliver(sentry, issue(1), { secret })
  const responder = await t.asRole('responder')
  const { body } = await responder.get(`/api/v1/deliveries/${headers['opsknight-delivery-id']}`)
  expect(body.body).toBe(JSON.stringify(issue(1)))
})

test('whoever makes up the key of a storm reaches the incident of their own problem, and the storm stays open', async () => {
  const t = await testApp()
  const events = await t.create.integration({ newIncidentsPerMinute: 1 }, { type: 'events' })
  const send = async (event_action: string, dedup_key: string) => {
    const payload = { summary: `About ${dedup_key}`, source: 'test', severity: 'error' }
    return (await t.deliver(events, { event_action, dedup_key, payload })).body
  }
  for (const key of ['first', 'second']) await send('trigger', key)
  const made_up = `opsknight-storm-${events.ref}`
  expect((await send('resolve', made_up)).result).toMatchObject({ action: 'ignored' })
  t.clock.advance({ minutes: 1 })
  expect(await send('trigger', made_up)).toMatchObject({
    result: { action: 'triggered', incident: { title: `About ${made_up}` } },
  })
  expect((await send('resolve', made_up)).result.action).toBe('resolved')
  const storms = (await incidentsOf(t)).filter(({ title }) => title.startsWith('Alert storm'))
  expect(storms).toMatchObject([{ status: 'open' }])
})
