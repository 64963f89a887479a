import { expect, test } from 'vitest'
import { page, testAppWithChannels } from '../testing/paged.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { smsGateway } from '../testing/sms-gateway.ts'
import type { TestApp } from '../testing/test-app.ts'
import { markSeen, noteReceipt, readMessage } from './receipts.ts'

const pagesOf = ({ db }: TestApp) => db.selectFrom('pages').selectAll().orderBy('id').execute()

/** Somebody was paged by SMS about incidents, and the provider has the message under this name. */
async function sentBySms(names: string[] = ['SM42']) {
  const paged = await testAppWithChannels()
  const { t, send } = paged
  const ana = await t.create.user({ name: 'Ana' })
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006', rules: { high: 0 } })
  await addContactMethod(t, ana)
  const incidents = []
  for (const _ of names) incidents.push(await t.create.incident())
  await page(t, ana, incidents, { dueAt: new Date(0) })
  await send()
  await t.db.updateTable('pages').set({ provider_id: names[0]! }).execute()
  return { ...paged, ana, incidents }
}

test('what the provider has delivered is delivered', async () => {
  const { t } = await sentBySms(['SM42', 'together with another'])
  t.clock.advance({ seconds: 3 })
  const receipt = { channel: 'sms', providerId: 'SM42', status: 'delivered' } as const
  expect(await noteReceipt(t.deps, receipt)).toBe(true)
  for (const row of await pagesOf(t))
    expect(row).toMatchObject({ status: 'delivered', delivered_at: t.clock.now() })
  t.clock.advance({ seconds: 3 })
  expect(await noteReceipt(t.deps, receipt)).toBe(true)
  expect((await pagesOf(t))[0]?.delivered_at).not.toEqual(t.clock.now())
  // That it failed is no news about what has arrived.
  await noteReceipt(t.deps, { ...receipt, status: 'failed' })
  expect(await pagesOf(t)).toMatchObject([{ status: 'delivered' }, { status: 'delivered' }])
})

test('what the provider could not deliver goes by the next contact method at once', async () => {
  const { t, mails, send } = await sentBySms()
  await noteReceipt(t.deps, {
    ...{ channel: 'sms', providerId: 'SM42', status: 'failed', reason: 'The phone is off' },
  })
  await send()
  expect(mails.messages).toHaveLength(1)
  expect(await pagesOf(t)).toMatchObject([
    { channel: 'sms', status: 'failed', reason: 'The phone is off' },
    { channel: 'email', status: 'sent' },
  ])
})

test('nobody is paged by another way about what somebody has already', async () => {
  const { t, incidents, send } = await sentBySms()
  await (await t.asRole('responder')).post(`/api/v1/incidents/${incidents[0]!.id}/acknowledge`)
  await noteReceipt(t.deps, { channel: 'sms', providerId: 'SM42', status: 'failed' })
  expect(await send()).toBe(0)
  expect(await pagesOf(t)).toMatchObject([{ status: 'failed' }])
})

test('a receipt for a message that is none of ours changes nothing', async () => {
  const { t } = await sentBySms()
  expect(await noteReceipt(t.deps, { channel: 'sms', providerId: 'SM43', status: 'failed' })).toBe(false)
  expect(await noteReceipt(t.deps, { channel: 'voice', providerId: 'SM42', status: 'failed' })).toBe(false)
  expect(await pagesOf(t)).toMatchObject([{ status: 'sent' }])
})

test('who answers a message has seen all that it speaks of, once', async () => {
  const { t, ana, incidents } = await sentBySms(['SM42', 'together with another'])
  const [first, second] = await pagesOf(t)
  expect(await readMessage(t.db, second!.id)).toEqual([
    { id: first!.id, incidentId: incidents[0]!.id, userId: ana.id },
    { id: second!.id, incidentId: incidents[1]!.id, userId: ana.id },
  ])
  const answer = { action: 'acknowledge', at: t.clock.now().toISOString() }
  await t.db.transaction().execute((trx) => markSeen(trx, second!.id, t.clock.now(), answer))
  t.clock.advance({ minutes: 1 })
  await t.db
    .transaction()
    .execute((trx) => markSeen(trx, first!.id, t.clock.now(), { ...answer, action: 'resolve' }))
  for (const row of await pagesOf(t)) expect(row).toMatchObject({ status: 'seen', answer })
  const viewer = await t.asRole('viewer')
  for (const { id } of incidents) {
    const { body } = await viewer.get(`/api/v1/incidents/${id}/timeline`)
    const seen = (body.items as { kind: string }[]).filter(({ kind }) => kind === 'page_seen')
    expect(seen).toMatchObject([{ data: { userName: 'Ana', channel: 'sms', address: '+15…06' } }])
  }
})

test('an answer that is faster than the note that the message was sent is kept', async () => {
  const held = Promise.withResolvers<void>()
  const gateway = await smsGateway(async () => {
    await held.promise
    return {}
  })
  const { t, send } = await testAppWithChannels({ gateway })
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  await page(t, ana, [incident])
  const sending = send()
  await gateway.arrived(1)
  const [sent] = await pagesOf(t)
  await t.db.transaction().execute((trx) => markSeen(trx, sent!.id, t.clock.now()))
  held.resolve()
  await sending
  expect(await pagesOf(t)).toMatchObject([{ status: 'seen', seen_at: t.clock.now(), sent_at: t.clock.now() }])
})
