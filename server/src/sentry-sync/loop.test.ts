import { expect, test } from 'vitest'
import { mailbox } from '../testing/mailbox.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'

test('the loop closes: an alert pages, acknowledged and resolved here it is assigned and resolved in Sentry, and nothing comes back', async () => {
  const box = await mailbox()
  const { t, sentry, admin, integration, deliver, deliverAll, member } = await connectedToSentry({
    environment: { SMTP_URL: box.url },
  })
  const { user, client } = await member('Ana Example')
  await addContactMethod(t, user, { rules: { high: 0 } })
  const steps = [{ waitMinutes: 0, targets: [{ type: 'user', id: user.id }] }]
  const policy = await admin.post('/api/v1/escalation-policies', { name: 'Primary', repeat: 0, steps })
  await admin.patch(`/api/v1/services/${integration.serviceId}`, { escalationPolicyId: policy.body.id })
  const issue = sentry.addIssue()

  const opened = await deliver(sentry.alert(issue))
  const { id, number } = opened.body.result.incident
  await t.runWorker()
  const page = await box.next()
  expect([page.to, page.subject]).toMatchObject([
    { text: `${user.id}@example.com` },
    expect.stringContaining(issue.title),
  ])
  expect(issue.links).toEqual([
    {
      webUrl: `http://opsknight.test/incidents/${number}`,
      project: expect.any(String),
      identifier: `${number}`,
    },
  ])

  await client.post(`/api/v1/incidents/${id}/acknowledge`)
  await t.runWorker()
  expect(issue.assignedTo).toMatchObject({ email: user.email })

  await client.post(`/api/v1/incidents/${id}/resolve`)
  await t.runWorker()
  expect(issue.status).toBe('resolved')

  expect((await deliverAll()).map(({ body }) => body.result)).toEqual([
    { action: 'ignored', reason: 'OpsKnight made this change in Sentry itself' },
    { action: 'ignored', reason: 'OpsKnight made this change in Sentry itself' },
  ])
  const requests = sentry.received.length
  await t.runWorker()
  expect(sentry.received).toHaveLength(requests)
  const { body: timeline } = await client.get(`/api/v1/incidents/${id}/timeline`)
  expect(timeline.items.filter(({ kind }: { kind: string }) => kind === 'synced')).toMatchObject([
    { text: 'The issue is resolved', data: { tool: 'sentry', step: 'status' } },
    { text: 'The issue is assigned to Ana Example', data: { tool: 'sentry', step: 'assign' } },
  ])
})

test('what Sentry resolves is not sent back to it, but looked at once: its messages overtake one another', async () => {
  const { t, sentry, deliver, deliverAll } = await connectedToSentry()
  const issue = sentry.addIssue()
  await deliver(sentry.alert(issue))
  await t.runWorker()
  const requests = sentry.received.length

  sentry.act(issue, { status: 'resolved' })
  expect((await deliverAll()).map(({ body }) => body.result.action)).toEqual(['resolved'])
  await t.runWorker()
  expect(sentry.received.slice(requests)).toMatchObject([
    { method: 'GET', url: expect.stringContaining(`/issues/${issue.id}/`) },
  ])
})

test('a token that Sentry refuses is a problem of the health until a check goes well; one that lacks a permission is none', async () => {
  const { t, sentry, deliver, admin, integration } = await connectedToSentry()
  const url = `/api/v1/integrations/${integration.ref}`
  const codes = async () =>
    (await admin.get(`${url}/health`)).body.diagnoses.map(({ code }: { code: string }) => code)
  await deliver(sentry.alert(sentry.addIssue()))
  expect(await codes()).toEqual([])

  sentry.answerInstead(() => ({ status: 401, body: { detail: 'Invalid token' } }))
  await t.runWorker()
  expect(await codes()).toEqual(['sentry_refused'])
  sentry.answerInstead(null)
  sentry.scopes.delete('event:write')
  await admin.post(`${url}/sentry-connection/check`)
  expect(await codes()).toEqual([])
})
