import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import type { Webhook } from '../testing/sentry-server.ts'

const OUR_OWN = { action: 'ignored', reason: 'OpsKnight made this change in Sentry itself' }

/** An incident that a person has resolved here and reopened, with the messages that report that. */
async function resolvedAndReopened({ scopes = [] as string[] } = {}) {
  const loop = await connectedToSentry(scopes.length > 0 ? { scopes } : {})
  const { t, sentry, deliver } = loop
  const issue = sentry.addIssue()
  const { id } = (await deliver(sentry.alert(issue))).body.result.incident
  const { client } = await loop.member()
  await client.post(`/api/v1/incidents/${id}/resolve`)
  await t.runWorker()
  await client.post(`/api/v1/incidents/${id}/reopen`)
  await t.runWorker()
  const [resolved, unresolved] = sentry.webhooks.splice(0)
  const statusOf = async () => (await loop.admin.get(`/api/v1/incidents/${id}`)).body.status
  return { ...loop, issue, id, client, statusOf, resolved: resolved!, unresolved: unresolved! }
}

const byNobody = ({ resource, body }: Webhook): Webhook => {
  const { actor: _, ...rest } = body
  return { resource, body: rest }
}
const by = ({ resource, body }: Webhook, actor: object): Webhook => ({ resource, body: { ...body, actor } })

test('the late report of what we have written resolves nothing that was reopened since', async () => {
  const { deliver, resolved, unresolved, statusOf } = await resolvedAndReopened()
  expect((await deliver(unresolved)).body.result).toEqual(OUR_OWN)
  expect((await deliver(resolved)).body.result).toEqual(OUR_OWN)
  expect((await deliver(resolved)).body.result).toEqual(OUR_OWN)
  expect(await statusOf()).toBe('open')
})

test('a report that names nobody is ours within an hour after we have written the same', async () => {
  const { t, deliver, resolved, statusOf } = await resolvedAndReopened()
  expect((await deliver(byNobody(resolved))).body.result).toEqual(OUR_OWN)
  t.clock.advance({ minutes: 61 })
  expect((await deliver(byNobody(resolved))).body.result.action).toBe('resolved')
  expect(await statusOf()).toBe('resolved')
})

test('a person who does in Sentry what we have just written is no echo', async () => {
  const { deliver, resolved } = await resolvedAndReopened()
  const person = { type: 'user', id: 11, name: 'Dana Example' }
  expect((await deliver(by(resolved, person))).body.result.action).toBe('resolved')
})

test('Sentry itself, which resolves what is quiet for long, is no echo', async () => {
  const { deliver, resolved } = await resolvedAndReopened()
  const itself = { type: 'application', id: 'sentry', name: 'Sentry' }
  expect((await deliver(by(resolved, itself))).body.result.action).toBe('resolved')
})

// Sentry names the integration that a message goes to for the change of any integration.
test('what another integration did, reported under our name, counts', async () => {
  const { t, sentry, deliver, member } = await connectedToSentry()
  const issue = sentry.addIssue()
  const { id } = (await deliver(sentry.alert(issue))).body.result.incident
  await (await member()).client.post(`/api/v1/incidents/${id}/acknowledge`)
  await t.runWorker()
  const us = { type: 'application', id: sentry.app.uuid, name: sentry.app.name }
  sentry.act(issue, { status: 'resolved' }, us)
  const results = await Promise.all(sentry.webhooks.splice(0).map(deliver))
  expect(results.map(({ body }) => body.result.action)).toEqual(['ignored', 'resolved'])
})

test('without org:read Sentry’s name for us is not known, and our reports are known by what they say', async () => {
  const { deliver, resolved, connection } = await resolvedAndReopened({
    scopes: ['event:read', 'event:write'],
  })
  expect(connection.check.installation).toBeNull()
  expect((await deliver(resolved)).body.result).toEqual(OUR_OWN)
})

test('an alert rule that fires on our own change is an echo too', async () => {
  const { sentry, issue, deliver, statusOf } = await resolvedAndReopened()
  const alert = (type: string): Webhook => ({
    resource: 'activity_alert',
    body: {
      action: 'triggered',
      installation: sentry.installation,
      actor: { type: 'application', id: 'sentry', name: 'Sentry' },
      data: {
        issue: { id: issue.id, title: issue.title, status: 'unresolved' },
        activity: { type, details: {} },
        alert: { title: 'Changes of state' },
      },
    },
  })
  expect((await deliver(alert('set_resolved'))).body.result).toEqual(OUR_OWN)
  expect((await deliver(alert('set_unresolved'))).body.result).toEqual(OUR_OWN)
  expect(await statusOf()).toBe('open')
})

test('an assignment in Sentry acknowledges where that is chosen, ours does not, and neither is sent back', async () => {
  const loop = await connectedToSentry({ settings: { acknowledgeOnAssign: true } })
  const { t, sentry, deliver, admin } = loop
  const issue = sentry.addIssue()
  const { id } = (await deliver(sentry.alert(issue))).body.result.incident
  const { user, client } = await loop.member()
  await client.post(`/api/v1/incidents/${id}/assign`, { userId: user.id })
  await t.runWorker()
  expect(issue.assignedTo).toMatchObject({ email: user.email })
  expect((await loop.deliverAll()).map(({ body }) => body.result)).toEqual([OUR_OWN])

  const requests = sentry.received.length
  sentry.members.push({ id: '77', name: 'Dana Example', email: 'dana@example.com' })
  sentry.act(issue, { assignedTo: 'dana@example.com' })
  expect((await loop.deliverAll()).map(({ body }) => body.result.action)).toEqual(['acknowledged'])
  await t.runWorker()
  expect((await admin.get(`/api/v1/incidents/${id}`)).body.status).toBe('acknowledged')
  expect(sentry.received).toHaveLength(requests)
})

test('an integration that is not connected takes every message as it says', async () => {
  const { t, sentry, resolved, deliver, issue } = await resolvedAndReopened()
  const integration = await t.create.integration()
  const send = ({ resource, body }: Webhook) =>
    t.deliver(integration, body, { headers: { 'sentry-hook-resource': resource } })
  await send(sentry.alert(issue))
  expect((await send(resolved)).body.result.action).toBe('resolved')
  expect((await deliver(resolved)).body.result).toEqual(OUR_OWN)
})

test('the report that overtakes the answer to what we write is an echo all the same', async () => {
  const loop = await connectedToSentry({ behaviour: { link: false } })
  const { t, sentry, deliver } = loop
  const issue = sentry.addIssue()
  const { id } = (await deliver(sentry.alert(issue))).body.result.incident
  const { client } = await loop.member()
  await client.post(`/api/v1/incidents/${id}/acknowledge`)
  await client.post(`/api/v1/incidents/${id}/resolve`)
  const results: unknown[] = []
  sentry.beforeAnswers(async () => {
    results.push(...(await loop.deliverAll()).map(({ body }) => body.result))
  })
  await t.runWorker()
  expect(results).toEqual([OUR_OWN, OUR_OWN])
})
