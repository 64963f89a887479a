import { expect, test } from 'vitest'
import { testApp } from '../testing/test-app.ts'

const setUp = async () => {
  const t = await testApp()
  const ana = await t.asRole('responder', 'Ana Example')
  const bulk = (ids: unknown, action: string, more: object = {}) =>
    ana.post('/api/v1/incidents/bulk', { ids, action, ...more })
  const several = async (count: number) => {
    const ids: string[] = []
    while (ids.length < count) ids.push((await t.create.incident()).id)
    return ids
  }
  return { ...t, ana, bulk, several }
}

const NOBODYS = '00000000-0000-4000-8000-000000000000'

test('each incident has its own result, in the order asked', async () => {
  const { ana, bulk, several } = await setUp()
  const [one, two, three] = (await several(3)) as [string, string, string]
  await ana.post(`/api/v1/incidents/${two}/resolve`)

  const { status, body } = await bulk([three, 'nonsense', two, NOBODYS, one], 'acknowledge')
  expect(status).toBe(200)
  expect(body.results).toMatchObject([
    { id: three, status: 200, incident: { id: three, status: 'acknowledged' }, error: null },
    { id: 'nonsense', status: 404, incident: null, error: { code: 'not_found' } },
    {
      id: two,
      status: 409,
      incident: null,
      error: { code: 'incident_resolved', detail: expect.stringContaining('Reopen it first') },
    },
    { id: NOBODYS, status: 404, incident: null, error: { code: 'not_found' } },
    { id: one, status: 200, incident: { id: one, status: 'acknowledged' }, error: null },
  ])
  expect((await ana.get(`/api/v1/incidents/${two}`)).body.status).toBe('resolved')
})

test('an incident that is named twice is changed once and answered twice', async () => {
  const { ana, bulk, several } = await setUp()
  const [id] = (await several(1)) as [string]
  const { body } = await bulk([id, id.toUpperCase(), id], 'note', { text: 'Looking' })
  expect(body.results).toMatchObject([
    { id, status: 200, incident: { id } },
    { id: id.toUpperCase(), status: 200, incident: { id } },
    { id, status: 200, incident: { id } },
  ])
  expect((await ana.get(`/api/v1/incidents/${id}`)).body.timeline).toMatchObject([
    { kind: 'noted' },
    { kind: 'triggered' },
  ])
})

test('ids of nothing at all are answered one by one', async () => {
  const { bulk } = await setUp()
  const { status, body } = await bulk(['a', '', '1'].filter(Boolean), 'resolve')
  expect(status).toBe(200)
  expect(body.results).toMatchObject([
    { id: 'a', status: 404 },
    { id: '1', status: 404 },
  ])
})

test('everything that can be asked of one can be asked of many', async () => {
  const { bulk, several, create, clock } = await setUp()
  const ids = await several(2)
  const { id: userId } = await create.user({ name: 'Bo Example' })
  const until = new Date(clock.now().getTime() + 3_600_000).toISOString()
  for (const [action, more, after] of [
    ['note', { text: 'Looking' }, { status: 'open' }],
    ['severity', { severity: 'critical' }, { severity: 'critical', urgency: 'high' }],
    ['urgency', { urgency: 'low' }, { severity: 'critical', urgency: 'low' }],
    ['assign', { userId }, { assignedTo: { id: userId, name: 'Bo Example' } }],
    ['snooze', { until }, { status: 'snoozed', snoozedUntil: until }],
    ['acknowledge', {}, { status: 'acknowledged' }],
    ['resolve', {}, { status: 'resolved' }],
    ['reopen', {}, { status: 'open' }],
  ] as const) {
    const { status, body } = await bulk(ids, action, more)
    expect(status, action).toBe(200)
    expect(body.results, action).toMatchObject(ids.map((id) => ({ id, status: 200, incident: after })))
  }
})

test('a request that makes no sense changes nothing', async () => {
  const { ana, bulk, several } = await setUp()
  const ids = await several(1)
  for (const [wrong, action, more] of [
    [[], 'resolve', {}],
    [ids[0], 'resolve', {}],
    [Array(201).fill(ids[0]), 'resolve', {}],
    [[...ids, 5], 'resolve', {}],
    [ids, 'delete', {}],
    [ids, 'snooze', {}],
    [ids, 'snooze', { until: 'later' }],
    [ids, 'note', { text: ' ' }],
    [ids, 'severity', { severity: 'high' }],
  ] as const) {
    expect(await bulk(wrong, action, more), `${action} ${JSON.stringify(more)}`).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  }
  expect(await bulk(ids, 'assign', { userId: NOBODYS })).toMatchObject({ status: 404 })
  expect(await ana.post('/api/v1/incidents/bulk')).toMatchObject({ status: 400 })
  expect((await ana.get(`/api/v1/incidents/${ids[0]}`)).body).toMatchObject({
    status: 'open',
    timeline: [{}],
  })
})

test('of two incidents with one key, the one named first is reopened', async () => {
  const { ana, bulk, create, deliver } = await setUp()
  const first = await create.incident({ dedupKey: 'disk' })
  await ana.post(`/api/v1/incidents/${first.id}/resolve`)
  const second = await create.incident({ dedupKey: 'disk', on: first.integration })
  await ana.post(`/api/v1/incidents/${second.id}/resolve`)

  const { body } = await bulk([second.id, first.id], 'reopen')
  expect(body.results).toMatchObject([
    { id: second.id, status: 200 },
    {
      id: first.id,
      status: 409,
      error: { code: 'incident_already_active', detail: expect.stringContaining('#2') },
    },
  ])
  const repeat = await deliver(first.integration, {
    event_action: 'trigger',
    dedup_key: 'disk',
    payload: { summary: 'Again', source: 'db1', severity: 'error' },
  })
  expect(repeat.body.result).toMatchObject({ action: 'deduplicated', incident: { number: 2 } })
})

test('200 at once are done in one go', async () => {
  const { bulk, create, db } = await setUp()
  const integration = await create.integration({ newIncidentsPerMinute: null }, { type: 'events' })
  const incidents = await Promise.all(Array.from({ length: 200 }, () => create.incident({ on: integration })))
  const { body } = await bulk(
    incidents.map(({ id }) => id),
    'resolve',
  )
  expect(body.results.filter(({ status }: { status: number }) => status === 200)).toHaveLength(200)
  expect(
    await db.selectFrom('escalations').select(['incident_id', 'due_at', 'step', 'only_user_id']).execute(),
  ).toEqual([])
})

test('people who change the same incidents in opposite orders all get their answers', async () => {
  const { bulk, several, db } = await setUp()
  const ids = await several(20)
  const answers = await Promise.all([
    bulk(ids, 'acknowledge'),
    bulk(ids.toReversed(), 'note', { text: 'x' }),
    bulk(ids, 'severity', { severity: 'critical' }),
    bulk(ids.toReversed(), 'urgency', { urgency: 'low' }),
  ])
  for (const { body } of answers) {
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual(ids.map(() => 200))
  }
  expect(
    await db.selectFrom('timeline_entries').select('number').where('kind', '=', 'noted').execute(),
  ).toHaveLength(20)
})
