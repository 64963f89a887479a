import { expect, test } from 'vitest'
import { testAppWithChannels } from '../testing/paged.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { smsGateway } from '../testing/sms-gateway.ts'
import { NO_LIMITS } from '../testing/test-app.ts'

/** Ana and Bo can be reached by SMS, which the gateway answers like this; Dana, an administrator, by mail. */
const setUp = async (status: number) => {
  const { t, mails, send } = await testAppWithChannels({ gateway: await smsGateway(() => ({ status })) })
  const dana = await t.create.user({ name: 'Dana', role: 'admin' })
  await addContactMethod(t, dana, { address: 'dana@example.com' })
  const people = [await t.create.user({ name: 'Ana' }), await t.create.user({ name: 'Bo' })]
  for (const [index, person] of people.entries())
    await addContactMethod(t, person, { channel: 'sms', address: `+1500555000${index}` })
  const admin = await t.as(dana)
  const [ana, bo] = people.map(({ id }) => ({ type: 'user', id }))
  const policy = await admin.post('/api/v1/escalation-policies', {
    ...{ name: 'Primary', repeat: 0, steps: [{ waitMinutes: 0, targets: [{ type: 'user', id: dana.id }] }] },
    ...{ fallback: [ana, bo] },
  })
  const service = await t.create.service({ escalationPolicyId: policy.body.id })
  const on = await t.create.integration(NO_LIMITS, { type: 'events', serviceId: service.id })
  const incident = await t.create.incident({ on: { ...on, serviceId: service.id }, severity: 'warning' })
  const pages = async (id = incident.id) => {
    const { body } = await admin.get(`/api/v1/incidents/${id}/pages`)
    return body.map((page: Record<string, string>) => [page.userName, page.cause, page.status].join(' '))
  }
  const failures = async () => {
    const { body } = await admin.get(`/api/v1/incidents/${incident.id}`)
    const texts = body.timeline.filter(({ kind }: { kind: string }) => kind === 'page_failed')
    return texts.map(({ text }: { text: string }) => text).toReversed()
  }
  return { t, admin, ana: people[0]!, incident, mails, send, pages, failures }
}

test('where a fallback gets none of its pages, the administrators are paged, once', async () => {
  const { t, pages, failures } = await setUp(400)
  await t.runWorker()
  t.clock.advance({ minutes: 5 })
  for (let turn = 0; turn < 3; turn += 1) await t.runWorker()
  t.clock.advance({ minutes: 1 })
  await t.runWorker()
  expect(await pages()).toEqual([
    'Dana escalation sent',
    'Ana fallback failed',
    'Bo fallback failed',
    'Dana administrators sent',
  ])
  const texts: string[] = await failures()
  expect(texts).toHaveLength(2)
  for (const text of texts) expect(text).toMatch(/(Ana|Bo) has no other contact method left\./)
  expect(texts.filter((text) => text.endsWith(' The administrators are paged.'))).toHaveLength(1)
})

test('a provider of the fallback that is down for long leaves the administrators paged once', async () => {
  const { t, pages } = await setUp(503)
  await t.runWorker()
  t.clock.advance({ minutes: 5 })
  for (let minute = 0; minute < 60; minute += 1) {
    await t.runWorker()
    t.clock.advance({ minutes: 1 })
  }
  expect(await pages()).toEqual([
    'Dana escalation sent',
    'Ana fallback failed',
    'Bo fallback failed',
    'Dana administrators sent',
  ])
})

test('where whoever has an incident does not get the page that it got worse, the administrators are paged', async () => {
  const { t, admin, ana, incident, pages } = await setUp(400)
  await (await t.as(ana)).post(`/api/v1/incidents/${incident.id}/acknowledge`)
  t.clock.advance({ minutes: 1 })
  await admin.post(`/api/v1/incidents/${incident.id}/urgency`, { urgency: 'high' })
  for (let turn = 0; turn < 3; turn += 1) await t.runWorker()
  expect(await pages()).toEqual(['Ana worse failed', 'Dana administrators sent'])
})

test('an administrator who is paged because whoever has an incident cannot be gets that page', async () => {
  const { t, admin, ana, incident, mails, pages } = await setUp(400)
  await (await t.as(ana)).post(`/api/v1/incidents/${incident.id}/acknowledge`)
  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: true })
  t.clock.advance({ minutes: 1 })
  await admin.post(`/api/v1/incidents/${incident.id}/urgency`, { urgency: 'high' })
  await t.runWorker()
  expect(await pages()).toEqual(['Dana administrators sent'])
  expect(mails.messages).toHaveLength(1)
})

test('where whoever would be paged later is deleted meanwhile, the escalation goes on at once', async () => {
  const { t, admin, ana, pages } = await setUp(200)
  const cy = await t.create.user({ name: 'Cy' })
  await addContactMethod(t, cy, { rules: { high: 10, medium: 10, low: 10 } })
  const team = await admin.post('/api/v1/teams', { name: 'Ops', members: [{ userId: cy.id }] })
  const steps = [
    { waitMinutes: 0, targets: [{ type: 'team', id: team.body.id }] },
    { waitMinutes: 30, targets: [{ type: 'user', id: ana.id }] },
  ]
  const policy = await admin.post('/api/v1/escalation-policies', { name: 'Second', repeat: 0, steps })
  const service = await t.create.service({ escalationPolicyId: policy.body.id })
  const on = await t.create.integration(NO_LIMITS, { type: 'events', serviceId: service.id })
  const { id } = await t.create.incident({ on: { ...on, serviceId: service.id } })
  await t.runWorker()
  expect(await pages(id)).toEqual(['Cy escalation due'])
  expect((await admin.delete(`/api/v1/users/${cy.id}`)).status).toBe(204)
  for (let turn = 0; turn < 2; turn += 1) await t.runWorker()
  expect(await pages(id)).toEqual(['Cy escalation failed', 'Ana escalation sent'])
})
