import { expect, test } from 'vitest'
import { newId } from '../platform/ids.ts'
import { appWithMail } from '../testing/people-with-mail.ts'
import { raceOnTable } from '../testing/race.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const url = (id: string) => `/api/v1/users/${id}`

test('a person who is deleted is out at once, nothing of theirs is left, and their name stays', async () => {
  const t = await appWithMail()
  const admin = await t.asRole('admin')
  const ana = await t.person('responder', 'Ana')
  await t.addVerified(ana, 'ana@home.example')
  await admin.post('/api/v1/teams', { name: 'Shop', members: [{ userId: ana.id }] })
  const incident = await t.create.incident()
  await ana.browser.post(`/api/v1/incidents/${incident.id}/acknowledge`)
  await admin.post(`/api/v1/incidents/${incident.id}/assign`, { userId: ana.id })

  expect((await admin.delete(url(ana.id))).status).toBe(204)

  expect((await ana.browser.get('/api/v1/me')).status).toBe(401)
  expect((await admin.get(url(ana.id))).status).toBe(404)
  expect((await admin.delete(url(ana.id))).status).toBe(404)
  expect((await admin.patch(url(ana.id), { disabled: false })).status).toBe(404)
  const people = (await admin.get('/api/v1/users')).body.items
  expect(people.map(({ id }: { id: string }) => id)).not.toContain(ana.id)
  expect((await admin.get('/api/v1/teams')).body.items[0].members).toEqual([])
  for (const table of ['contact_methods', 'notification_rules', 'team_members'] as const)
    expect(await t.db.selectFrom(table).selectAll().execute()).toEqual([])

  const shown = (await admin.get(`/api/v1/incidents/${incident.id}`)).body
  expect(shown.acknowledgedBy.name).toBe('Ana')
  expect(shown.assignedTo).toMatchObject({ name: 'Ana' })
  const assigned = await admin.post(`/api/v1/incidents/${incident.id}/assign`, { userId: ana.id })
  expect(assigned.status).toBe(404)
})

test('the e-mail address of a person who was deleted is free again', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const invitation = { email: 'bo@example.com', role: 'viewer' }
  const { id, inviteUrl } = (await admin.post('/api/v1/users', invitation)).body
  await admin.delete(url(id))
  const token = new URL(inviteUrl).searchParams.get('token')
  const redeemed = await t.nobody.post('/api/v1/password-links/redeem', {
    token,
    password: 'long enough it is',
  })
  expect(redeemed.status).toBe(410)
  const again = await admin.post('/api/v1/users', invitation)
  expect(again.status).toBe(201)
  expect(again.body.id).not.toBe(id)
})

/** Bo is in a rotation, in an override and a target of a policy. */
async function everywhere(t: TestApp, userId: string) {
  const now = t.clock.now()
  const stamps = { created_at: now, updated_at: now }
  const schedule = { id: newId(now), name: 'Primary', time_zone: 'UTC', ...stamps }
  const rotation = {
    id: newId(now),
    schedule_id: schedule.id,
    position: 0,
    name: 'Days',
    start_local: '2026-03-01T09:00',
    every_count: 1,
    every_unit: 'day' as const,
  }
  await t.db.insertInto('schedules').values(schedule).execute()
  await t.db.insertInto('rotations').values(rotation).execute()
  await t.db
    .insertInto('rotation_members')
    .values({ rotation_id: rotation.id, position: 0, user_id: userId })
    .execute()
  const override = {
    id: newId(now),
    schedule_id: schedule.id,
    start_at: now,
    end_at: new Date(now.getTime() + 3_600_000),
    user_id: userId,
    created_by: JSON.stringify({ kind: 'system', id: null, name: 'test' }),
    created_at: now,
  }
  await t.db.insertInto('schedule_overrides').values(override).execute()
  const policy = { id: newId(now), name: 'Shop', version: 1, ...stamps }
  await t.db.insertInto('escalation_policies').values(policy).execute()
  await t.db
    .insertInto('escalation_policy_targets')
    .values({ policy_id: policy.id, user_id: userId })
    .execute()
}

test('whoever is on a schedule or a policy is not deleted, and the answer names all of them', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const bo = await t.create.user({ name: 'Bo' })
  await everywhere(t, bo.id)

  const refused = await admin.delete(url(bo.id))
  expect([refused.status, refused.body.code]).toEqual([409, 'conflict'])
  expect(refused.body.errors.map(({ message }: { message: string }) => message)).toEqual([
    'The schedule "Primary" has them in a rotation',
    'The schedule "Primary" has them in an override that is not over',
    'The escalation policy "Shop" pages them',
  ])
  expect((await admin.get(url(bo.id))).status).toBe(200)

  await t.db.deleteFrom('rotation_members').execute()
  await t.db.deleteFrom('escalation_policy_targets').execute()
  t.clock.advance({ hours: 1 })
  expect((await admin.delete(url(bo.id))).status).toBe(204)
})

test('the last administrator who can sign in cannot be deleted', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { id, inviteUrl } = (await admin.post('/api/v1/users', { email: 'a@example.com', role: 'admin' }))
    .body
  const token = new URL(inviteUrl).searchParams.get('token')
  await t.nobody.post('/api/v1/password-links/redeem', { token, password: 'long enough it is' })

  const refused = await admin.delete(url(id))
  expect([refused.status, refused.body.code]).toEqual([409, 'last_administrator'])
})

test('a team that takes somebody in while they are deleted does not keep them', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const bo = await t.create.user({ name: 'Bo' })
  const answers = await raceOnTable(t.db, 'audit_log', [
    () => admin.delete(url(bo.id)),
    () => admin.post('/api/v1/teams', { name: 'Shop', members: [{ userId: bo.id }] }),
  ])
  const members = await t.db.selectFrom('team_members').selectAll().execute()
  const outcome = answers.map(({ status }) => status)
  expect([
    [204, 400],
    [204, 201],
  ]).toContainEqual(outcome)
  expect(members).toEqual([])
})

test('a schedule that takes somebody in while they are deleted either has them or is refused, never both', async () => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const bo = await t.create.user({ name: 'Bo' })
  const rotation = {
    name: 'Days',
    start: '2026-03-01T09:00',
    every: { count: 1, unit: 'day' },
    members: [bo.id],
  }
  const [deleted, made] = await raceOnTable(t.db, 'audit_log', [
    () => admin.delete(url(bo.id)),
    () => admin.post('/api/v1/schedules', { name: 'Primary', timeZone: 'UTC', rotations: [rotation] }),
  ])
  expect([
    [204, 400],
    [409, 201],
  ]).toContainEqual([deleted?.status, made?.status])
})

test('only administrators delete people', async () => {
  const t = await testApp()
  const bo = await t.create.user()
  for (const client of [await t.asRole('responder'), t.withKey(await t.create.apiKey('write'))])
    expect((await client.delete(url(bo.id))).status).toBe(403)
})
