import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { RECORDED_PER_ADDRESS, Strangers } from './strangers.ts'

const SECRET = 'client-secret-of-sentry'
const alert = (id: number) => ({ action: 'created', issue: { id, title: `Problem ${id}` } })
const range = (count: number) => Array.from({ length: count }, (_, index) => index)
const JUNK = '203.0.113.9'

type Installed = Awaited<ReturnType<TestApp['create']['integration']>>
const flood = (t: Pick<TestApp, 'deliver'>, on: Installed, count: number, from = JUNK) =>
  Promise.all(range(count).map(() => t.deliver(on, '{"not": "signed"}', { from })))

const statuses = (answers: { status: number }[]) => [...new Set(answers.map(({ status }) => status))]
const minutes = ({ db }: TestApp) =>
  db.selectFrom('integration_minutes').select(['accepted', 'rejected', 'stored_bodies']).execute()
const logged = ({ db }: TestApp) => db.selectFrom('deliveries').select(['outcome', 'code', 'body']).execute()

test('beyond its limit junk gets its 401 without any transaction, and is counted all the same', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  expect(statuses(await flood(t, sentry, RECORDED_PER_ADDRESS))).toEqual([401])
  const rest = await t.db.transaction().execute(async (trx) => {
    // Whoever wants to write anything about deliveries waits here for ever.
    await sql`lock table deliveries, integration_minutes in access exclusive mode`.execute(trx)
    return flood(t, sentry, 500)
  })
  expect(statuses(rest)).toEqual([401])
  expect(rest.filter(({ headers }) => 'opsknight-delivery-id' in headers)).toEqual([])
  expect(await logged(t)).toHaveLength(RECORDED_PER_ADDRESS)

  expect((await t.deliver(sentry, alert(1), { secret: SECRET })).status).toBe(202)
  expect(await minutes(t)).toEqual([{ accepted: 1, rejected: RECORDED_PER_ADDRESS + 500, stored_bodies: 1 }])
})

test('what was only counted is written within a second or two, and at the end', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  await flood(t, sentry, RECORDED_PER_ADDRESS + 7)
  await expect
    .poll(() => minutes(t), { timeout: 5_000 })
    .toMatchObject([{ rejected: RECORDED_PER_ADDRESS + 7 }])

  const other = await t.anotherServer()
  await flood(other, sentry, RECORDED_PER_ADDRESS + 5)
  await other.app.close()
  expect(await minutes(t)).toMatchObject([{ rejected: 2 * RECORDED_PER_ADDRESS + 12 }])
})

test('a flood from one address hides nothing of what is refused to another one', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  await flood(t, sentry, 1_000)
  // Its counts are written with this one, and must not use up the room of refusals.
  await t.deliver(sentry, alert(1), { secret: SECRET })
  const [misconfigured] = await flood(t, sentry, 1, '198.51.100.7')
  const viewer = await t.asRole('viewer')
  const { body } = await viewer.get(`/api/v1/integrations/${sentry.ref}/deliveries?outcome=rejected&limit=1`)
  expect(body.items[0].id).toBe(misconfigured?.headers['opsknight-delivery-id'])
})

test('junk of any kind never uses up the room of a real sender, on the same integration and from the same address', async () => {
  const t = await testApp()
  const sentry = await t.create.integration(
    { storedBodiesPerMinute: 20, newIncidentsPerMinute: 20 },
    { secret: SECRET },
  )
  const kinds = [
    () => t.deliver(sentry, alert(1), { from: JUNK, secret: 'wrong' }),
    () => t.deliver(sentry, 'x', { from: JUNK, headers: { 'content-type': 'text/plain' } }),
    () => t.deliver(sentry, 'x', { from: JUNK, headers: { 'content-encoding': 'zip' } }),
  ]
  const junk = await Promise.all(range(600).map((index) => kinds[index % kinds.length]!()))
  expect(statuses(junk).toSorted()).toEqual([401, 415])
  const real = await Promise.all(
    range(20).map((id) => t.deliver(sentry, alert(id), { from: JUNK, secret: SECRET })),
  )
  expect(new Set(real.map(({ body }) => body.result.action))).toEqual(new Set(['triggered']))
  const log = await logged(t)
  expect(log.filter(({ outcome, body }) => outcome === 'accepted' && body !== null)).toHaveLength(20)
  expect(log.filter(({ outcome }) => outcome === 'rejected')).toHaveLength(RECORDED_PER_ADDRESS)
})

test('what is signed rightly and cannot be read is no junk, however much of it comes', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  await Promise.all(range(400).map(() => t.deliver(sentry, '[]', { secret: SECRET })))
  const log = await logged(t)
  expect(log).toHaveLength(400)
  expect(new Set(log.map(({ code }) => code))).toEqual(new Set(['invalid_payload']))
  expect(log.filter(({ body }) => body !== null)).toHaveLength(300)
})

test('many addresses together are recorded up to the limit of the integration', async () => {
  const t = await testApp()
  const sentry = await t.create.integration({}, { secret: SECRET })
  await Promise.all(range(7).map((host) => flood(t, sentry, 60, `203.0.113.${host}`)))
  expect(await logged(t)).toHaveLength(300)
  expect(await minutes(t)).toMatchObject([{ rejected: 420 }])
})

test('addresses are forgotten when they are many, the longest silent one first', () => {
  const strangers = new Strangers()
  const at = new Date('2026-03-01T12:00:00Z')
  const use = (address: string) => range(RECORDED_PER_ADDRESS).map(() => strangers.admits('ref', address, at))
  use('192.0.2.1')
  use('192.0.2.2')
  for (const index of range(9_999)) {
    strangers.admits('ref', `10.0.${index >> 8}.${index & 255}`, at)
    strangers.admits('ref', '192.0.2.2', at)
  }
  expect(strangers.size).toBe(10_000)
  expect(strangers.admits('ref', '192.0.2.1', at)).toBe(true)
  expect(strangers.admits('ref', '192.0.2.2', at)).toBe(false)
  expect(strangers.admits('ref', '192.0.2.2', new Date(at.getTime() + 60_000))).toBe(true)
})

test('the addresses of one IPv6 network are one sender', () => {
  const strangers = new Strangers()
  const at = new Date()
  for (const host of range(RECORDED_PER_ADDRESS))
    strangers.admits('ref', `2001:db8::${host.toString(16)}`, at)
  expect(strangers.admits('ref', '2001:db8::ffff', at)).toBe(false)
  expect(strangers.admits('ref', '2001:db8:0:1::1', at)).toBe(true)
})
