import { expect, test } from 'vitest'
import { testAppWithChannels } from '../testing/paged.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { NO_LIMITS } from '../testing/test-app.ts'

/** An incident that pages Ana by mail, of medium urgency, and a way to make it worse. */
const setUp = async () => {
  const { t } = await testAppWithChannels()
  const [admin, ana] = [await t.asRole('admin'), await t.create.user({ name: 'Ana' })]
  await addContactMethod(t, ana)
  const steps = [{ waitMinutes: 0, targets: [{ type: 'user', id: ana.id }] }]
  const policy = await admin.post('/api/v1/escalation-policies', { name: 'Primary', repeat: 0, steps })
  const service = await t.create.service({ escalationPolicyId: policy.body.id })
  const on = {
    ...(await t.create.integration(NO_LIMITS, { type: 'events', serviceId: service.id })),
    serviceId: service.id,
  }
  const incident = await t.create.incident({ on, severity: 'warning' })
  const act = async (client: typeof admin, action: string, body?: object) =>
    expect((await client.post(`/api/v1/incidents/${incident.id}/${action}`, body)).status).toBe(200)
  const later = async () => {
    t.clock.advance({ minutes: 1 })
    await t.runWorker()
  }
  const statuses = async () => {
    const rows = await t.db.selectFrom('pages').select(['urgency', 'status']).orderBy('id').execute()
    return rows.map(({ urgency, status }) => `${urgency} ${status}`)
  }
  return {
    ...{ t, admin, act, later, statuses },
    worse: () => t.create.incident({ on, dedupKey: incident.dedupKey, severity: 'critical' }),
  }
}

test('what gets worse while it is snoozed is sent', async () => {
  const { t, admin, act, later, statuses, worse } = await setUp()
  await t.runWorker()
  await act(admin, 'snooze', { until: new Date(t.clock.now().getTime() + 3_600_000).toISOString() })
  await later()
  await worse()
  await later()
  expect(await statuses()).toEqual(['medium sent', 'high sent'])
})

test('what gets worse while only a program has acknowledged it is sent', async () => {
  const { t, act, later, statuses, worse } = await setUp()
  await t.runWorker()
  await act(t.withKey(await t.create.apiKey('write')), 'acknowledge')
  await later()
  await worse()
  await later()
  expect(await statuses()).toEqual(['medium sent', 'high sent'])
})
