import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import type { Webhook } from '../testing/sentry-server.ts'
import { neverArrived } from './match-deliveries.ts'
import { reconcileDue } from './reconcile.ts'

const setUp = async (given: Parameters<typeof connectedToSentry>[0] = {}) => {
  const loop = await connectedToSentry(given)
  const { t, sentry, deliver, admin, integration } = loop
  const webhookUrl = `http://opsknight.test/api/integrations/sentry?integrationId=${integration.id}`
  const url = `/api/v1/integrations/${integration.ref}/health`
  const compared = async (minutes = 5) => {
    t.clock.advance({ minutes })
    while (await reconcileDue(t.deps, t.clock.now()));
  }
  await compared(0)
  return {
    ...loop,
    webhookUrl,
    compared,
    /** It arrives, and Sentry notes what it was answered. */
    async arrives(message: Webhook) {
      const { status } = await deliver(message)
      sentry.noteSent(message, status, webhookUrl)
    },
    lost: (message: Webhook, code = 0, to = webhookUrl) => sentry.noteSent(message, code, to),
    health: async () => (await admin.get(url)).body,
    missing: async () => (await admin.get(url)).body.missingDeliveries,
    counted: async () =>
      /^opsknight_sentry_missing_deliveries (\d+)$/m.exec((await t.nobody.get('/metrics')).text)?.[1],
  }
}

const resolved = { resource: 'issue', body: { action: 'resolved' } }

test('deliveries that Sentry has sent and that never arrived are listed, once a second look has confirmed it', async () => {
  const s = await setUp()
  const issue = s.sentry.addIssue()
  await s.arrives(s.sentry.alert(issue))
  s.t.clock.advance({ minutes: 1 })
  s.lost(s.sentry.alert(issue))
  s.sentry.act(issue, { status: 'resolved' })
  s.lost(s.sentry.webhooks.shift()!, 502)
  await s.compared()
  expect([await s.missing(), await s.counted()]).toEqual([[], '0'])
  await s.compared()
  expect(await s.counted()).toBe('2')
  const at = '2026-03-01T09:01:00.000Z'
  const { missingDeliveries, diagnoses } = await s.health()
  expect(missingDeliveries).toHaveLength(2)
  expect(missingDeliveries).toEqual(
    expect.arrayContaining([
      { at, kind: 'event_alert.triggered', responseCode: 0 },
      { at, kind: 'issue.resolved', responseCode: 502 },
    ]),
  )
  expect(diagnoses[0]).toMatchObject({
    code: 'deliveries_lost',
    level: 'problem',
    title: '2 deliveries of the last 24 hours never arrived',
    detail: expect.stringContaining('An alert is among them and paged nobody'),
  })
  s.t.clock.advance({ days: 1 })
  expect((await s.health()).diagnoses.map(({ code }: { code: string }) => code)).not.toContain(
    'deliveries_lost',
  )
  expect([(await s.missing()).length, await s.counted()]).toEqual([2, '0'])
})

test('what arrived is not missing, whatever was answered: refused, too late for Sentry, or asked by its forms', async () => {
  const s = await setUp()
  const issue = s.sentry.addIssue()
  await s.arrives(s.sentry.alert(issue))
  s.t.clock.advance({ minutes: 5 })
  await s.t.deliver(s.integration, resolved.body, { headers: { 'sentry-hook-resource': 'issue' } })
  s.t.clock.advance({ seconds: 5 })
  s.lost(resolved, 401)
  s.t.clock.advance({ minutes: 5 })
  await s.deliver(s.sentry.alert(issue))
  s.t.clock.advance({ seconds: 5 })
  s.lost(s.sentry.alert(issue), 0)
  s.lost({ resource: 'select_options', body: { action: 'requested' } }, 0)
  await s.compared()
  await s.compared()
  expect(await s.missing()).toEqual([])
})

test('what arrives after all is no longer missing, and what was answered well is given an hour', async () => {
  const s = await setUp()
  s.lost(resolved, 202)
  const at = s.t.clock.now()
  for (let minutes = 0; minutes < 60; minutes += 5) {
    await s.compared()
    expect(await s.missing()).toEqual([])
  }
  await s.compared()
  await s.compared()
  expect(await s.missing()).toMatchObject([{ responseCode: 202 }])

  await s.t.db
    .insertInto('deliveries')
    .values({
      ...{ id: '019ca8b4-0000-7000-8000-000000000000', integration_id: s.integration.ref, received_at: at },
      ...{ outcome: 'ignored', http_status: 202, kind: 'issue', headers: '{}', body_bytes: 0 },
    })
    .execute()
  await s.compared()
  expect(await s.missing()).toEqual([])
})

test('nothing is called missing of minutes in which refused deliveries were only counted', async () => {
  const s = await setUp()
  for (let n = 0; n < 70; n += 1) await s.t.deliver(s.integration, resolved.body, { from: '192.0.2.7' })
  s.lost(resolved, 401)
  s.t.clock.advance({ minutes: 10 })
  // The counts of those are written with the next delivery.
  await s.deliver(s.sentry.alert(s.sentry.addIssue()))
  s.lost(resolved, 502)
  await s.compared()
  await s.compared()
  expect(await s.missing()).toMatchObject([{ responseCode: 502 }])
})

test('what Sentry sends to another integration is not missed here', async () => {
  const s = await setUp()
  const other = await s.t.create.integration()
  s.lost(resolved, 0, `http://opsknight.test/api/integrations/sentry?integrationId=${other.id}`)
  s.lost(
    resolved,
    404,
    'http://opsknight.test/api/integrations/sentry?integrationId=an-address-that-nobody-has',
  )
  await s.compared()
  await s.compared()
  expect(await s.missing()).toMatchObject([{ responseCode: 404 }])
  expect((await s.health()).diagnoses[0].detail).toContain('check that the URL in Sentry is the webhook URL')
})

test('a failure that a flood of others has pushed out of the log is still found', async () => {
  const s = await setUp()
  s.lost(resolved, 0)
  s.t.clock.advance({ minutes: 1 })
  for (let n = 0; n < 120; n += 1) s.sentry.noteSent({ resource: 'error', body: { action: 'created' } }, 202)
  await s.compared()
  await s.compared()
  expect(await s.missing()).toMatchObject([{ kind: 'issue.resolved' }])
})

test('a token without org:read is not asked for the log, and an older Sentry has it under another path', async () => {
  const s = await setUp()
  s.sentry.answerInstead(({ url }) => {
    if (url.includes('/webhook-requests/')) return { status: 404, body: {} }
    return url.includes('/requests/') ? { body: [] } : undefined
  })
  await s.compared()
  expect(s.sentry.received.at(-1)?.url).toMatch(
    /\/sentry-apps\/opsknight-1a2b3c\/requests\/\?errorsOnly=true$/,
  )
  expect((await connectionOf(s)).reconciled.problem).toBeNull()

  s.sentry.answerInstead(null)
  s.sentry.scopes.delete('org:read')
  await s.admin.post(`/api/v1/integrations/${s.integration.ref}/sentry-connection/check`)
  const before = s.sentry.received.length
  await s.compared()
  expect(s.sentry.received.slice(before)).toEqual([])
  expect((await connectionOf(s)).readsRefused).toBeNull()
})

const connectionOf = async ({ admin, integration }: Awaited<ReturnType<typeof setUp>>) =>
  (await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)).body

test('a clock of Sentry that is minutes behind loses nothing and makes nothing up', async () => {
  const s = await setUp({ aheadMs: -240_000 })
  const issue = s.sentry.addIssue()
  await s.arrives(s.sentry.alert(issue))
  s.t.clock.advance({ minutes: 2 })
  s.lost(s.sentry.alert(issue))
  await s.compared()
  await s.compared()
  expect(await s.missing()).toEqual([
    { at: '2026-03-01T08:58:00.000Z', kind: 'event_alert.triggered', responseCode: 0 },
  ])
})

const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1, 9, 0, 0) + seconds * 1_000)
const sent = (seconds: number, eventType = 'issue.resolved') => ({
  ...{ eventType, at: at(seconds), responseCode: 0, webhookUrl: null },
})
const came = (seconds: number, kind = 'issue') => ({ kind, at: at(seconds) })

test.each([
  ['nothing came', [sent(0)], [], [0]],
  ['it came', [sent(0)], [came(-1)], []],
  ['of two, the nearer one came', [sent(0), sent(10)], [came(9)], [0]],
  ['of two, the other one came', [sent(0), sent(10)], [came(1)], [10]],
  ['both came, each late', [sent(0), sent(20)], [came(14), came(45)], []],
  ['another kind came', [sent(0)], [came(0, 'event_alert')], [0]],
  ['one came twice', [sent(0), sent(60)], [came(0), came(1)], [60]],
  ['it came long before', [sent(60)], [came(0)], [60]],
])('matching: %s', (_name, ours, theirs, missing) => {
  expect(neverArrived(ours, theirs)).toEqual(missing.map((seconds) => sent(seconds)))
})
