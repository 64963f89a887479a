import { expect, test } from 'vitest'
import { scheduleApp } from '../testing/on-call.ts'

const NINE_TO_ELEVEN = { start: '2026-03-01T09:00:00Z', end: '2026-03-01T11:00:00+00:00' }
const MORNING = ['2026-03-01T08:00:00Z', '2026-03-01T12:00:00Z'] as const

test('an administrator puts somebody in place of others, takes them out, and takes that back', async () => {
  const { admin, url, shifts, ana, bo, cy } = await scheduleApp()
  const override = { ...NINE_TO_ELEVEN, userId: cy.id }
  const made = await admin.post(`${url}/overrides`, override)
  expect(made).toMatchObject({
    status: 201,
    body: {
      ...{ start: '2026-03-01T09:00:00.000Z', end: '2026-03-01T11:00:00.000Z' },
      ...{ userId: cy.id, replaces: null, beside: false, createdBy: 'Dana Example' },
    },
  })
  expect((await admin.get(url)).body.overrides).toEqual([made.body])
  expect(await shifts(...MORNING)).toEqual([
    '03-01T08:00 03-01T09:00 Ana',
    '03-01T09:00 03-01T11:00 Cy!',
    '03-01T11:00 03-01T12:00 Ana',
  ])

  expect((await admin.delete(`${url}/overrides/${made.body.id}`)).status).toBe(204)
  expect(await admin.delete(`${url}/overrides/${made.body.id}`)).toMatchObject({ status: 404 })
  const post = async (more: object) =>
    (await admin.post(`${url}/overrides`, { ...NINE_TO_ELEVEN, ...more })).status
  expect(await post({ userId: cy.id, replaces: bo.id })).toBe(201)
  expect(await shifts(...MORNING)).toEqual(['03-01T08:00 03-01T12:00 Ana'])
  expect(await post({ userId: cy.id, beside: true })).toBe(201)
  expect(await post({ userId: bo.id, replaces: ana.id, start: '2026-03-01T10:00:00Z' })).toBe(201)
  expect(await shifts(...MORNING)).toEqual([
    '03-01T08:00 03-01T09:00 Ana',
    '03-01T09:00 03-01T10:00 Ana+Cy!',
    '03-01T10:00 03-01T11:00 Bo+Cy!',
    '03-01T11:00 03-01T12:00 Ana',
  ])
  expect(await post({ userId: null })).toBe(201)
  expect(await shifts(...MORNING)).toEqual(['03-01T08:00 03-01T09:00 Ana', '03-01T11:00 03-01T12:00 Ana'])
})

test('an override outlives a change of the rotations, and is not shown any more when it is over', async () => {
  const { admin, url, given, weekly, shifts, ana, bo, cy, clock } = await scheduleApp()
  await admin.post(`${url}/overrides`, { ...NINE_TO_ELEVEN, userId: cy.id, replaces: bo.id })
  await admin.put(url, { ...given, rotations: [{ ...weekly, members: [bo.id, ana.id] }] })
  expect(await shifts(...MORNING)).toEqual([
    '03-01T08:00 03-01T09:00 Bo',
    '03-01T09:00 03-01T11:00 Cy!',
    '03-01T11:00 03-01T12:00 Bo',
  ])
  clock.advance({ hours: 1, minutes: 59 })
  expect((await admin.get(url)).body.overrides).toHaveLength(1)
  clock.advance({ minutes: 1 })
  expect((await admin.get(url)).body.overrides).toEqual([])
})

test('a responder puts themselves where nobody is, or beside others, and takes that back', async () => {
  const { as, url, cy, make, shifts } = await scheduleApp()
  const me = await as(cy)
  const own = { ...NINE_TO_ELEVEN, userId: cy.id }
  expect(await me.post(`${url}/overrides`, own)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  const beside = await me.post(`${url}/overrides`, { ...own, beside: true })
  expect(beside.status).toBe(201)
  expect((await shifts(...MORNING))[1]).toBe('03-01T09:00 03-01T11:00 Ana+Cy!')
  expect((await me.delete(`${url}/overrides/${beside.body.id}`)).status).toBe(204)

  const later = await make({ name: 'Later', rotations: [{ ...weeklyOf(cy.id), start: '2027-01-01T09:00' }] })
  expect((await me.post(`/api/v1/schedules/${later.id}/overrides`, own)).status).toBe(201)
})

const weeklyOf = (...members: string[]) => ({ name: 'Primary', every: { count: 1, unit: 'week' }, members })

test('a responder changes nothing about others, and takes back nothing of others', async () => {
  const { as, admin, url, ana, bo, cy, withKey, create } = await scheduleApp()
  const me = await as(cy)
  for (const wrong of [
    { userId: bo.id },
    { userId: null },
    { userId: null, replaces: ana.id },
    { userId: cy.id, replaces: ana.id },
    { userId: bo.id, beside: true },
  ]) {
    const answer = await me.post(`${url}/overrides`, { ...NINE_TO_ELEVEN, ...wrong })
    expect(answer, JSON.stringify(wrong)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  }
  const { body } = await admin.post(`${url}/overrides`, { ...NINE_TO_ELEVEN, userId: cy.id })
  expect((await me.delete(`${url}/overrides/${body.id}`)).status).toBe(403)
  const program = withKey(await create.apiKey('write'))
  expect((await program.post(`${url}/overrides`, { ...NINE_TO_ELEVEN, userId: cy.id })).status).toBe(403)
})

test('what cannot be is refused with its place', async () => {
  const { admin, url, ana, cy } = await scheduleApp()
  const refused = async (wrong: object, path: string) =>
    expect(
      await admin.post(`${url}/overrides`, { ...NINE_TO_ELEVEN, userId: cy.id, ...wrong }),
    ).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ path }] },
    })
  await refused({ end: NINE_TO_ELEVEN.start }, 'end')
  await refused({ end: '2027-06-01T00:00:00Z' }, 'end')
  await refused({ start: '2026-03-01T09:00' }, 'start')
  await refused({ userId: undefined }, 'userId')
  await refused({ userId: 'nonsense' }, 'userId')
  await refused({ replaces: '00000000-0000-4000-8000-000000000000' }, 'replaces')
  await refused({ replaces: cy.id }, 'replaces')
  await refused({ beside: true, replaces: ana.id }, 'beside')
  await refused({ beside: true, userId: null }, 'beside')
  await admin.patch(`/api/v1/users/${cy.id}`, { disabled: true })
  await refused({}, 'userId')
})

test('overrides are audited with the names of the people', async () => {
  const { admin, url, ana, cy } = await scheduleApp()
  const { body } = await admin.post(`${url}/overrides`, {
    ...NINE_TO_ELEVEN,
    userId: cy.id,
    replaces: ana.id,
  })
  await admin.delete(`${url}/overrides/${body.id}`)
  const { items } = (await admin.get('/api/v1/audit-log?limit=2')).body
  const data = { start: body.start, end: body.end, person: 'Cy', replaces: 'Ana' }
  expect(items).toMatchObject([
    { action: 'override.deleted', target: { name: 'Checkout' }, data },
    { action: 'override.created', target: { name: 'Checkout' }, data },
  ])
})
