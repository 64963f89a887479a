import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { lockKeys } from '../incidents/store.ts'
import { openJournal } from '../platform/journal.ts'
import { createTestDatabase } from '../testing/database.ts'
import { lineTo } from '../testing/line.ts'
import { raceOnIncident, raceWhile } from '../testing/race.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import type { FakeIssue } from '../testing/sentry-server.ts'

const SECRET = 'a client secret of an internal integration'

async function onTwoServers() {
  const loop = await connectedToSentry()
  const { t, sentry, integration, deliver } = loop
  const other = await t.anotherServer()
  const payments = await t.create.service({ name: 'Payments' })
  const toOther = (resource: string, body: object) =>
    other.deliver(integration, body, { secret: SECRET, headers: { 'sentry-hook-resource': resource } })
  const alert = (issue: FakeIssue) => sentry.alert(issue, [{ name: 'service', value: payments.id }])
  const changed = (issue: FakeIssue, action: string, more: object = {}) => ({
    action,
    data: { issue: { ...issue, ...more } },
  })
  return { ...loop, other, payments, toOther, alert, changed, deliver }
}

const statusesOf = async ({ db }: Awaited<ReturnType<typeof onTwoServers>>['t']) =>
  (await db.selectFrom('incidents').select('status').orderBy('number').execute()).map(({ status }) => status)

test('a resolution that meets its alert on another server waits for it, although it does not know the service', async () => {
  const { t, sentry, deliver, toOther, alert, changed, integration } = await onTwoServers()
  const issue = sentry.addIssue()
  // Both wait for the name that they have in common, in the order in which they came.
  const order: string[] = []
  const [opened, resolved] = await raceWhile(
    t.db,
    (trx) => lockKeys(trx, [], [{ integrationId: integration.ref, key: `sentry-${issue.id}` }]),
    [
      async () => {
        const answer = await deliver(alert(issue))
        order.push('alert')
        return answer
      },
      async () => {
        const answer = await toOther('issue', changed(issue, 'resolved'))
        order.push('resolution')
        return answer
      },
    ],
  )
  expect(opened?.body.result.action).toBe('triggered')
  expect([resolved?.body.result.action, order.at(-1)]).toEqual(
    order[0] === 'alert' ? ['resolved', 'resolution'] : ['ignored', 'alert'],
  )
})

test('a rule and a person meet on one incident, on two servers: one after the other, and nothing is lost', async () => {
  const { t, sentry, deliver, toOther, alert, changed, member } = await onTwoServers()
  const issue = sentry.addIssue()
  const { client } = await member()
  const { incident } = (await deliver(alert(issue))).body.result
  const answers = await raceOnIncident(t.db, incident, [
    () => deliver(alert(issue)),
    () => toOther('issue', changed(issue, 'archived')),
    () => client.post(`/api/v1/incidents/${incident.id}/resolve`),
  ])
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 200])
  expect(await statusesOf(t)).toContain('resolved')
})

test(
  'services that go while rules send alerts to them, and messages that name no service: no deadlock, and nothing stays open there',
  { timeout: 60_000 },
  async () => {
    const { t, sentry, deliver, toOther, alert, changed, payments, admin } = await onTwoServers()
    await admin.patch(
      `/api/v1/integrations/${(await t.db.selectFrom('integrations').select('id').executeTakeFirstOrThrow()).id}`,
      {
        settings: { newIncidentsPerMinute: null },
      },
    )
    const issues = Array.from({ length: 12 }, () => sentry.addIssue())
    for (const issue of issues.slice(0, 6)) await deliver(alert(issue))
    const answers = await Promise.all([
      ...issues.flatMap((issue, n) => [
        deliver(alert(issue)),
        toOther('issue', changed(issue, n % 2 ? 'archived' : 'resolved')),
        toOther('issue', changed(issue, 'assigned')),
        deliver(alert(issue)),
      ]),
      admin.delete(`/api/v1/services/${payments.id}`),
    ])
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 204]))
    const left = await t.db
      .selectFrom('incidents')
      .select('service_id')
      .where('status', '<>', 'resolved')
      .execute()
    expect(left.filter(({ service_id }) => service_id === payments.id)).toEqual([])
    expect(t.logged.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  },
)

test('alerts that were taken while the database was away go where their rules say', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'opsknight-routing-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const line = await lineTo(await createTestDatabase())
  const journal = openJournal(folder, { maxBytes: 10_000_000, onDamaged: () => expect.fail('damaged') })
  const { t, sentry, deliver } = await connectedToSentry({ databaseUrl: line.url, journal })
  const payments = await t.create.service({ name: 'Payments' })
  const [one, two] = [sentry.addIssue(), sentry.addIssue()]
  const rule = [
    { name: 'service', value: payments.id },
    { name: 'severity', value: 'warning' },
    { name: 'page', value: 'no' },
  ]
  await deliver(sentry.alert(one, rule))

  await line.cut()
  const queued = [
    await deliver(sentry.alert(two, rule)),
    await deliver({ resource: 'issue', body: { action: 'resolved', data: { issue: { ...one } } } }),
  ]
  expect(queued.map(({ body }) => body.result.action)).toEqual(['queued', 'queued'])
  await line.mend()
  const incidents = () =>
    t.db
      .selectFrom('incidents')
      .select(['service_id', 'severity', 'is_quiet', 'status'])
      .orderBy('number')
      .execute()
      .catch(() => [])
  await vi.waitUntil(async () => (await incidents()).length === 2, { timeout: 20_000, interval: 50 })
  await vi.waitUntil(async () => (await incidents())[0]?.status === 'resolved', {
    timeout: 20_000,
    interval: 50,
  })
  const routed = { service_id: payments.id, severity: 'warning', is_quiet: true }
  expect(await incidents()).toEqual([
    { ...routed, status: 'resolved' },
    { ...routed, status: 'open' },
  ])
})
