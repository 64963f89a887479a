import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { raceOnTable } from '../testing/race.ts'
import { testApp } from '../testing/test-app.ts'

const URL = '/api/v1/escalation-policies'

const setUp = async () => {
  const t = await testApp()
  const admin = await t.asRole('admin', 'Dana Example')
  const ana = await t.create.user({ name: 'Ana Example' })
  const bo = await t.create.user({ name: 'Bo Example' })
  const step = (waitMinutes: number, ...ids: string[]) => ({
    waitMinutes,
    targets: ids.map((id) => ({ type: 'user', id })),
  })
  const create = async (given: object = {}) => {
    const answer = await admin.post(URL, { name: 'Primary', repeat: 1, steps: [step(0, ana.id)], ...given })
    expect(answer.status, answer.text).toBe(201)
    return answer.body
  }
  return { ...t, admin, ana, bo, step, policy: create }
}

test('a policy is made, read, listed, changed and deleted', async () => {
  const { admin, ana, bo, step, policy, clock } = await setUp()
  const made = await policy({ steps: [step(0, ana.id), step(5, bo.id)] })
  expect(made).toEqual({
    ...{ id: made.id, name: 'Primary', version: 1, repeat: 1, services: [], fallback: null },
    steps: [
      { waitMinutes: 0, targets: [{ type: 'user', id: ana.id, name: 'Ana Example' }] },
      { waitMinutes: 5, targets: [{ type: 'user', id: bo.id, name: 'Bo Example' }] },
    ],
    createdAt: clock.now().toISOString(),
    updatedAt: clock.now().toISOString(),
  })
  expect((await admin.get(`${URL}/${made.id}`)).body).toEqual(made)
  expect((await admin.get(URL)).body).toEqual({ items: [made], nextCursor: null })

  const renamed = (await admin.patch(`${URL}/${made.id}`, { name: 'Nights' })).body
  expect(renamed).toMatchObject({ name: 'Nights', version: 1, repeat: 1 })
  const changed = await admin.put(`${URL}/${made.id}`, { name: 'Nights', steps: [step(0, bo.id)] })
  expect(changed.body).toMatchObject({ version: 2, repeat: 0, steps: [{ targets: [{ id: bo.id }] }] })
  expect(
    (await admin.put(`${URL}/${made.id}`, { name: 'Nights', steps: [step(0, bo.id)] })).body.version,
  ).toBe(2)

  expect((await admin.delete(`${URL}/${made.id}`)).status).toBe(204)
  expect((await admin.get(`${URL}/${made.id}`)).status).toBe(404)
  expect((await admin.patch(`${URL}/${made.id}`, { repeat: 2 })).status).toBe(404)
  expect((await admin.get(URL)).body.items).toEqual([])
  // Its name is free again.
  await policy({ name: 'nights' })
})

test('what a policy said stays, version by version', async () => {
  const { admin, ana, bo, step, policy, db } = await setUp()
  const { id } = await policy()
  await admin.patch(`${URL}/${id}`, { steps: [step(3, bo.id)] })
  await admin.patch(`${URL}/${id}`, { fallback: [{ type: 'user', id: ana.id }] })
  const versions = await db
    .selectFrom('escalation_policy_versions')
    .select(['version', 'repeat', 'steps', 'fallback'])
    .orderBy('version')
    .execute()
  expect(versions).toEqual([
    { version: 1, repeat: 1, steps: [step(0, ana.id)], fallback: null },
    { version: 2, repeat: 1, steps: [step(3, bo.id)], fallback: null },
    { version: 3, repeat: 1, steps: [step(3, bo.id)], fallback: [{ type: 'user', id: ana.id }] },
  ])
})

test('a policy that points to what does not exist is refused, and says to what', async () => {
  const { admin, ana, db } = await setUp()
  const targets = [
    { type: 'user', id: ana.id },
    { type: 'schedule', id: randomUUID() },
    { type: 'team', id: 'no id at all' },
    // Of a person, but it is no team.
    { type: 'team', id: ana.id },
  ]
  const answer = await admin.post(URL, {
    ...{ name: 'Primary', steps: [{ waitMinutes: 0, targets }] },
    fallback: [{ type: 'user', id: randomUUID() }],
  })
  expect(answer).toMatchObject({
    status: 400,
    body: {
      code: 'invalid_request',
      errors: [
        { path: 'steps.0.targets.1.id', message: 'There is no such schedule; it may have been deleted' },
        { path: 'steps.0.targets.2.id', message: 'There is no such team; it may have been deleted' },
        { path: 'steps.0.targets.3.id', message: 'There is no such team; it may have been deleted' },
        { path: 'fallback.0.id', message: 'There is no such person; it may have been deleted' },
      ],
    },
  })
  expect(await db.selectFrom('escalation_policies').selectAll().execute()).toEqual([])
})

test('a policy that cannot be is refused', async () => {
  const { admin, ana, step } = await setUp()
  const targets = [{ type: 'user', id: ana.id }]
  for (const wrong of [
    { steps: [] },
    { steps: [{ waitMinutes: 0, targets: [] }] },
    { steps: [{ waitMinutes: -1, targets }] },
    { steps: [{ waitMinutes: 0.5, targets }] },
    { steps: [{ waitMinutes: 0, targets: [{ type: 'policy', id: ana.id }] }] },
    { steps: [step(0, ana.id)], repeat: 10 },
    { steps: [step(0, ana.id)], name: '  ' },
    { steps: [step(0, ana.id)], fallback: [] },
  ])
    expect(await admin.post(URL, { name: 'Primary', ...wrong }), JSON.stringify(wrong)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
})

test('two policies cannot have the same name, in whatever case', async () => {
  const { admin, ana, step, policy } = await setUp()
  await policy({ name: 'Primary' })
  const second = await policy({ name: 'Secondary' })
  const taken = { status: 409, body: { code: 'name_taken', errors: [{ path: 'name' }] } }
  expect(await admin.post(URL, { name: 'PRIMARY', steps: [step(0, ana.id)] })).toMatchObject(taken)
  expect(await admin.patch(`${URL}/${second.id}`, { name: 'primary' })).toMatchObject(taken)
})

test('a service is given a policy, which it then holds', async () => {
  const { admin, policy, create } = await setUp()
  const { id } = await policy()
  const service = await create.service({ name: 'Checkout' })
  expect(service).toMatchObject({ escalationPolicyId: null, escalationPolicyName: null })
  const path = `/api/v1/services/${service.id}`
  expect((await admin.patch(path, { escalationPolicyId: id })).body).toMatchObject({
    ...{ escalationPolicyId: id, escalationPolicyName: 'Primary' },
  })
  // What is not given stays.
  expect((await admin.patch(path, { description: 'Takes money' })).body.escalationPolicyId).toBe(id)
  expect((await admin.get(`${URL}/${id}`)).body.services).toEqual([{ id: service.id, name: 'Checkout' }])

  expect(await admin.delete(`${URL}/${id}`)).toMatchObject({
    status: 409,
    body: { code: 'conflict', detail: 'The policy is used by "Checkout". Give them another one first.' },
  })
  expect((await admin.patch(path, { escalationPolicyId: null })).body.escalationPolicyId).toBeNull()
  expect((await admin.delete(`${URL}/${id}`)).status).toBe(204)
  for (const gone of [id, randomUUID(), 'x'])
    expect(await admin.patch(path, { escalationPolicyId: gone })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'escalationPolicyId' }] },
    })
  const made = await policy({ name: 'Another' })
  expect((await create.service({ escalationPolicyId: made.id })).escalationPolicyId).toBe(made.id)
})

test('of deleting a policy and giving it to a service at once, one fails', async () => {
  const { admin, policy, create, db } = await setUp()
  const { id } = await policy()
  const service = await create.service()
  const [deleted, given] = await raceOnTable(db, 'escalation_policies', [
    () => admin.delete(`${URL}/${id}`),
    () => admin.patch(`/api/v1/services/${service.id}`, { escalationPolicyId: id }),
  ])
  expect([
    [204, 400],
    [409, 200],
  ]).toContainEqual([deleted!.status, given!.status])
})

test('only administrators change policies; everybody reads them', async () => {
  const { asRole, ana, step, policy, admin } = await setUp()
  const { id } = await policy()
  const responder = await asRole('responder')
  expect((await responder.get(`${URL}/${id}`)).status).toBe(200)
  expect((await responder.post(URL, { name: 'Mine', steps: [step(0, ana.id)] })).status).toBe(403)
  expect((await responder.delete(`${URL}/${id}`)).status).toBe(403)
  const { items } = (await admin.get('/api/v1/audit-log')).body
  expect(items[0]).toMatchObject({
    ...{ action: 'escalation_policy.created', target: { id, name: 'Primary' } },
    actor: { name: 'Dana Example' },
  })
})
