import { expect, test } from 'vitest'
import { raceOnIncident, raceWhile } from '../testing/race.ts'
import { testApp } from '../testing/test-app.ts'
import { lockKeys } from './store.ts'

const setUp = async () => {
  const t = await testApp()
  const [anaUser, boUser] = [
    await t.create.user({ name: 'Ana Example' }),
    await t.create.user({ name: 'Bo Example' }),
  ]
  const [ana, bo] = [await t.as(anaUser), await t.as(boUser)]
  const read = async (id: string | number) => (await ana.get(`/api/v1/incidents/${id}`)).body
  const act = (id: string, action: string, body?: unknown) =>
    ana.post(`/api/v1/incidents/${id}/${action}`, body)
  const kinds = async (id: string) => (await read(id)).timeline.map(({ kind }: { kind: string }) => kind)
  const soon = (minutes: number) => new Date(t.clock.now().getTime() + minutes * 60_000).toISOString()
  const trigger = (incident: Awaited<ReturnType<typeof t.create.incident>>, severity = 'error') =>
    t.deliver(incident.integration, {
      event_action: 'trigger',
      dedup_key: incident.dedupKey,
      payload: { summary: 'Again', source: 'db1', severity },
    })
  return { ...t, ana, bo, anaUser, boUser, read, act, kinds, soon, trigger }
}

test('an incident is read by its id and by its number, and shows everything', async () => {
  const { create, ana, trigger } = await setUp()
  const first = await create.incident({ dedupKey: 'disk' })
  await ana.post(`/api/v1/incidents/${first.id}/resolve`)
  await trigger(first, 'critical')

  const byNumber = await ana.get('/api/v1/incidents/2')
  expect(byNumber).toMatchObject({
    status: 200,
    body: {
      number: 2,
      title: 'Again',
      status: 'open',
      severity: 'critical',
      urgency: 'high',
      dedupKey: 'disk',
      description: null,
      details: {},
      integration: { ref: first.integration.ref, name: 'Events API', type: 'events' },
      previousIncident: { id: first.id, number: 1 },
      suppressedUntil: null,
      paging: { state: 'due', problem: expect.any(String) },
      timeline: [
        {
          kind: 'triggered',
          actor: { kind: 'integration', id: first.integration.ref, name: 'Events API' },
          data: { severity: 'critical' },
        },
      ],
    },
  })
  for (const name of ['%232', byNumber.body.id, byNumber.body.id.toUpperCase()]) {
    expect((await ana.get(`/api/v1/incidents/${name}`)).body).toEqual(byNumber.body)
  }
})

test('no incident is called so: 404, whatever is asked of it', async () => {
  const { create, ana } = await setUp()
  await create.incident()
  const names = [
    'nonsense',
    '2',
    '0',
    '-1',
    '1.0',
    '99999999999999999999',
    '00000000-0000-4000-8000-000000000000',
  ]
  for (const name of [...names, '%00', "'", '%F0%9F%94%A5', 'x'.repeat(290), 'x'.repeat(1_000)]) {
    for (const path of ['', '/timeline'])
      expect(await ana.get(`/api/v1/incidents/${name}${path}`), name).toMatchObject({
        status: 404,
        body: { code: 'not_found' },
      })
    expect(await ana.post(`/api/v1/incidents/${name}/acknowledge`), name).toMatchObject({ status: 404 })
    expect(await ana.post(`/api/v1/incidents/${name}/notes`, { text: 'x' }), name).toMatchObject({
      status: 404,
    })
  }
})

test('an address that cannot be read is answered as every wrong request is', async () => {
  const { ana } = await setUp()
  expect(await ana.get('/api/v1/incidents/%ZZ')).toMatchObject({
    status: 400,
    body: { code: 'invalid_request', requestId: expect.any(String) },
  })
})

test('acknowledging stops the paging, and a repeat changes nothing', async () => {
  const { create, act, bo, read, anaUser, clock, db } = await setUp()
  const { id } = await create.incident()
  clock.advance({ minutes: 1 })
  const at = clock.now().toISOString()
  const first = await act(id, 'acknowledge')
  expect(first).toMatchObject({
    status: 200,
    body: {
      id,
      status: 'acknowledged',
      acknowledgedAt: at,
      acknowledgedBy: { kind: 'user', id: anaUser.id, name: 'Ana Example' },
      paging: { state: 'stopped', problem: null },
      timeline: [
        { kind: 'acknowledged', at, text: null, actor: { name: 'Ana Example' } },
        { kind: 'triggered' },
      ],
    },
  })
  expect(
    await db.selectFrom('escalations').select(['incident_id', 'due_at', 'step', 'only_user_id']).execute(),
  ).toEqual([])

  clock.advance({ minutes: 1 })
  expect(await bo.post(`/api/v1/incidents/${id}/acknowledge`)).toMatchObject({
    status: 200,
    body: first.body,
  })
  expect(await read(id)).toEqual(first.body)
})

test('resolving ends it; whoever repeats it changes nothing', async () => {
  const { create, act, bo, clock, db } = await setUp()
  const { id } = await create.incident()
  const first = await act(id, 'resolve')
  expect(first).toMatchObject({
    status: 200,
    body: { status: 'resolved', resolvedAt: clock.now().toISOString(), resolvedBy: { name: 'Ana Example' } },
  })
  expect(
    await db.selectFrom('escalations').select(['incident_id', 'due_at', 'step', 'only_user_id']).execute(),
  ).toEqual([])
  clock.advance({ minutes: 1 })
  expect((await bo.post(`/api/v1/incidents/${id}/resolve`)).body).toEqual(first.body)
})

test('reopening pages again and takes the credit back', async () => {
  const { create, act, kinds, clock, db } = await setUp()
  const { id } = await create.incident()
  await act(id, 'acknowledge')
  await act(id, 'resolve')
  clock.advance({ minutes: 5 })
  expect(await act(id, 'reopen')).toMatchObject({
    status: 200,
    body: {
      status: 'open',
      acknowledgedAt: null,
      acknowledgedBy: null,
      resolvedAt: null,
      resolvedBy: null,
      paging: { state: 'due' },
    },
  })
  expect(
    await db.selectFrom('escalations').select(['incident_id', 'due_at', 'step', 'only_user_id']).execute(),
  ).toEqual([{ incident_id: id, due_at: clock.now(), step: 0, only_user_id: null }])
  expect((await act(id, 'reopen')).status).toBe(200)
  expect(await kinds(id)).toEqual(['reopened', 'resolved', 'acknowledged', 'triggered'])
})

test('what is resolved takes notes and can be reopened; anything else is a conflict that says so', async () => {
  const { create, act, soon, boUser, kinds } = await setUp()
  const { id } = await create.incident()
  await act(id, 'resolve')
  for (const [action, body] of [
    ['acknowledge', undefined],
    ['snooze', { until: soon(60) }],
    ['severity', { severity: 'critical' }],
    ['urgency', { urgency: 'high' }],
    ['assign', { userId: boUser.id }],
  ] as const) {
    expect(await act(id, action, body), action).toMatchObject({
      status: 409,
      body: { code: 'incident_resolved', detail: expect.stringContaining('Reopen it first') },
    })
  }
  expect(await act(id, 'notes', { text: 'It was the disk' })).toMatchObject({ status: 200 })
  expect(await kinds(id)).toEqual(['noted', 'resolved', 'triggered'])
})

test('a snooze has an end in the future', async () => {
  const { create, act, soon, read } = await setUp()
  const { id } = await create.incident()
  expect(await act(id, 'snooze', { until: soon(60) })).toMatchObject({
    status: 200,
    body: {
      status: 'snoozed',
      snoozedUntil: soon(60),
      paging: { state: 'stopped' },
      timeline: [{ kind: 'snoozed', data: { until: soon(60) } }, {}],
    },
  })
  const before = await read(id)
  expect((await act(id, 'snooze', { until: soon(60) })).body).toEqual(before)
  for (const until of [soon(0), soon(-1), 'tomorrow', '9999-12-31T23:59:59Z', 3, null, undefined]) {
    expect(await act(id, 'snooze', { until }), String(until)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'until' }] },
    })
  }
  expect((await act(id, 'snooze', { until: '2026-03-01T23:00:00+09:00' })).body.snoozedUntil).toBe(
    '2026-03-01T14:00:00.000Z',
  )
  expect((await act(id, 'acknowledge')).body).toMatchObject({ status: 'acknowledged', snoozedUntil: null })
})

test('notes are kept as they were written, without what cannot be stored', async () => {
  const { create, act } = await setUp()
  const { id } = await create.incident()
  const text = '  <b>Disk</b> is\r\nfull \u0000\u0007🔥 '
  expect((await act(id, 'notes', { text })).body.timeline[0]).toMatchObject({
    kind: 'noted',
    text: '<b>Disk</b> is\nfull 🔥',
    actor: { kind: 'user', name: 'Ana Example' },
  })
  for (const wrong of ['', '  \u0000', 'x'.repeat(10_001), 5, null, undefined]) {
    expect(await act(id, 'notes', { text: wrong }), String(wrong)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path: 'text' }] },
    })
  }
})

test('severity and urgency are changed by hand, and what got more urgent pages again', async () => {
  const { create, act, bo, boUser, db, clock } = await setUp()
  const { id } = await create.incident({ severity: 'warning' })
  await bo.post(`/api/v1/incidents/${id}/acknowledge`)
  expect((await act(id, 'severity', { severity: 'warning' })).body.timeline).toHaveLength(2)
  expect(await act(id, 'severity', { severity: 'critical' })).toMatchObject({
    status: 200,
    body: { severity: 'critical', urgency: 'high', status: 'acknowledged', paging: { state: 'due' } },
  })
  expect(
    await db.selectFrom('escalations').select(['incident_id', 'due_at', 'step', 'only_user_id']).execute(),
  ).toEqual([{ incident_id: id, due_at: clock.now(), step: 0, only_user_id: boUser.id }])
  await act(id, 'reopen')
  expect(
    await db.selectFrom('escalations').select(['incident_id', 'due_at', 'step', 'only_user_id']).execute(),
  ).toMatchObject([{ only_user_id: null }])
  expect((await act(id, 'urgency', { urgency: 'low' })).body).toMatchObject({
    severity: 'critical',
    urgency: 'low',
    timeline: [
      { kind: 'urgency_changed', data: { from: 'high', to: 'low' } },
      { kind: 'reopened' },
      { kind: 'severity_changed', data: { from: 'warning', to: 'critical' } },
      {},
      {},
    ],
  })
  for (const [action, body, path] of [
    ['severity', { severity: 'fatal' }, 'severity'],
    ['urgency', {}, 'urgency'],
    ['severity', undefined, ''],
  ] as const) {
    expect(await act(id, action, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path }] },
    })
  }
})

test('an incident is assigned to somebody who is here', async () => {
  const { create, act, boUser, asRole, kinds } = await setUp()
  const { id } = await create.incident()
  const assigned = await act(id, 'assign', { userId: boUser.id })
  expect(assigned).toMatchObject({
    status: 200,
    body: {
      assignedTo: { id: boUser.id, name: 'Bo Example' },
      status: 'open',
      paging: { state: 'due' },
      timeline: [{ kind: 'assigned', data: { to: 'Bo Example' } }, {}],
    },
  })
  expect((await act(id, 'assign', { userId: boUser.id })).body).toEqual(assigned.body)

  for (const userId of ['nonsense', '00000000-0000-4000-8000-000000000000', '\u0000']) {
    expect(await act(id, 'assign', { userId })).toMatchObject({
      status: 404,
      body: { code: 'not_found', detail: expect.stringContaining('User') },
    })
  }
  const gone = await somebodyDisabled()
  expect(await act(id, 'assign', { userId: gone })).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(await kinds(id)).toEqual(['assigned', 'triggered'])

  async function somebodyDisabled() {
    const { id: userId } = await create.user({ name: 'Cy Example' })
    const admin = await asRole('admin')
    expect((await admin.patch(`/api/v1/users/${userId}`, { disabled: true })).status).toBe(200)
    return userId
  }
})

test('actions that need nothing take any empty body', async () => {
  const { create, app, client } = await setUp()
  const key = await create.apiKey('write')
  const authorization = `Bearer ${key}`
  const bodies: [string, Record<string, string>, unknown][] = [
    ['no body, no type', {}, undefined],
    ['{}', { 'content-type': 'application/json' }, '{}'],
    ['json type, no body', { 'content-type': 'application/json' }, ''],
    ['json type with a charset, no body', { 'content-type': 'application/json; charset=utf-8' }, ''],
    ['form type, no body', { 'content-type': 'application/x-www-form-urlencoded' }, ''],
    [
      'fields that nobody asked for',
      { 'content-type': 'application/json' },
      '{"action":"resolve","note":"x"}',
    ],
    ['null', { 'content-type': 'application/json' }, 'null'],
  ]
  for (const [name, headers, body] of bodies) {
    const { id } = await create.incident()
    const post = (action: string) =>
      client({ authorization, ...headers }).post(`/api/v1/incidents/${id}/${action}`, body)
    for (const [action, status] of [
      ['acknowledge', 'acknowledged'],
      ['resolve', 'resolved'],
      ['reopen', 'open'],
    ] as const)
      expect(await post(action), `${name}: ${action}`).toMatchObject({ status: 200, body: { status } })
  }
  const { id } = await create.incident()
  const answer = (type: string, payload: string) =>
    app.inject({
      method: 'POST',
      url: `/api/v1/incidents/${id}/acknowledge`,
      headers: { authorization, 'content-type': type },
      payload,
    })
  expect((await answer('application/json', '{"broken')).json()).toMatchObject({
    status: 400,
    code: 'invalid_json',
  })
  expect((await answer('text/plain', 'please')).json()).toMatchObject({
    status: 415,
    code: 'unsupported_media_type',
  })
})

test('a program acts in its own name', async () => {
  const { create, withKey, ana } = await setUp()
  const { id } = await create.incident()
  const script = withKey(await create.apiKey('write'))
  expect((await script.post(`/api/v1/incidents/${id}/acknowledge`)).body).toMatchObject({
    acknowledgedBy: { kind: 'api-key', name: 'test' },
  })
  expect((await ana.post(`/api/v1/incidents/${id}/acknowledge`)).body).toMatchObject({
    acknowledgedBy: { kind: 'api-key' },
  })
})

test('the first person to acknowledge keeps the credit when two meet', async () => {
  const { create, ana, bo, db, kinds } = await setUp()
  for (let round = 1; round <= 5; round += 1) {
    const incident = await create.incident()
    const url = `/api/v1/incidents/${incident.id}/acknowledge`
    const answers = await raceOnIncident(db, incident, [() => ana.post(url), () => bo.post(url)])
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers[0]!.body.acknowledgedBy).toEqual(answers[1]!.body.acknowledgedBy)
    expect(await kinds(incident.id)).toEqual(['acknowledged', 'triggered'])
  }
})

test('of two people who resolve and snooze at once, the second is told what the first has done', async () => {
  const { create, ana, bo, db, soon, read } = await setUp()
  const incident = await create.incident()
  const url = `/api/v1/incidents/${incident.id}`
  const [resolve, snooze] = await raceOnIncident(db, incident, [
    () => ana.post(`${url}/resolve`),
    () => bo.post(`${url}/snooze`, { until: soon(60) }),
  ])
  expect(resolve?.status).toBe(200)
  expect(snooze?.status === 200 || snooze?.body.code === 'incident_resolved').toBe(true)
  expect((await read(incident.id)).status).toBe('resolved')
})

test('a repeat of the problem that meets its resolution is counted or opens the next one, never lost', async () => {
  const { create, ana, db, trigger } = await setUp()
  for (let round = 1; round <= 5; round += 1) {
    const incident = await create.incident()
    const [resolved, triggered] = await raceOnIncident(db, incident, [
      () => ana.post(`/api/v1/incidents/${incident.id}/resolve`),
      () => trigger(incident),
    ])
    expect([resolved!.status, triggered!.status]).toEqual([200, 202])
    const rows = await db
      .selectFrom('incidents')
      .select(['status', 'event_count'])
      .where('dedup_key', '=', incident.dedupKey)
      .orderBy('number')
      .execute()
    expect(rows).toEqual(
      triggered!.body.result.action === 'triggered'
        ? [
            { status: 'resolved', event_count: 1 },
            { status: 'open', event_count: 1 },
          ]
        : [{ status: 'resolved', event_count: 2 }],
    )
  }
})

test('what came back as a new incident is not reopened beside it', async () => {
  const { create, act, trigger, read } = await setUp()
  const old = await create.incident()
  await act(old.id, 'resolve')
  expect((await trigger(old)).body.result).toMatchObject({ action: 'triggered', incident: { number: 2 } })
  expect(await act(old.id, 'reopen')).toMatchObject({
    status: 409,
    body: { code: 'incident_already_active', detail: expect.stringContaining('#2') },
  })
  expect((await read(old.id)).status).toBe('resolved')

  await act('2', 'resolve')
  expect(await act(old.id, 'reopen')).toMatchObject({ status: 200, body: { status: 'open' } })
  expect(await act('2', 'reopen')).toMatchObject({ status: 409, body: { code: 'incident_already_active' } })
})

test('a reopening that meets a new trigger leaves one active incident, and both are answered', async () => {
  const { create, act, ana, trigger, db } = await setUp()
  const old = await create.incident()
  for (let round = 1; round <= 20; round += 1) {
    await db
      .updateTable('incidents')
      .set({ status: 'resolved', ...BY_NOBODY })
      .where('status', '<>', 'resolved')
      .execute()
    const [reopened, triggered] = await Promise.all([
      ana.post(`/api/v1/incidents/${old.id}/reopen`),
      trigger(old),
    ])
    expect(triggered.status).toBe(202)
    const action = triggered.body.result.action
    expect([reopened.status, action]).toEqual(
      reopened.status === 200 ? [200, 'deduplicated'] : [409, 'triggered'],
    )
    const active = await db.selectFrom('incidents').select('id').where('status', '<>', 'resolved').execute()
    expect(active).toHaveLength(1)
  }
  expect((await act(old.id, 'notes', { text: 'done' })).status).toBe(200)
})
const BY_NOBODY = {
  resolved_at: new Date('2026-03-01T09:00:00Z'),
  resolved_by: JSON.stringify({ kind: 'system', id: null, name: 'test' }),
  wake_at: null,
}

test('a reopening waits for an alert that is giving its key to another incident', async () => {
  const { create, act, db } = await setUp()
  const [old, other] = [await create.incident(), await create.incident()]
  await act(old.id, 'resolve')
  const name = { serviceId: old.serviceId, key: old.dedupKey }
  const [answer] = await raceWhile(
    db,
    (trx) => lockKeys(trx, [name]),
    [() => act(old.id, 'reopen')],
    (trx) =>
      trx
        .insertInto('incident_aliases')
        .values({ service_id: old.serviceId, alias: old.dedupKey, incident_id: other.id })
        .execute(),
  )
  expect(answer).toMatchObject({ status: 409, body: { code: 'incident_already_active' } })
})

test('an incident whose other name another one has by now is not reopened', async () => {
  const { create, deliver, act } = await setUp()
  const sentry = await create.integration()
  const metric = (id: string, action: string) =>
    deliver(
      sentry,
      {
        action,
        installation: { uuid: 'a1' },
        data: {
          metric_alert: { id, title: 'Too slow', alert_rule: { id: '7', name: 'Slow' }, projects: ['shop'] },
          description_title: 'Too slow',
          description_text: '',
          web_url: 'https://sentry.example/1',
        },
        actor: { type: 'application', id: 'sentry', name: 'Sentry' },
      },
      { headers: { 'sentry-hook-resource': 'metric_alert' } },
    )
  const first = (await metric('1', 'critical')).body.result.incident
  await act(first.id, 'resolve')
  const second = (await metric('2', 'critical')).body.result.incident
  expect(second.number).toBe(2)
  // The rule is one problem, whatever its incident in the tool is called.
  expect((await metric('1', 'critical')).body.result).toMatchObject({
    action: 'deduplicated',
    incident: { number: 2 },
  })
  expect(await act(first.id, 'reopen')).toMatchObject({
    status: 409,
    body: { code: 'incident_already_active' },
  })
})

test('an incident of a deleted service is not opened again', async () => {
  const { create, act, asRole } = await setUp()
  const { id, serviceId } = await create.incident()
  const admin = await asRole('admin')
  expect((await admin.delete(`/api/v1/services/${serviceId}`)).status).toBe(204)
  expect(await act(id, 'reopen')).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: expect.stringContaining('deleted') },
  })
  expect((await act(id, 'notes', { text: 'Gone' })).status).toBe(200)
})

test('a reopening that meets the deletion of the service leaves nothing active', async () => {
  const { create, asRole, act, db } = await setUp()
  const admin = await asRole('admin')
  for (let round = 1; round <= 10; round += 1) {
    const { id, serviceId } = await create.incident()
    await act(id, 'resolve')
    const [deleted, reopened] = await Promise.all([
      admin.delete(`/api/v1/services/${serviceId}`),
      act(id, 'reopen'),
    ])
    expect(deleted.status).toBe(204)
    expect([200, 409]).toContain(reopened.status)
    expect(await db.selectFrom('incidents').select('id').where('status', '<>', 'resolved').execute()).toEqual(
      [],
    )
  }
})

test('the page shows the newest 100 entries; the rest is paged through', async () => {
  const { create, act, ana, read } = await setUp()
  const { id } = await create.incident()
  for (let count = 1; count <= 104; count += 1) await act(id, 'notes', { text: `note ${count}` })

  const { timeline } = await read(id)
  expect(timeline).toHaveLength(100)
  expect([timeline[0].text, timeline[99].text]).toEqual(['note 104', 'note 5'])

  const page = async (query: string) => (await ana.get(`/api/v1/incidents/${id}/timeline?${query}`)).body
  const first = await page('limit=100')
  expect(first.items).toEqual(timeline)
  await act(id, 'notes', { text: 'newer' })
  const rest = await page(`limit=3&cursor=${first.nextCursor}`)
  expect(rest.items.map(({ text }: { text: string }) => text)).toEqual(['note 4', 'note 3', 'note 2'])
  const last = await page(`limit=3&cursor=${rest.nextCursor}`)
  expect(last).toMatchObject({ items: [{ text: 'note 1' }, { kind: 'triggered' }], nextCursor: null })
  expect((await ana.get('/api/v1/incidents/1/timeline')).body.items[0].text).toBe('newer')
})
