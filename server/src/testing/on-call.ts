import type { Rotation } from '#contract/schedules.ts'
import { testApp } from './test-app.ts'

/**
 * A schedule with Ana and Bo in turn, a week each, Mondays at 09:00 in Berlin: Ana has the week in which the test's clock
 * stands (Sunday, 1 March 2026, 10:00 there), Bo the next. Cy is on call of nothing.
 */
export async function scheduleApp(options: Parameters<typeof testApp>[0] = {}) {
  const t = await testApp(options)
  const adminUser = await t.create.user({ role: 'admin', name: 'Dana Example' })
  const admin = await t.as(adminUser)
  const ana = await t.create.user({ name: 'Ana' })
  const bo = await t.create.user({ name: 'Bo' })
  const cy = await t.create.user({ name: 'Cy' })
  const weekly = {
    name: 'Primary',
    start: '2026-02-23T09:00',
    every: { count: 1, unit: 'week' },
    members: [ana.id, bo.id],
  } satisfies Partial<Rotation>
  const given = { name: 'Checkout', timeZone: 'Europe/Berlin', rotations: [weekly] }
  const make = async (more: object = {}) =>
    (await admin.post('/api/v1/schedules', { ...given, ...more })).body as { id: string }
  const schedule = await make()
  const url = `/api/v1/schedules/${schedule.id}`
  const names = new Map([
    [ana.id, 'Ana'],
    [bo.id, 'Bo'],
    [cy.id, 'Cy'],
  ])
  /** `03-01T10:00 03-02T08:00 Ana`, times in UTC; overrides have an exclamation mark. */
  const shifts = async (from: string, to: string): Promise<string[]> => {
    const { body } = await admin.get(`${url}/shifts?from=${from}&to=${to}`)
    return body.map(
      (shift: { start: string; end: string; userIds: string[]; source: string }) =>
        `${shift.start.slice(5, 16)} ${shift.end.slice(5, 16)} ${shift.userIds.map((id) => names.get(id)).join('+')}${shift.source === 'override' ? '!' : ''}`,
    )
  }
  return { ...t, admin, adminUser, ana, bo, cy, weekly, given, make, schedule, url, shifts }
}
