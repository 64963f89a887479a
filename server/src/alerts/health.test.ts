import { expect, test } from 'vitest'
import type { Diagnosis } from '#contract/integrations.ts'
import { integrations } from '../integrations/index.ts'
import { testApp } from '../testing/test-app.ts'

const setUp = async (settings: object = {}) => {
  const t = await testApp()
  const admin = await t.asRole('admin')
  const { body: service } = await admin.post('/api/v1/services', { name: 'Checkout' })
  const { body: sentry } = await admin.post(`/api/v1/services/${service.id}/integrations`, {
    type: 'sentry',
    settings,
  })
  const url = `/api/v1/integrations/${sentry.ref}`
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    t.client(headers).post(`/api/integrations/sentry?integrationId=${sentry.id}`, body)
  const health = async () => (await admin.get(`${url}/health`)).body
  const codes = async () => (await health()).diagnoses.map(({ code }: Diagnosis) => code)
  return { ...t, admin, service, sentry, url, send, health, codes }
}

const issue = (id: string, given: object = {}) => ({
  action: 'created',
  issue: { id, title: 'Broken', level: 'error', status: 'unresolved', ...given },
  project: { name: 'Shop' },
})
const plugin = {
  id: '7',
  project: 'shop',
  project_name: 'Shop',
  project_slug: 'shop',
  level: 'error',
  culprit: 'x',
  message: 'Broken',
  url: 'https://sentry.example.com/issues/7/',
  triggering_rules: ['Every new issue'],
  event: { event_id: 'abc', title: 'Broken' },
}

test('a new integration has 24 empty hours and waits for its first delivery', async () => {
  const { health, clock } = await setUp()
  const { hours, ...rest } = await health()
  expect(hours).toHaveLength(24)
  expect(hours.at(0)).toEqual({ hour: '2026-02-28T10:00:00.000Z', accepted: 0, ignored: 0, rejected: 0 })
  expect(hours.at(-1)).toEqual({ hour: '2026-03-01T09:00:00.000Z', accepted: 0, ignored: 0, rejected: 0 })
  expect(rest).toMatchObject({
    lastDeliveryAt: null,
    lastAcceptedAt: null,
    kinds: [],
    diagnoses: [{ code: 'nothing_received', level: 'hint' }],
  })
  clock.advance({ hours: 1 })
  expect((await health()).diagnoses).toMatchObject([{ level: 'problem' }])
})

test('deliveries are counted by the hour, and their kinds and times are known', async () => {
  const { send, health, clock, admin, url } = await setUp()
  await send(issue('1'))
  clock.advance({ hours: 1, seconds: 7 })
  const acceptedAt = clock.now().toISOString()
  await send(issue('1'))
  clock.advance({ seconds: 5 })
  await send({ nothing: 'known' })
  await send(issue('2', { status: 'resolved' }))

  const { hours, ...rest } = await health()
  expect(hours.slice(-2)).toEqual([
    { hour: '2026-03-01T09:00:00.000Z', accepted: 1, ignored: 0, rejected: 0 },
    { hour: '2026-03-01T10:00:00.000Z', accepted: 1, ignored: 1, rejected: 1 },
  ])
  expect(rest).toMatchObject({
    lastDeliveryAt: clock.now().toISOString(),
    lastAcceptedAt: acceptedAt,
    kinds: [{ kind: 'issue_format', firstAt: '2026-03-01T09:00:00.000Z' }],
  })
  expect((await admin.get(url)).body.lastDeliveryAt).toBe(clock.now().toISOString())
})

test('the time of the last delivery outlives the counts and the log', async () => {
  const { send, health, clock, db, codes } = await setUp()
  await send(issue('1'))
  const at = clock.now().toISOString()
  await db.deleteFrom('integration_minutes').execute()
  expect((await health()).lastDeliveryAt).toBe(at)
  await db.deleteFrom('deliveries').execute()
  expect((await health()).lastDeliveryAt).toBe(at)
  expect(await codes()).not.toContain('nothing_received')
})

test('the plugin against a signing secret: the page says that it never signs, until the secret is removed', async () => {
  const { send, health, admin, url, codes } = await setUp()
  await admin.put(`${url}/signing-secret`, { secret: 'client-secret' })
  await send(plugin)
  const [diagnosis] = (await health()).diagnoses
  expect(diagnosis).toMatchObject({ code: 'signature_missing', level: 'problem' })
  expect(diagnosis.detail).toContain('WebHooks plugin never signs')

  await admin.delete(`${url}/signing-secret`)
  await send(plugin)
  expect(await codes()).toEqual(['cannot_resolve'])
})

test('a wrong signature is told apart, and is history once the secret was set anew', async () => {
  const { send, admin, url, codes, clock } = await setUp()
  await admin.put(`${url}/signing-secret`, { secret: 'client-secret' })
  await send(issue('1'), { 'sentry-hook-signature': '0'.repeat(64) })
  expect(await codes()).toEqual(['signature_invalid'])
  clock.advance({ minutes: 1 })
  await admin.put(`${url}/signing-secret`, { secret: 'the-right-one' })
  expect(await codes()).toEqual([])
})

test('alerts for a day without a message about issues: nothing resolves by itself', async () => {
  const { send, codes, clock } = await setUp()
  const alert = { action: 'triggered', data: { event: { event_id: 'abc', issue_id: '1', title: 'Broken' } } }
  const hook = (resource: string) => ({ 'sentry-hook-resource': resource })
  await send(alert, hook('event_alert'))
  expect(await codes()).toEqual([])
  clock.advance({ days: 1 })
  expect(await codes()).toEqual(['no_issue_webhooks'])
  await send({ action: 'resolved', data: { issue: { id: '1', title: 'Broken' } } }, hook('issue'))
  expect(await codes()).toEqual([])
})

test('everything filtered away is a problem with its reasons', async () => {
  const { send, health } = await setUp({ projects: ['other'] })
  for (const id of ['1', '2', '3']) await send(issue(id))
  const { diagnoses } = await health()
  expect(diagnoses).toMatchObject([{ code: 'everything_ignored' }])
  expect(diagnoses[0].detail).toContain('projects')
})

test('levels of their own making, broken bodies, a storm and a closed door are all named', async () => {
  const { send, codes, admin, url } = await setUp({ newIncidentsPerMinute: 2 })
  await send(issue('1', { level: 'blocker' }))
  await send({ nothing: 'known' })
  await send(issue('2'))
  await send(issue('3'))
  await admin.patch(url, { enabled: false })
  await send(issue('4'))
  expect((await codes()).sort()).toEqual(['disabled_refusing', 'invalid_payloads', 'storm', 'unusual_levels'])
})

test.each(integrations.map(({ type }) => [type]))(
  'our own test delivery of %s is known as such',
  async (type) => {
    const { db, health, clock, sentry } = await setUp()
    const tool = integrations.find((candidate) => candidate.type === type)!
    const { headers, body } = tool.testDelivery(clock.now())
    const rawBody = Buffer.from(JSON.stringify(body))
    const translation = tool.translate({ headers, rawBody }, tool.settings.parse({}))
    const [event] = 'events' in translation ? translation.events : []
    await db
      .insertInto('deliveries')
      .values({
        id: sentry.ref,
        integration_id: sentry.ref,
        received_at: clock.now(),
        outcome: 'accepted',
        http_status: 202,
        title: event?.title ?? null,
        headers: '{}',
        body_bytes: 0,
      })
      .execute()
    expect((await health()).diagnoses).toMatchObject([{ code: 'only_tests_received' }])
  },
)
