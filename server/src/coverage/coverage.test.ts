import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CoverageGap } from '#contract/coverage.ts'
import type { EscalationStep } from '#contract/escalation-policies.ts'
import { coverage } from '../cli/coverage.ts'
import { onCallApp, step, toSchedule, toUser } from '../testing/on-call-people.ts'

const short = (iso: string) => iso.slice(5, 16).replace('T', ' ')
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]

/** People of every kind, schedules that leave times open, and services whose policies name them. */
const setUp = async () => {
  const t = await onCallApp()
  const people = {
    ana: await t.person('Ana'),
    bo: await t.person('Bo'),
    cy: await t.person('Cy', { reachable: false }),
  }
  const schedule = async (name: string, members: { id: string }[], from: string, to: string) => {
    const rotation = {
      ...{ name: 'Days', start: '2026-02-23T08:00', every: { count: 1, unit: 'day' } },
      members: members.map(({ id }) => id),
      restrictions: [{ days: EVERY_DAY, from, to }],
    }
    return t.ok(
      t.admin.post('/api/v1/schedules', { name, timeZone: 'Europe/Berlin', rotations: [rotation] }),
      201,
    )
  }
  const serviceOf = async (name: string, steps: EscalationStep[] | null) => {
    const policy = steps && (await t.policy(steps))
    const service = await t.create.service({ name, escalationPolicyId: policy?.id ?? null })
    return service
  }
  const gaps = async (days = 2): Promise<string[]> => {
    const { gaps } = await t.ok(t.admin.get(`/api/v1/coverage?days=${days}`))
    return gaps.map(
      ({ serviceName, start, end, cause }: CoverageGap) =>
        `${serviceName}: ${short(start)} to ${short(end)}, ${cause}`,
    )
  }
  return { ...t, ...people, schedule, serviceOf, gaps }
}

test('gaps are listed by service, with their times and causes', async () => {
  const t = await setUp()
  const office = await t.schedule('Office', [t.ana, t.cy], '08:00', '18:00')
  await t.serviceOf('Always', [step(0, toSchedule(office)), step(5, toUser(t.bo))])
  await t.serviceOf('By day', [step(0, toSchedule(office))])
  await t.serviceOf('Never', [step(0, toUser(t.cy))])
  await t.serviceOf('New', null)
  // 10:00 in Berlin; Ana and Cy take turns day by day, beginning with Ana on 23 February.
  expect(await t.gaps()).toEqual([
    'By day: 03-01 17:00 to 03-02 07:00, Nobody is on call in Office',
    'By day: 03-02 07:00 to 03-02 17:00, Cy has no contact method',
    'By day: 03-02 17:00 to 03-03 07:00, Nobody is on call in Office',
    'Never: 03-01 09:00 to 03-03 09:00, Cy has no contact method',
    'New: 03-01 09:00 to 03-03 09:00, No escalation policy',
  ])
  expect(await t.ok(t.admin.get('/api/v1/coverage'))).toMatchObject({
    ...{ from: t.clock.now().toISOString(), to: '2026-05-30T09:00:00.000Z', services: 4 },
    gaps: expect.arrayContaining([expect.objectContaining({ serviceName: 'By day' })]),
  })
  for (const days of ['0', '367', 'x', '1.5'])
    expect((await t.admin.get(`/api/v1/coverage?days=${days}`)).status).toBe(400)
})

test('a person who is disabled, or whose channel is no longer set up, leaves a gap', async () => {
  const t = await setUp()
  await t.serviceOf('Checkout', [step(0, toUser(t.ana))])
  expect(await t.gaps()).toEqual([])
  await t.ok(t.admin.patch(`/api/v1/users/${t.ana.id}`, { disabled: true }))
  expect(await t.gaps(1)).toEqual(['Checkout: 03-01 09:00 to 03-02 09:00, Ana is disabled'])

  const without = await onCallApp({})
  const bo = await without.person('Bo')
  const policy = await without.policy([step(0, toUser(bo))])
  await without.create.service({ escalationPolicyId: policy.id })
  const { gaps } = await without.ok(without.admin.get('/api/v1/coverage'))
  expect(gaps).toEqual([
    expect.objectContaining({ cause: expect.stringMatching(/^Bo cannot be paged \(.*SMTP_URL/) }),
  ])
})

test('the command proves it in words, and its exit code says whether there are gaps', async () => {
  const t = await setUp()
  expect(await coverage(t.deps, { days: '90' })).toEqual({
    text: 'There is no service yet, so there is nothing to reach anybody about.',
    exitCode: 0,
  })
  const office = await t.schedule('Office', [t.ana], '08:00', '18:00')
  await t.serviceOf('Always', [step(0, toUser(t.ana))])
  expect(await coverage(t.deps, { days: '90' })).toEqual({
    text: 'The only service reaches somebody at every moment until 2026-05-30 09:00 UTC (90 days).',
    exitCode: 0,
  })
  await t.serviceOf('By day', [step(0, toSchedule(office))])
  const { text, exitCode } = await coverage(t.deps, { days: '1' })
  expect(exitCode).toBe(1)
  expect(text.split('\n')).toEqual([
    'SERVICE  FROM (UTC)        TO (UTC)          NOBODY IS REACHED, AS',
    'By day   2026-03-01 17:00  2026-03-02 07:00  Nobody is on call in Office',
    '',
    '1 of 2 services would reach nobody at some time until 2026-03-02 09:00 UTC (one day).',
  ])
  const json = JSON.parse((await coverage(t.deps, { days: '1', json: true })).text)
  expect(json).toEqual(await t.ok(t.admin.get('/api/v1/coverage?days=1')))
  await expect(coverage(t.deps, { days: 'many' })).rejects.toThrow('--days: ')
})

test('what it says is what the engine does, at random moments and at every edge', async () => {
  const t = await setUp()
  const schedules = [
    await t.schedule('Office', [t.ana, t.cy], '08:00', '18:00'),
    await t.schedule('Nights', [t.cy, t.bo, t.cy], '20:00', '06:00'),
    await t.schedule('Lunch', [t.ana, t.bo], '11:30', '13:15'),
  ]
  const at = (hours: number) => new Date(t.clock.now().getTime() + hours * 3_600_000).toISOString()
  for (const [userId, from, to] of [
    [null, 3, 5],
    [t.bo.id, 20, 31],
    [t.cy.id, 52, 53],
  ] as const)
    await t.ok(
      t.admin.post(`/api/v1/schedules/${schedules[0].id}/overrides`, {
        start: at(from),
        end: at(to),
        userId,
      }),
      201,
    )
  const pool = [...schedules.map(toSchedule), toUser(t.cy)]
  const services = []
  const subsets = fc.sample(fc.subarray(pool, { minLength: 1, maxLength: 3 }), { seed: 7, numRuns: 7 })
  for (const targets of subsets) {
    const { id } = await t.policy(targets.map((target, index) => step(index * 7, target)))
    services.push(await t.service(id))
  }

  const { gaps } = (await t.ok(t.admin.get('/api/v1/coverage?days=4'))) as { gaps: CoverageGap[] }
  const start = t.clock.now().getTime()
  const edges = gaps.flatMap(({ start, end }) => [
    Date.parse(start),
    Date.parse(start) - 1,
    Date.parse(end),
    Date.parse(end) - 1,
  ])
  const moments = fc
    .sample(fc.integer({ min: start, max: start + 4 * 24 * 3_600_000 - 1 }), { seed: 7, numRuns: 12 })
    .concat(edges.filter((_edge, index) => index % 7 === 0))
    .filter((moment) => moment >= start && moment < start + 4 * 24 * 3_600_000)
    .toSorted((a, b) => a - b)
  const wrong: string[] = []
  let [reached, missed] = [0, 0]
  for (const moment of moments) {
    t.clock.advance({ milliseconds: moment - t.clock.now().getTime() })
    const incidents = await Promise.all(services.map((on) => t.create.incident({ on })))
    await t.work()
    const paged = await t.db
      .selectFrom('pages')
      .select('incident_id')
      .where('status', '<>', 'skipped')
      .where('created_at', '=', t.clock.now())
      .execute()
    for (const { id, serviceId } of incidents) {
      const isPaged = paged.some(({ incident_id }) => incident_id === id)
      const isGap = gaps.some(
        (gap) =>
          gap.serviceId === serviceId && Date.parse(gap.start) <= moment && moment < Date.parse(gap.end),
      )
      if (isPaged === isGap) wrong.push(`${new Date(moment).toISOString()} ${serviceId}`)
      if (isPaged) reached += 1
      else missed += 1
    }
    const ids = incidents.map(({ id }) => id)
    await t.ok(t.admin.post('/api/v1/incidents/bulk', { ids, action: 'resolve' }))
  }
  expect(wrong).toEqual([])
  // Of both there were some.
  expect(Math.min(reached, missed)).toBeGreaterThan(20)
})
