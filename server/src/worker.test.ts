import { expect, onTestFinished, test } from 'vitest'
import { testAppWithChannels } from './testing/paged.ts'
import { addContactMethod } from './testing/reachable.ts'
import { NO_LIMITS } from './testing/test-app.ts'
import { startWorker } from './worker.ts'

test('however much there is to catch up with after a downtime, a person gets it as one page', async () => {
  const { t, mails } = await testAppWithChannels()
  const [admin, ana] = [await t.asRole('admin'), await t.create.user({ name: 'Ana' })]
  await addContactMethod(t, ana)
  const steps = [{ waitMinutes: 0, targets: [{ type: 'user', id: ana.id }] }]
  const policy = await admin.post('/api/v1/escalation-policies', { name: 'Primary', repeat: 0, steps })
  const service = await t.create.service({ escalationPolicyId: policy.body.id })
  const on = await t.create.integration(NO_LIMITS, { type: 'events', serviceId: service.id })
  await Promise.all(
    Array.from({ length: 450 }, () => t.create.incident({ on: { ...on, serviceId: service.id } })),
  )
  t.clock.advance({ minutes: 3 })

  const stop = await startWorker(t.deps, t.deps.databaseUrl)
  onTestFinished(stop)
  await mails.next()
  const left = () => t.db.selectFrom('pages').select('id').where('status', 'in', ['due', 'sending']).execute()
  while ((await left()).length > 0);
  const sent = await t.db.selectFrom('pages').select('key').where('status', '=', 'sent').execute()
  expect(sent).toHaveLength(450)
  expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
  expect(mails.messages).toHaveLength(1)
})
