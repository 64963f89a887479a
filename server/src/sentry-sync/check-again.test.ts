import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { checkAgain } from './check-again.ts'
import { keepReconciling } from './keep-reconciling.ts'

/** Connected anew, while Sentry answers like this. */
async function connectedWhile(answer: Parameters<Loop['sentry']['answerInstead']>[0], given: object = {}) {
  const loop = await connectedToSentry()
  const { t, sentry, admin, integration } = loop
  const url = `/api/v1/integrations/${integration.ref}/sentry-connection`
  sentry.answerInstead(answer)
  const { body } = await admin.put(url, { ...sentry.connection, ...given })
  return {
    ...loop,
    check: body.check,
    checkNow: async () => (await admin.get(url)).body.check,
    row: () => t.db.selectFrom('sentry_connections').selectAll().executeTakeFirstOrThrow(),
  }
}
type Loop = Awaited<ReturnType<typeof connectedToSentry>>

const AWAY = () => ({ status: 503, body: '' })

test('a Sentry that was away while somebody connected is checked by itself, at growing distances, until it answers', async () => {
  const { t, sentry, check, checkNow, row } = await connectedWhile(AWAY)
  expect(check).toMatchObject({ problem: expect.stringContaining('503'), installation: null })
  const other = await t.anotherServer()
  const waits: number[] = []
  for (let attempt = 0; attempt < 7; attempt += 1) {
    const { check_due_at } = await row()
    waits.push((check_due_at!.getTime() - t.clock.now().getTime()) / 1_000)
    expect(await checkAgain(t.deps, t.clock.now())).toBe(0)
    t.clock.advance({ seconds: waits.at(-1)! })
    const done = await Promise.all([t.deps, other.deps].map((deps) => checkAgain(deps, t.clock.now())))
    expect(done.toSorted()).toEqual([0, 1])
  }
  for (const [n, seconds] of waits.entries()) {
    const longest = Math.min(60 * 2 ** n, 900)
    expect(seconds).toBeGreaterThanOrEqual(longest * 0.75)
    expect(seconds).toBeLessThanOrEqual(longest)
  }

  sentry.answerInstead(null)
  t.clock.advance({ minutes: 15 })
  const stopping = new AbortController()
  const running = keepReconciling(t.deps, stopping.signal)
  await expect.poll(checkNow, { timeout: 10_000 }).toMatchObject({
    ...{ problem: null, granted: ['event:read', 'event:write', 'org:read'] },
    installation: { uuid: sentry.installation.uuid, appSlug: sentry.app.slug },
  })
  stopping.abort()
  await running
  expect(await row()).toMatchObject({ app_uuid: sentry.app.uuid, check_due_at: null, check_attempts: 0 })
  expect(t.logged.join('')).toContain('sentry.checked_again')
})

test('a check that was cut off halfway is finished; what it found before counts meanwhile', async () => {
  const { t, sentry, check, checkNow } = await connectedWhile(({ url }) =>
    url.endsWith('/sentry-app-installations/') ? AWAY() : undefined,
  )
  expect(check).toMatchObject({ granted: ['event:read', 'event:write', 'org:read'], installation: null })
  sentry.answerInstead(null)
  t.clock.advance({ minutes: 1 })
  expect(await checkAgain(t.deps, t.clock.now())).toBe(1)
  expect(await checkNow()).toMatchObject({ problem: null, installation: { uuid: sentry.installation.uuid } })
})

test.each<[about: string, answer: Parameters<typeof connectedWhile>[0], given: object]>([
  ['a wrong token', null, { token: 'f'.repeat(64) }],
  ['a wrong organization', null, { organization: 'other' }],
  ['no Sentry at all', () => ({ body: { hello: 'world' } }), {}],
])('%s is not checked again by itself', async (_about, answer, given) => {
  const { t, row } = await connectedWhile(answer, given)
  expect(await row()).toMatchObject({ problem: expect.any(String), check_due_at: null })
  t.clock.advance({ days: 1 })
  expect(await checkAgain(t.deps, t.clock.now())).toBe(0)
})

test('a token that is found wrong when nobody waits any more is told to the administrators', async () => {
  const { t, sentry, row } = await connectedWhile(AWAY, { token: 'f'.repeat(64) })
  sentry.answerInstead(null)
  t.clock.advance({ minutes: 1 })
  expect(await checkAgain(t.deps, t.clock.now())).toBe(1)
  const now = t.clock.now()
  expect(await row()).toMatchObject({ reads_refused_at: now, writes_refused_at: now, notice_due_at: now })
})

test('who checks a connection themselves is not overruled by a check that nobody waits for', async () => {
  const { t, sentry, admin, integration, checkNow } = await connectedWhile(AWAY)
  t.clock.advance({ minutes: 1 })
  sentry.beforeAnswers(async () => {
    sentry.beforeAnswers(null)
    sentry.answerInstead(null)
    await admin.post(`/api/v1/integrations/${integration.ref}/sentry-connection/check`)
  })
  expect(await checkAgain(t.deps, t.clock.now())).toBe(1)
  expect(await checkNow()).toMatchObject({ problem: null })
})
