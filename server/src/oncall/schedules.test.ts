import { expect, test } from 'vitest'
import { newId } from '../platform/ids.ts'
import { testApp } from '../testing/test-app.ts'
import { finalShifts, whoIsOnCall } from './on-call.ts'

/** Ana and Bo in turn, a week each, Mondays at 09:00 in Berlin; the test's clock stands on Sunday, 1 March. */
const setUp = async () => {
  const t = await testApp()
  const admin = await t.asRole('admin', 'Dana Example')
  const [ana, bo] = [await t.create.user({ name: 'Ana' }), await t.create.user({ name: 'Bo' })]
  const weekly = {
    name: 'Primary',
    start: '2026-02-23T09:00',
    every: { count: 1, unit: 'week' },
    members: [ana.id, bo.id],
  }
  const given = { name: 'Checkout', timeZone: 'Europe/Berlin', rotations: [weekly] }
  const create = async (more: object = {}) =>
    (await admin.post('/api/v1/schedules', { ...given, ...more })).body
  const shifts = async (id: string, from: string, to: string) =>
    (await admin.get(`/api/v1/schedules/${id}/shifts?from=${from}&to=${to}`)).body
  return { ...t, admin, ana, bo, weekly, given, create, shifts }
}

test('a schedule is created, read, listed by name page by page, replaced and deleted', async () => {
  const { admin, given, weekly, bo, clock } = await setUp()
  const made = await admin.post('/api/v1/schedules', given)
  const now = clock.now().toISOString()
  expect(made).toMatchObject({
    status: 201,
    body: {
      name: 'Checkout',
      timeZone: 'Europe/Berlin',
      rotations: [{ ...weekly, restrictions: [] }],
      ...{ overrides: [], createdAt: now, updatedAt: now },
    },
  })
  const url = `/api/v1/schedules/${made.body.id}`
  expect(await admin.get(url)).toMatchObject({ status: 200, body: made.body })

  const archive = (await admin.post('/api/v1/schedules', { ...given, name: 'archive' })).body
  const first = (await admin.get('/api/v1/schedules?limit=1')).body
  const rest = (await admin.get(`/api/v1/schedules?limit=1&cursor=${first.nextCursor}`)).body
  expect([first.items, rest.items, rest.nextCursor]).toEqual([[archive], [made.body], null])

  clock.advance({ hours: 1 })
  const night = { days: [1, 2, 3, 4, 5], from: '22:00', to: '06:00' }
  const rotations = [weekly, { ...weekly, name: 'Nights', members: [bo.id, bo.id], restrictions: [night] }]
  const replaced = await admin.put(url, { name: 'Shop', timeZone: 'Asia/Kathmandu', rotations })
  expect(replaced).toMatchObject({
    status: 200,
    body: { name: 'Shop', timeZone: 'Asia/Kathmandu', rotations, createdAt: now },
  })
  expect((await admin.get(url)).body).toEqual(replaced.body)

  expect((await admin.delete(url)).status).toBe(204)
  expect(await admin.get(url)).toMatchObject({ status: 404, body: { code: 'not_found' } })
})

test('its shifts are a plain list, cut where they are asked for', async () => {
  const { create, shifts, ana, bo } = await setUp()
  const { id } = await create()
  const rotation = { source: 'rotation' }
  expect(await shifts(id, '2026-03-02T00:00:00Z', '2026-03-09T12:00:00%2B01:00')).toEqual([
    { start: '2026-03-02T00:00:00.000Z', end: '2026-03-02T08:00:00.000Z', userIds: [ana.id], ...rotation },
    { start: '2026-03-02T08:00:00.000Z', end: '2026-03-09T08:00:00.000Z', userIds: [bo.id], ...rotation },
    { start: '2026-03-09T08:00:00.000Z', end: '2026-03-09T11:00:00.000Z', userIds: [ana.id], ...rotation },
  ])
})

test('where nobody is on call there is a gap: before the start, and outside of the hours', async () => {
  const { admin, create, weekly } = await setUp()
  const office = [{ days: [1], from: '09:00', to: '17:00' }]
  const { id } = await create({ rotations: [{ ...weekly, start: '2026-03-02T10:00', restrictions: office }] })
  const { body } = await admin.get(
    `/api/v1/schedules/${id}/gaps?from=2026-03-02T00:00:00Z&to=2026-03-09T09:00:00Z`,
  )
  expect(body).toEqual([
    { start: '2026-03-02T00:00:00.000Z', end: '2026-03-02T09:00:00.000Z' },
    { start: '2026-03-02T16:00:00.000Z', end: '2026-03-09T08:00:00.000Z' },
  ])
})

test('rotations can be looked at before they are saved', async () => {
  const { admin, given, bo } = await setUp()
  const span = { from: '2026-03-02T08:00:00Z', to: '2026-03-03T08:00:00Z' }
  const { timeZone, rotations } = given
  const answer = await admin.post('/api/v1/schedules/preview', { timeZone, rotations, ...span })
  expect(answer).toMatchObject({
    status: 200,
    body: [{ start: '2026-03-02T08:00:00.000Z', end: '2026-03-03T08:00:00.000Z', userIds: [bo.id] }],
  })
  expect((await admin.get('/api/v1/schedules')).body.items).toEqual([])
})

test('who is on call is known of many schedules at once; of one that is not there it is nobody', async () => {
  const { db, create, weekly, ana, bo } = await setUp()
  const [one, other] = [
    await create(),
    await create({ name: 'Search', rotations: [{ ...weekly, members: [bo.id] }] }),
  ]
  const missing = newId(new Date())
  const at = new Date('2026-03-01T09:00:00Z')
  expect(await whoIsOnCall(db, [one.id, other.id, missing, 'nonsense'], at)).toEqual(
    new Map([
      [one.id, [ana.id]],
      [other.id, [bo.id]],
      [missing, []],
      ['nonsense', []],
    ]),
  )
})

test('somebody who is disabled leaves a gap from then on, and nobody else has their turn earlier', async () => {
  const { admin, db, create, ana, bo, clock } = await setUp()
  const { id } = await create()
  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: true })
  const shifts = await finalShifts(db, id, new Date('2026-02-28T00:00Z'), new Date('2026-03-17T00:00Z'))
  expect(shifts.map(({ start, end, userIds }) => [start.toISOString(), end.toISOString(), userIds])).toEqual([
    ['2026-02-28T00:00:00.000Z', clock.now().toISOString(), [ana.id]],
    ['2026-03-02T08:00:00.000Z', '2026-03-09T08:00:00.000Z', [bo.id]],
    ['2026-03-16T08:00:00.000Z', '2026-03-17T00:00:00.000Z', [bo.id]],
  ])
  expect(await whoIsOnCall(db, [id], clock.now())).toEqual(new Map([[id, []]]))

  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: false })
  expect(await whoIsOnCall(db, [id], clock.now())).toEqual(new Map([[id, [ana.id]]]))
})

test('what cannot be is refused with its place', async () => {
  const { admin, given, weekly, ana } = await setUp()
  const refused = async (wrong: object, ...paths: string[]) => {
    const answer = await admin.post('/api/v1/schedules', { ...given, ...wrong })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual(paths)
    return answer.body.detail as string
  }
  const rotation = (wrong: object) => ({ rotations: [weekly, { ...weekly, ...wrong }] })

  await refused({ rotations: [] }, 'rotations')
  await refused({ rotations: undefined }, 'rotations')
  expect(await refused(rotation({ members: [] }), 'rotations.1.members')).toContain('at least one member')
  await refused(rotation({ members: Array(10_000).fill(ana.id) }), 'rotations.1.members')
  const stranger = newId(new Date())
  await refused(
    rotation({ members: [ana.id, stranger, 'nonsense'] }),
    'rotations.1.members.1',
    'rotations.1.members.2',
  )
  await refused({ timeZone: 'Europe/Atlantis' }, 'timeZone')
  await refused({ timeZone: '+01:00' }, 'timeZone')
  for (const timeZone of ['PST', 'BST', 'US/Pacific-New', 'SystemV/PST8'])
    await refused({ timeZone }, 'timeZone')
  await refused(rotation({ every: { count: 0, unit: 'day' } }), 'rotations.1.every.count')
  await refused(rotation({ every: { count: 1, unit: 'month' } }), 'rotations.1.every.unit')
  for (const start of [
    '2026-02-30T09:00',
    '2026-03-01T24:00',
    '2026-03-01T09:00Z',
    '1869-03-01T09:00',
    'soon',
  ])
    await refused(rotation({ start }), 'rotations.1.start')
  const hours = { days: [1], from: '09:00', to: '17:00' }
  for (const [wrong, path] of [
    [{ days: [0] }, 'days.0'],
    [{ days: [] }, 'days'],
    [{ from: '24:00' }, 'from'],
    [{ to: '25:00' }, 'to'],
  ] as const)
    await refused(rotation({ restrictions: [{ ...hours, ...wrong }] }), `rotations.1.restrictions.0.${path}`)
})

test('a start that the clocks skip is refused with the time to take instead', async () => {
  const { admin, given, weekly } = await setUp()
  const rotations = [{ ...weekly, start: '2026-03-29T02:30' }]
  const answer = await admin.post('/api/v1/schedules', { ...given, rotations })
  expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'rotations.0.start' }] } })
  expect(answer.body.detail).toContain('Take 2026-03-29T03:30 instead')
  expect((await admin.post('/api/v1/schedules', { ...given, rotations, timeZone: 'UTC' })).status).toBe(201)
})

test('shifts are asked for over at most 400 days, forward', async () => {
  const { admin, create } = await setUp()
  const { id } = await create()
  for (const to of ['2027-04-06T00:00:01Z', '2026-03-02T00:00:00Z', 'never']) {
    const answer = await admin.get(`/api/v1/schedules/${id}/shifts?from=2026-03-02T00:00:00Z&to=${to}`)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: 'to' }] } })
  }
})

test('two schedules do not share a name, in whatever case', async () => {
  const { admin, create, given } = await setUp()
  const { id } = await create({ name: 'Other' })
  await create()
  const taken = { status: 409, body: { code: 'name_taken' } }
  expect(await admin.post('/api/v1/schedules', { ...given, name: 'CHECKOUT' })).toMatchObject(taken)
  expect(await admin.put(`/api/v1/schedules/${id}`, { ...given, name: 'checkout' })).toMatchObject(taken)
})

test('a schedule that a policy pages through is not deleted, and the policy is named', async () => {
  const { admin, db, create } = await setUp()
  const { id } = await create()
  const now = new Date()
  const policy = {
    id: newId(now),
    name: 'Checkout, day and night',
    version: 1,
    created_at: now,
    updated_at: now,
  }
  await db.insertInto('escalation_policies').values(policy).execute()
  await db.insertInto('escalation_policy_targets').values({ policy_id: policy.id, schedule_id: id }).execute()

  const answer = await admin.delete(`/api/v1/schedules/${id}`)
  expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(answer.body.detail).toContain('Checkout, day and night')
  await db.updateTable('escalation_policies').set({ deleted_at: now }).execute()
  await db.deleteFrom('escalation_policy_targets').execute()
  expect((await admin.delete(`/api/v1/schedules/${id}`)).status).toBe(204)
})

test('no schedule has an id that is none: 404', async () => {
  const { admin, given } = await setUp()
  for (const id of ['nonsense', '%00', '00000000-0000-4000-8000-000000000000']) {
    const url = `/api/v1/schedules/${id}`
    for (const path of [url, `${url}/shifts?from=2026-03-02T00:00:00Z&to=2026-03-03T00:00:00Z`])
      expect((await admin.get(path)).status).toBe(404)
    expect((await admin.put(url, given)).status).toBe(404)
    expect((await admin.delete(url)).status).toBe(404)
  }
})

test('changes of schedules are audited in words', async () => {
  const { admin, create, given, weekly, bo } = await setUp()
  const { id } = await create()
  await admin.put(`/api/v1/schedules/${id}`, { ...given, rotations: [{ ...weekly, members: [bo.id] }] })
  await admin.delete(`/api/v1/schedules/${id}`)
  const { body } = await admin.get('/api/v1/audit-log?limit=3')
  expect(body.items).toMatchObject([
    { action: 'schedule.deleted', target: { type: 'schedule', id, name: 'Checkout' } },
    {
      action: 'schedule.updated',
      data: { rotations: { from: [{ members: ['Ana', 'Bo'] }], to: [{ members: ['Bo'], every: '1 week' }] } },
    },
    { action: 'schedule.created', data: { timeZone: 'Europe/Berlin' } },
  ])
})
