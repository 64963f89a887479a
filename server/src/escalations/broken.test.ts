import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { onCallApp, step, toSchedule, toUser } from '../testing/on-call-people.ts'

const WORDS =
  'OpsKnight failed while it worked out whom to page, and does not try again; its log says more under escalation.broke. The administrator Cy is paged.'

/** A service whose schedule nobody can read: its time zone is none that this server knows. */
const setUp = async () => {
  const t = await onCallApp()
  const [ana] = [await t.person('Ana'), await t.administrator('Cy')]
  const rotation = {
    ...{ name: 'Weeks', start: '2026-02-23T09:00', every: { count: 1, unit: 'week' } },
    members: [ana.id],
  }
  const schedule = await t.ok(
    t.admin.post('/api/v1/schedules', { name: 'Primary', timeZone: 'Europe/Berlin', rotations: [rotation] }),
    201,
  )
  const bad = await t.service((await t.policy([step(0, toSchedule(schedule))])).id)
  const good = await t.service((await t.policy([step(0, toUser(ana))])).id)
  await sql`update schedules set time_zone = 'Mars/Olympus'`.execute(t.db)
  const complaints = () =>
    t.logged.filter((line) => line.includes('escalation.')).map((line) => JSON.parse(line))
  const broken = async () =>
    Number((await t.deps.metrics.text()).match(/^opsknight_escalations_broken_total (\d+)$/m)?.[1])
  return { ...t, ana, bad, good, complaints, broken }
}

test('an incident that breaks its batch is ended, the administrators hear of it, and all others page', async () => {
  const t = await setUp()
  const before = await Promise.all(Array.from({ length: 5 }, () => t.create.incident({ on: t.good })))
  const broken = await t.create.incident({ on: t.bad })
  const behind = await Promise.all(Array.from({ length: 5 }, () => t.create.incident({ on: t.good })))
  await t.work()
  for (const incident of [...before, ...behind]) expect(await t.paged(incident)).toEqual(['0 Ana 1.0'])
  expect(await t.paged(broken)).toEqual(['0 Cy administrators'])
  expect(await t.said(broken)).toEqual([`nobody_paged: ${WORDS}`])
  expect((await t.read(broken.id)).paging).toEqual({
    state: 'ended',
    problem: WORDS,
    next: null,
    policy: null,
  })
  expect(t.complaints()).toMatchObject([
    {
      msg: 'escalation.broke',
      incidentId: broken.id,
      err: { message: expect.stringContaining('time zone') },
    },
  ])
  expect(await t.broken()).toBe(1)
  await t.pass(10)
  expect(await t.paged(broken)).toHaveLength(1)
  expect(await t.broken()).toBe(1)
})

test('what can neither be paged nor be ended comes again later, and holds up nobody', async () => {
  const t = await setUp()
  const [broken, other] = [await t.create.incident({ on: t.bad }), await t.create.incident({ on: t.good })]
  const refuse = sql`alter table pages add constraint none check (incident_id <> ${sql.lit(broken.id)})`
  await refuse.execute(t.db)
  await t.work()
  expect(await t.paged(other)).toEqual(['0 Ana 1.0'])
  expect(t.complaints().map(({ msg }) => msg)).toEqual(['escalation.broke', 'escalation.not_ended'])
  await sql`alter table pages drop constraint none`.execute(t.db)
  await sql`update schedules set time_zone = 'Europe/Berlin'`.execute(t.db)
  await t.pass(1)
  expect(await t.paged(broken)).toEqual(['1 Ana 1.0'])
})

test('a database that refuses everything ends nothing: all is paged when it is back', async () => {
  const t = await setUp()
  const incidents = [await t.create.incident({ on: t.good }), await t.create.incident({ on: t.good })]
  await sql`create function full_disk() returns trigger language plpgsql as
    $$ begin raise exception 'no space left' using errcode = '53100'; end $$`.execute(t.db)
  await sql`create trigger full_disk before insert on pages execute function full_disk()`.execute(t.db)
  await expect(t.work()).rejects.toThrow('no space left')
  expect(t.complaints()).toEqual([])
  expect(await t.broken()).toBe(0)
  await sql`drop trigger full_disk on pages`.execute(t.db)
  await t.work()
  for (const incident of incidents) expect(await t.paged(incident)).toEqual(['0 Ana 1.0'])
})
