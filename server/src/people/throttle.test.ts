import { expect, test } from 'vitest'
import { AppError } from '../platform/errors.ts'
import { testApp } from '../testing/test-app.ts'
import { deleteExpired } from './jobs.ts'
import { issuePasswordToken } from './links.ts'
import { failureCounter, networkOf } from './throttle.ts'

test.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  [null, 'unknown'],
])('failures of %s are counted for %s', (ip, network) => {
  expect(networkOf(ip)).toBe(network)
})

test('a flood from many addresses does not fill the memory: the oldest are forgotten', () => {
  const counter = failureCounter(1)
  const now = new Date('2026-03-01T09:00:00Z')
  const at = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`
  for (let n = 0; n <= 10_000; n += 1) counter.count(at(n), now)

  expect(() => counter.count(at(10_000), now)).toThrow(AppError)
  expect(() => counter.count(at(0), now)).not.toThrow()
})

test('what has expired is deleted, and nothing else', async () => {
  const t = await testApp()
  const user = await t.create.user()
  const makeSome = async () => {
    await t.as(user)
    await t.db.transaction().execute((trx) => issuePasswordToken(trx, user.id, t.clock.now()))
    await t.nobody.post('/api/v1/session', { email: 'a@example.com', password: 'wrong' })
  }
  const counts = async () =>
    Promise.all(
      (['sessions', 'one_time_links', 'sign_in_failures'] as const).map(
        async (table) => (await t.db.selectFrom(table).selectAll().execute()).length,
      ),
    )

  await makeSome()
  await deleteExpired(t.deps)
  expect(await counts()).toEqual([1, 1, 2])
  t.clock.advance({ days: 30 })
  await deleteExpired(t.deps)
  expect(await counts()).toEqual([0, 0, 0])
})
