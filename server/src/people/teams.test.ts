import { expect, test } from 'vitest'
import { newId } from '../platform/ids.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

async function setUp(t: TestApp) {
  const [admin, ana, bo] = [
    await t.asRole('admin'),
    await t.create.user({ name: 'Ana' }),
    await t.create.user({ name: 'Bo' }),
  ]
  return { admin, ana, bo }
}

test('a team has members, some of whom lead it; leads come first', async () => {
  const t = await testApp()
  const { admin, ana, bo } = await setUp(t)
  const made = await admin.post('/api/v1/teams', {
    name: ' Payments ',
    members: [{ userId: ana.id }, { userId: bo.id, lead: true }],
  })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({
    name: 'Payments',
    members: [
      { userId: bo.id, name: 'Bo', lead: true, disabled: false },
      { userId: ana.id, name: 'Ana', lead: false, disabled: false },
    ],
  })
  expect((await (await t.asRole('viewer')).get(`/api/v1/teams/${made.body.id}`)).body).toEqual(made.body)
  expect((await admin.get(`/api/v1/users/${bo.id}`)).body.teams).toEqual([
    { id: made.body.id, name: 'Payments', lead: true },
  ])
})

test('a patch changes what it names, a put replaces everything', async () => {
  const t = await testApp()
  const { admin, ana, bo } = await setUp(t)
  const { id } = (await admin.post('/api/v1/teams', { name: 'A', members: [{ userId: ana.id }] })).body
  const url = `/api/v1/teams/${id}`
  const shapeOf = ({ name, members }: { name: string; members: { name: string; lead: boolean }[] }) => [
    name,
    ...members.map((member) => `${member.name}${member.lead ? '!' : ''}`),
  ]

  expect(shapeOf((await admin.patch(url, { name: 'B' })).body)).toEqual(['B', 'Ana'])
  expect(shapeOf((await admin.patch(url, { members: [{ userId: bo.id, lead: true }] })).body)).toEqual([
    'B',
    'Bo!',
  ])
  expect(shapeOf((await admin.put(url, { name: 'C' })).body)).toEqual(['C'])
  expect((await admin.delete(url)).status).toBe(204)
  expect((await admin.get(url)).status).toBe(404)
})

test('members who do not exist, were deleted or are named twice are refused by their place', async () => {
  const t = await testApp()
  const { admin, ana, bo } = await setUp(t)
  await admin.delete(`/api/v1/users/${bo.id}`)
  const { status, body } = await admin.post('/api/v1/teams', {
    name: 'A',
    members: [{ userId: ana.id }, { userId: 'nobody' }, { userId: bo.id }, { userId: ana.id }],
  })
  expect(status).toBe(400)
  expect(body.errors.map(({ path }: { path: string }) => path)).toEqual([
    'members.1.userId',
    'members.2.userId',
    'members.3.userId',
  ])
  expect((await admin.get('/api/v1/teams')).body.items).toEqual([])
})

test('a name belongs to one team, in whatever case; teams are listed by name, page by page', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  for (const name of ['beta', 'Alpha', 'gamma']) await admin.post('/api/v1/teams', { name })
  const again = await admin.post('/api/v1/teams', { name: 'ALPHA' })
  expect([again.status, again.body.code, again.body.errors[0].path]).toEqual([409, 'name_taken', 'name'])

  const first = (await admin.get('/api/v1/teams?limit=2')).body
  const second = (await admin.get(`/api/v1/teams?limit=2&cursor=${first.nextCursor}`)).body
  const names = [...first.items, ...second.items].map(({ name }: { name: string }) => name)
  expect(names).toEqual(['Alpha', 'beta', 'gamma'])
  expect(second.nextCursor).toBeNull()
})

test('a team that an escalation policy pages is not deleted, and the answer says which', async () => {
  const t = await testApp()
  const { admin } = await setUp(t)
  const { id } = (await admin.post('/api/v1/teams', { name: 'Payments' })).body
  const now = t.clock.now()
  const policy = { id: newId(now), name: 'Shop', version: 1, created_at: now, updated_at: now }
  await t.db.insertInto('escalation_policies').values(policy).execute()
  await t.db.insertInto('escalation_policy_targets').values({ policy_id: policy.id, team_id: id }).execute()

  const refused = await admin.delete(`/api/v1/teams/${id}`)
  expect(refused.status).toBe(409)
  expect(refused.body.detail).toContain('The escalation policy "Shop" pages it')

  await t.db.deleteFrom('escalation_policy_targets').execute()
  expect((await admin.delete(`/api/v1/teams/${id}`)).status).toBe(204)
})

test('the audit log says what became of a team', async () => {
  const t = await testApp()
  const { admin, ana } = await setUp(t)
  const { id } = (await admin.post('/api/v1/teams', { name: 'A' })).body
  await admin.patch(`/api/v1/teams/${id}`, { name: 'B', members: [{ userId: ana.id, lead: true }] })
  await admin.delete(`/api/v1/teams/${id}`)
  const { items } = (await admin.get('/api/v1/audit-log')).body
  const lines = items.map(({ action, data }: { action: string; data: unknown }) => [action, data])
  expect(lines.reverse()).toEqual([
    ['team.created', { members: [] }],
    ['team.updated', { name: { from: 'A', to: 'B' }, members: { from: [], to: ['Ana (lead)'] } }],
    ['team.deleted', {}],
  ])
})
