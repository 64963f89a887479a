import { expect, test } from 'vitest'
import { scheduleApp } from '../testing/on-call.ts'

test('who is on call now, until when, and who comes next', async () => {
  const { admin, schedule, ana, bo } = await scheduleApp()
  expect((await admin.get('/api/v1/oncall')).body).toEqual({
    items: [
      {
        ...{ scheduleId: schedule.id, scheduleName: 'Checkout', timeZone: 'Europe/Berlin' },
        now: [{ userId: ana.id, name: 'Ana' }],
        until: '2026-03-02T08:00:00.000Z',
        next: {
          ...{ start: '2026-03-02T08:00:00.000Z', end: '2026-03-09T08:00:00.000Z' },
          people: [{ userId: bo.id, name: 'Bo' }],
        },
      },
    ],
    nextCursor: null,
  })
})

test('at another time, with an offset', async () => {
  const { admin } = await scheduleApp()
  const at = async (time: string) =>
    (await admin.get(`/api/v1/oncall?at=${encodeURIComponent(time)}`)).body.items[0].now[0]?.name
  expect(await at('2026-03-30T08:59:59+02:00')).toBe('Ana')
  expect(await at('2026-03-30T09:00:00+02:00')).toBe('Bo')
  expect(await at('2026-02-23T08:59:59+01:00')).toBeUndefined()
  expect((await admin.get('/api/v1/oncall?at=today')).status).toBe(400)
})

test('in a gap nobody is, until somebody comes; one person alone is for ever', async () => {
  const { admin, make, weekly, cy } = await scheduleApp()
  const office = [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }]
  await make({ name: 'A', rotations: [{ ...weekly, restrictions: office }] })
  await make({ name: 'B', rotations: [{ ...weekly, members: [cy.id] }] })
  const { items } = (await admin.get('/api/v1/oncall?limit=2')).body
  const next = { start: '2026-03-02T08:00:00.000Z', end: '2026-03-02T16:00:00.000Z' }
  expect(items).toMatchObject([
    { now: [], until: next.start, next: { ...next, people: [{ name: 'Bo' }] } },
    { now: [{ name: 'Cy' }], until: null, next: null },
  ])
})

test('the next one is found however long the turns are', async () => {
  const { admin, make, weekly } = await scheduleApp()
  await make({ name: 'A', rotations: [{ ...weekly, every: { count: 20, unit: 'week' } }] })
  const [{ until, next }] = (await admin.get('/api/v1/oncall?limit=1')).body.items
  expect([until, next.end]).toEqual(['2026-07-13T07:00:00.000Z', '2026-11-30T08:00:00.000Z'])
})

test('a person sees their shifts of all schedules, overrides among them', async () => {
  const { admin, as, url, ana, cy, schedule, make, weekly } = await scheduleApp()
  const other = await make({ name: 'Search', rotations: [{ ...weekly, members: [cy.id, ana.id] }] })
  await admin.post(`${url}/overrides`, {
    ...{ start: '2026-03-03T08:00:00Z', end: '2026-03-03T18:00:00Z', userId: cy.id },
  })
  const me = await as(cy)
  const { items, nextCursor } = (await me.get(`/api/v1/users/${cy.id}/shifts?to=2026-03-12T00:00:00Z`)).body
  expect(items).toEqual([
    {
      ...{ scheduleId: other.id, scheduleName: 'Search', timeZone: 'Europe/Berlin' },
      ...{ start: '2026-03-01T09:00:00.000Z', end: '2026-03-02T08:00:00.000Z' },
    },
    {
      ...{ scheduleId: schedule.id, scheduleName: 'Checkout', timeZone: 'Europe/Berlin' },
      ...{ start: '2026-03-03T08:00:00.000Z', end: '2026-03-03T18:00:00.000Z' },
    },
    {
      ...{ scheduleId: other.id, scheduleName: 'Search', timeZone: 'Europe/Berlin' },
      ...{ start: '2026-03-09T08:00:00.000Z', end: '2026-03-12T00:00:00.000Z' },
    },
  ])
  expect(nextCursor).toBeNull()
})

test('shifts of a person are asked for forward, over at most 400 days, of somebody who is there', async () => {
  const { admin, cy } = await scheduleApp()
  const status = async (path: string) => (await admin.get(`/api/v1/users/${path}`)).status
  expect(await status(`${cy.id}/shifts`)).toBe(200)
  expect(await status(`${cy.id}/shifts?to=2026-03-01T09:00:00Z`)).toBe(400)
  expect(await status(`${cy.id}/shifts?to=2028-03-01T09:00:00Z`)).toBe(400)
  expect(await status(`${cy.id}/shifts?from=2026-03-01T09:00:00Z&to=2026-02-01T09:00:00Z`)).toBe(400)
  expect(await status('nonsense/shifts')).toBe(404)
})
