import { expect, test } from 'vitest'
import { addMinutes } from '../platform/clock.ts'
import { onCallApp, step, toSchedule, toTeam, toUser } from '../testing/on-call-people.ts'

test('steps page one after the other, the whole is repeated, and then the administrators hear of it', async () => {
  const t = await onCallApp()
  const [ana, bo, cy] = [await t.person('Ana'), await t.person('Bo'), await t.administrator('Cy')]
  const incident = await t.incident([step(0, toUser(ana)), step(10, toUser(bo))], { repeat: 1 })
  expect((await t.read(incident.id)).paging).toEqual({
    ...{ state: 'due', problem: null },
    next: { at: t.clock.now().toISOString(), step: 1, of: 2, cycle: 0, repeat: 1, who: 'Ana' },
    policy: { id: incident.policy?.id, name: 'Policy 1', version: 1, isOutdated: false },
  })
  await t.work()
  expect(await t.paged(incident)).toEqual(['0 Ana 1.0'])
  expect((await t.read(incident.id)).paging).toMatchObject({
    next: { at: addMinutes(t.clock.now(), 10).toISOString(), step: 2, who: 'Bo' },
  })
  await t.pass(9)
  expect(await t.paged(incident)).toHaveLength(1)
  await t.pass(20)
  expect(await t.paged(incident)).toEqual([
    '0 Ana 1.0',
    '10 Bo 2.0',
    '10 Ana 1.1',
    '20 Bo 2.1',
    '25 Cy administrators',
  ])
  expect(await t.said(incident)).toEqual([
    'escalated: Step 1 of 2 pages Ana.',
    'escalated: Step 2 of 2 pages Bo.',
    'escalated: Repeat 1 of 1, step 1 of 2 pages Ana.',
    'escalated: Repeat 1 of 1, step 2 of 2 pages Bo.',
    'escalation_ended: The policy "Policy 1" has ended without an acknowledgement. The administrator Cy is paged.',
  ])
  expect((await t.read(incident.id)).paging).toMatchObject({
    state: 'ended',
    problem: 'The policy "Policy 1" has ended without an acknowledgement. The administrator Cy is paged.',
    next: null,
  })
  await t.pass(60)
  expect(await t.paged(incident)).toHaveLength(5)
  expect(cy.name).toBe('Cy')
})

test('steps without a wait page at once, and nobody twice in a cycle', async () => {
  const t = await onCallApp()
  const [ana, bo] = [await t.person('Ana'), await t.person('Bo')]
  const steps = [step(0, toUser(ana)), step(0, toUser(ana), toUser(bo)), step(2, toUser(bo))]
  const incident = await t.incident(steps, { repeat: 1 })
  await t.work()
  expect(await t.paged(incident)).toEqual(['0 Ana 1.0', '0 Bo 2.0'])
  await t.pass(5)
  expect(await t.paged(incident)).toEqual(['0 Ana 1.0', '0 Bo 2.0', '5 Ana 1.1', '5 Bo 2.1'])
  expect((await t.said(incident)).slice(0, 3)).toEqual([
    'escalated: Step 1 of 3 pages Ana.',
    'escalated: Step 2 of 3 pages Bo. Paged before in this cycle: Ana.',
    'escalated: Step 3 of 3 pages nobody else. Paged before in this cycle: Bo.',
  ])
})

test('a step pages who is on call, all of a team or those who lead it', async () => {
  const t = await onCallApp()
  const [ana, bo, cy] = [await t.person('Ana'), await t.person('Bo'), await t.person('Cy')]
  const di = await t.person('Di')
  const rotation = {
    name: 'Weeks',
    start: '2026-02-23T09:00',
    every: { count: 1, unit: 'week' },
    members: [di.id],
  }
  const schedule = await t.ok(
    t.admin.post('/api/v1/schedules', { name: 'Primary', timeZone: 'Europe/Berlin', rotations: [rotation] }),
    201,
  )
  const team = await createTeam(t, 'Ops', [ana.id, bo.id], [cy.id])
  const steps = [step(0, toSchedule(schedule)), step(1, toTeam(team, true)), step(1, toTeam(team))]
  const incident = await t.incident(steps)
  expect((await t.read(incident.id)).paging.next.who).toBe('whoever is on call in Primary')
  await t.work()
  await t.pass(2)
  const paged = await t.paged(incident)
  expect(paged.slice(0, 2)).toEqual(['0 Di 1.0', '1 Cy 2.0'])
  expect(paged.slice(2).toSorted()).toEqual(['2 Ana 3.0', '2 Bo 3.0'])
})

test('an empty step is not waited for, and the timeline says why', async () => {
  const t = await onCallApp()
  const [ana, bo, cy] = [
    await t.person('Ana'),
    await t.person('Bo', { reachable: false }),
    await t.person('Cy'),
  ]
  const nights = {
    ...{ name: 'Nights', start: '2026-02-23T20:00', every: { count: 1, unit: 'day' }, members: [ana.id] },
    restrictions: [{ days: [1, 2, 3, 4, 5, 6, 7], from: '20:00', to: '08:00' }],
  }
  const schedule = await t.ok(
    t.admin.post('/api/v1/schedules', { name: 'Nights', timeZone: 'UTC', rotations: [nights] }),
    201,
  )
  const team = await createTeam(t, 'Ops', [ana.id], [])
  const steps = [
    step(0, toSchedule(schedule)),
    step(30, toTeam(team, true)),
    step(30, toUser(bo)),
    step(30, toUser(cy)),
    step(30, toUser(ana)),
  ]
  const incident = await t.incident(steps)
  await t.ok(t.admin.patch(`/api/v1/users/${cy.id}`, { disabled: true }))
  await t.work()
  expect(await t.paged(incident)).toEqual(['0 Ana 5.0'])
  expect(await t.said(incident)).toEqual([
    'escalated: Step 1 of 5 reaches nobody and is not waited for. Nobody is on call in Nights.',
    'escalated: Step 2 of 5 reaches nobody and is not waited for. Nobody leads Ops.',
    'escalated: Step 3 of 5 reaches nobody and is not waited for. Bo has no contact method.',
    'escalated: Step 4 of 5 reaches nobody and is not waited for. Cy is disabled.',
    'escalated: Step 5 of 5 pages Ana.',
  ])
})

test('a policy that reaches nobody at all pages the administrators at once, and again with every repeat', async () => {
  const t = await onCallApp()
  const [ana] = [await t.person('Ana', { reachable: false }), await t.administrator('Cy')]
  const incident = await t.incident([step(0, toUser(ana)), step(10, toUser(ana))], { repeat: 1 })
  await t.work()
  expect(await t.paged(incident)).toEqual(['0 Cy administrators'])
  expect((await t.said(incident)).at(-1)).toBe(
    'nobody_paged: The policy "Policy 1" has reached nobody and will be tried again. The administrator Cy is paged.',
  )
  await t.pass(30)
  expect(await t.paged(incident)).toEqual(['0 Cy administrators', '5 Cy administrators'])
  expect((await t.said(incident)).slice(-2)).toEqual([
    'nobody_paged: The policy "Policy 1" reaches nobody: Ana has no contact method. The administrator Cy is paged.',
    'escalation_ended: The policy "Policy 1" has ended.',
  ])
})

test('the fallback is paged at the end; where it cannot be, the administrators are', async () => {
  const t = await onCallApp()
  const [ana, bo, cy] = [
    await t.person('Ana'),
    await t.person('Bo'),
    await t.person('Cy', { reachable: false }),
  ]
  await t.administrator('Di')
  const good = await t.incident([step(0, toUser(ana))], { fallback: [toUser(bo)] })
  const bad = await t.incident([step(0, toUser(ana))], { fallback: [toUser(cy)] })
  await t.work()
  expect((await t.read(good.id)).paging.next).toMatchObject({ step: null, who: 'Bo' })
  await t.pass(5)
  expect(await t.paged(good)).toEqual(['0 Ana 1.0', '5 Bo fallback'])
  expect(await t.paged(bad)).toEqual(['0 Ana 1.0', '5 Di administrators'])
  expect((await t.said(bad)).at(-1)).toBe(
    'escalation_ended: The policy "Policy 2" has ended without an acknowledgement. Its fallback cannot be paged: Cy has no contact method. The administrator Di is paged.',
  )
})

test('without a policy the administrators are paged, and the page says so', async () => {
  const t = await onCallApp()
  await t.administrator('Cy')
  const incident = await t.incident(null)
  expect((await t.read(incident.id)).paging).toMatchObject({
    state: 'due',
    problem: 'This service has no escalation policy.',
    next: { who: 'the administrators' },
  })
  await t.work()
  expect(await t.paged(incident)).toEqual(['0 Cy administrators'])
  const problem = 'This service has no escalation policy. The administrator Cy is paged.'
  expect((await t.read(incident.id)).paging).toEqual({ state: 'ended', problem, next: null, policy: null })
  expect(await t.said(incident)).toEqual([`nobody_paged: ${problem}`])
})

test('an installation in which nobody can be reached only says so', async () => {
  const t = await onCallApp()
  const incident = await t.incident(null)
  await t.work()
  expect(await t.said(incident)).toEqual([
    'nobody_paged: This service has no escalation policy. Nor can an administrator be paged: no administrator has a verified contact method.',
  ])
  expect(await t.db.selectFrom('pages').select('id').execute()).toEqual([])
})

test('a channel that is not set up reaches nobody', async () => {
  const t = await onCallApp({})
  const [ana] = [await t.person('Ana'), await t.administrator('Cy')]
  const incident = await t.incident([step(0, toUser(ana))])
  await t.work()
  expect(await t.paged(incident)).toEqual([])
  const [first, second] = await t.said(incident)
  expect(first).toMatch(
    /^escalated: The step of the policy reaches nobody and is not waited for\. Ana cannot be paged \(.+\)\.$/,
  )
  expect(second).toMatch(
    /^nobody_paged: The policy "Policy 1" reaches nobody: Ana cannot be paged.*\. Nor can an administrator be paged: Cy cannot be paged \(.+\)\.$/,
  )
})

/** Through the table: teams are made elsewhere. */
async function createTeam(
  { db, clock }: Awaited<ReturnType<typeof onCallApp>>,
  name: string,
  members: string[],
  leads: string[],
): Promise<{ id: string }> {
  const id = crypto.randomUUID()
  const now = clock.now()
  await db.insertInto('teams').values({ id, name, created_at: now, updated_at: now }).execute()
  const rows = [...members, ...leads].map((user_id) => ({
    team_id: id,
    user_id,
    is_lead: leads.includes(user_id),
  }))
  await db.insertInto('team_members').values(rows).execute()
  return { id }
}
