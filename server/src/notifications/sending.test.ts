import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { page, testAppWithChannels } from '../testing/paged.ts'
import { raceOnTable } from '../testing/race.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { smsGateway } from '../testing/sms-gateway.ts'
import { NO_LIMITS, type TestApp } from '../testing/test-app.ts'
import { ATTEMPTS_MAX, LEASE_MS } from './limits.ts'
import { sendDuePages } from './send-due.ts'
import { createSender, type SendingStep } from './sender.ts'

const pagesOf = async ({ db }: TestApp) => {
  const rows = await db.selectFrom('pages').selectAll().orderBy('id').execute()
  return rows.map(({ channel, status, reason, attempts, key }) => ({
    channel,
    status,
    reason,
    attempts,
    key,
  }))
}

const timelineOf = async (t: TestApp, { id }: { id: string }) => {
  const { body } = await (await t.asRole('viewer')).get(`/api/v1/incidents/${id}/timeline`)
  return (body.items as { kind: string; text: string | null; data: object }[]).reverse()
}

test('a page goes out at once: the channel has it, the ledger and the timeline say so', async () => {
  const { t, mails, send } = await testAppWithChannels()
  const [ana, incident] = [
    await t.create.user({ name: 'Ana' }),
    await t.create.incident({ title: 'It burns' }),
  ]
  await addContactMethod(t, ana)
  await page(t, ana, [incident])
  expect(await send()).toBe(1)

  const [mail] = mails.messages
  expect(mail?.subject).toContain('It burns')
  expect(mail?.text).toMatch(/http:\/\/opsknight\.test\/reply\/[\w-]{38}\?action=acknowledge/)
  expect(await pagesOf(t)).toMatchObject([{ channel: 'email', status: 'sent', reason: null, attempts: 1 }])
  const entry = (await timelineOf(t, incident)).at(-1)
  expect(entry).toMatchObject({
    kind: 'page_sent',
    data: { userId: ana.id, userName: 'Ana', channel: 'email' },
  })
  expect(await send()).toBe(0)
})

test('what follows within 30 seconds is one mail at their end, that lists what is still open', async () => {
  const { t, mails, send } = await testAppWithChannels()
  const ana = await t.create.user()
  await addContactMethod(t, ana)
  const open = async (title: string) => {
    const incident = await t.create.incident({ title })
    await page(t, ana, [incident])
    await send()
    return incident
  }
  await open('First')
  t.clock.advance({ seconds: 1 })
  await open('Second')
  const third = await open('Third')
  t.clock.advance({ seconds: 10 })
  await open('Fourth')
  await (await t.asRole('responder')).post(`/api/v1/incidents/${third.id}/acknowledge`)
  t.clock.advance({ seconds: 18, milliseconds: 999 })
  expect(await send()).toBe(0)
  t.clock.advance({ milliseconds: 1 })
  expect(await send()).toBe(1)

  expect(mails.messages).toHaveLength(2)
  const text = mails.messages[1]?.text ?? ''
  for (const title of ['Second', 'Fourth']) expect(text).toContain(title)
  for (const title of ['First', 'Third']) expect(text).not.toContain(title)
  const [, second, cancelled, fourth] = await pagesOf(t)
  expect(cancelled).toMatchObject({
    status: 'cancelled',
    reason: 'The incident was acknowledged before this was sent',
  })
  expect(second?.key).toBe(fourth?.key)
})

test('something more urgent breaks through', async () => {
  const { t, mails, send } = await testAppWithChannels()
  const ana = await t.create.user()
  await addContactMethod(t, ana)
  await page(t, ana, [await t.create.incident(), await t.create.incident()], { urgency: 'low' })
  await page(t, ana, [await t.create.incident({ title: 'Much worse' })], { urgency: 'high' })
  expect(await send()).toBe(1)
  expect(mails.messages).toHaveLength(1)
  expect(mails.messages[0]?.text).toContain('Much worse')
})

test('a provider that cannot now is asked again, with the same key, and not before it said', async () => {
  const gateway = await smsGateway((_sms, count) =>
    count === 1 ? { status: 429, headers: { 'retry-after': '17' } } : {},
  )
  const { t, send } = await testAppWithChannels({ gateway })
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  await page(t, ana, [incident])
  await send()
  expect(await pagesOf(t)).toMatchObject([
    { status: 'due', attempts: 1, reason: expect.stringContaining('429') },
  ])
  t.clock.advance({ seconds: 16 })
  expect(await send()).toBe(0)
  t.clock.advance({ seconds: 2 })
  expect(await send()).toBe(1)
  expect(await pagesOf(t)).toMatchObject([{ status: 'sent', attempts: 2, reason: null }])
  const [first, second] = gateway.messages
  expect(second?.key).toBe(first?.key)
})

test('an answer that no database can store is still an answer, and the next contact method is used', async () => {
  const { t, mails, send } = await testAppWithChannels({
    gateway: await smsGateway(() => ({ status: 400, body: '\u001f\u008b\u0000 no \u0000such number' })),
  })
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  await addContactMethod(t, ana)
  await page(t, ana, [incident])
  await send()
  const pages = await pagesOf(t)
  expect(pages.find(({ channel }) => channel === 'sms')).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('no such number'),
  })
  expect(mails.messages).toHaveLength(1)
})

test('where trying again makes no sense the next contact method is used at once', async () => {
  const { t, mails, sms, send } = await testAppWithChannels({
    gateway: await smsGateway(() => ({ status: 400, body: 'no such number' })),
  })
  const [ana, incident] = [await t.create.user({ name: 'Ana' }), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006', rules: { high: 0 } })
  await addContactMethod(t, ana, { rules: { high: 5 } })
  await addContactMethod(t, ana, { address: 'other@example.com' })
  await page(t, ana, [incident])
  expect(await send()).toBe(2)

  expect(sms.messages).toHaveLength(1)
  expect(mails.messages).toHaveLength(1)
  expect(await pagesOf(t)).toMatchObject([
    { channel: 'sms', status: 'failed', attempts: 1, reason: expect.stringContaining('no such number') },
    { channel: 'email', status: 'sent' },
  ])
  const entries = await timelineOf(t, incident)
  expect(entries.map(({ kind }) => kind)).toEqual(['triggered', 'page_failed', 'page_sent'])
  expect(entries[1]?.text).toMatch(/no such number.* Ana is paged by the next contact method at once\.$/)
  expect(entries[1]?.data).toMatchObject({ isFinal: true, next: { channel: 'email' } })
})

test('one that was not in the rules is used where those that were do not get through', async () => {
  const { t, mails, send } = await testAppWithChannels({ gateway: await smsGateway(() => ({ status: 400 })) })
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006', rules: { high: 0 } })
  await addContactMethod(t, ana, { verified: false, address: 'unverified@example.com' })
  await addContactMethod(t, ana)
  await page(t, ana, [incident])
  await send()
  expect(mails.messages).toHaveLength(1)
  const [, replacement] = await t.db.selectFrom('pages').selectAll().orderBy('id').execute()
  expect(replacement).toMatchObject({ channel: 'email', status: 'sent', in_place_of: expect.any(String) })
})

test('a provider that is down for long is tried on beside the next contact method, until it has been too often', async () => {
  const { t, mails, sms, send } = await testAppWithChannels({
    gateway: await smsGateway(() => ({ status: 500 })),
  })
  const [ana, incident] = [await t.create.user({ name: 'Ana' }), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006', rules: { high: 0 } })
  await addContactMethod(t, ana)
  await page(t, ana, [incident])
  const after = async (seconds: number) => {
    t.clock.advance({ seconds })
    await send()
    return [sms.messages.length, mails.messages.length]
  }
  expect(await after(0)).toEqual([1, 0])
  expect(await after(4)).toEqual([2, 0])
  expect(await after(7)).toEqual([3, 1])
  for (let attempt = 4; attempt < 20; attempt += 1) await after(600)
  expect(await after(600)).toEqual([15, 1])
  expect(await pagesOf(t)).toMatchObject([
    { channel: 'sms', status: 'failed', attempts: 15 },
    { channel: 'email', status: 'sent' },
  ])
  expect(new Set(sms.messages.map(({ key }) => key)).size).toBe(1)
  const failed = (await timelineOf(t, incident)).filter(({ kind }) => kind === 'page_failed')
  expect(failed).toMatchObject([
    { text: expect.stringMatching(/next contact method at once\. OpsKnight goes on trying/) },
    { text: expect.stringMatching(/Ana is paged by another contact method\.$/) },
  ])
})

test('when nobody of a step can be reached the escalation goes on at once, and the timeline says so', async () => {
  const { t, send } = await testAppWithChannels({ gateway: await smsGateway(() => ({ status: 400 })) })
  const incident = await t.create.incident()
  const [ana, bo] = [await t.create.user({ name: 'Ana' }), await t.create.user({ name: 'Bo' })]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  await addContactMethod(t, bo, { channel: 'sms', address: '+15005550007' })
  const later = new Date(t.clock.now().getTime() + 600_000)
  await t.db
    .updateTable('escalations')
    .set({ due_at: later, step: 1 })
    .where('incident_id', '=', incident.id)
    .execute()
  const dueAt = async () =>
    (await t.db.selectFrom('escalations').select('due_at').executeTakeFirstOrThrow()).due_at

  await page(t, bo, [incident])
  t.clock.advance({ seconds: 40 })
  await page(t, ana, [incident])
  // Bo's page is held back: as long as it may get through nobody else is needed.
  const until = new Date(t.clock.now().getTime() + 1_000)
  await t.db.updateTable('pages').set({ next_attempt_at: until }).where('user_id', '=', bo.id).execute()
  await send()
  expect(await dueAt()).toEqual(later)
  t.clock.advance({ seconds: 1 })
  await send()
  expect(await dueAt()).toEqual(t.clock.now())
  const failed = (await timelineOf(t, incident)).filter(({ kind }) => kind === 'page_failed')
  expect(failed.map(({ text }) => text)).toEqual([
    expect.stringMatching(/Ana has no other contact method left\.$/),
    expect.stringMatching(/Bo has no other contact method left\. The escalation goes on at once\.$/),
  ])
})

test('a step whose people cannot be reached is followed by the next one at once, and a policy that ends so by the administrators', async () => {
  const { t, mails } = await testAppWithChannels({ gateway: await smsGateway(() => ({ status: 400 })) })
  const dana = await t.create.user({ name: 'Dana', role: 'admin' })
  await addContactMethod(t, dana, { address: 'dana@example.com' })
  const people = [await t.create.user({ name: 'Ana' }), await t.create.user({ name: 'Bo' })]
  for (const [index, person] of people.entries())
    await addContactMethod(t, person, { channel: 'sms', address: `+1500555000${index}` })
  const admin = await t.as(dana)
  const steps = people.map(({ id }) => ({ waitMinutes: 30, targets: [{ type: 'user', id }] }))
  const policy = await admin.post('/api/v1/escalation-policies', { name: 'Primary', repeat: 0, steps })
  const service = await t.create.service({ escalationPolicyId: policy.body.id })
  const on = await t.create.integration(NO_LIMITS, { type: 'events', serviceId: service.id })
  const incident = await t.create.incident({ on: { ...on, serviceId: service.id } })

  await t.runWorker()
  expect(await pagesOf(t)).toEqual([])
  t.clock.advance({ minutes: 30 })
  for (let turn = 0; turn < 4; turn += 1) await t.runWorker()
  expect(mails.messages.map(({ to }) => [to].flat()[0]?.text)).toEqual(['dana@example.com'])
  expect((await pagesOf(t)).map(({ channel, status }) => [channel, status])).toEqual([
    ['sms', 'failed'],
    ['sms', 'failed'],
    ['email', 'sent'],
  ])
  const kinds = (await timelineOf(t, incident)).map(({ kind }) => kind)
  expect(kinds).toEqual([
    ...['triggered', 'escalated', 'page_failed', 'escalated', 'page_failed'],
    ...['escalation_ended', 'page_sent'],
  ])
})

test('what is acknowledged while it is being sent was sent; it is not sent again', async () => {
  const held = Promise.withResolvers<void>()
  const gateway = await smsGateway(async () => {
    await held.promise
    return { status: 503 }
  })
  const { t, send } = await testAppWithChannels({ gateway })
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  await page(t, ana, [incident])
  const sending = send()
  await gateway.arrived(1)
  await (await t.asRole('responder')).post(`/api/v1/incidents/${incident.id}/acknowledge`)
  held.resolve()
  await sending
  expect(await pagesOf(t)).toMatchObject([
    { status: 'cancelled', reason: expect.stringMatching(/503.*nobody needs it any more/) },
  ])
  t.clock.advance({ hours: 1 })
  expect(await send()).toBe(0)
})

test('a worker that dies while sending is taken over: the same message, under the same key, without what came since', async () => {
  const { t, mails, send } = await testAppWithChannels()
  const ana = await t.create.user()
  await addContactMethod(t, ana)
  const late = { dueAt: new Date(t.clock.now().getTime() - 60_000) }
  await page(
    t,
    ana,
    [await t.create.incident({ title: 'One' }), await t.create.incident({ title: 'Two' })],
    late,
  )
  const dead = sendDuePages(t.deps, t.clock.now(), {
    after: async (step) => {
      if (step === 'handed-over') throw new Error('killed')
    },
  })
  await expect(dead).rejects.toThrow('killed')
  await page(t, ana, [await t.create.incident({ title: 'Three' })], late)
  expect(await send()).toBe(1)
  t.clock.advance({ milliseconds: LEASE_MS })
  expect(await send()).toBe(1)

  const [first, third, again] = mails.messages
  expect(again?.messageId).toBe(first?.messageId)
  expect(again?.text).toBe(first?.text)
  expect(third?.messageId).not.toBe(first?.messageId)
  expect(third?.text).toContain('Three')
  expect(await pagesOf(t)).toMatchObject([{ status: 'sent' }, { status: 'sent' }, { status: 'sent' }])
})

test('of what nobody knows whether it was sent, only what is still open goes again', async () => {
  const { t, mails, send } = await testAppWithChannels()
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana)
  await page(t, ana, [incident])
  const after = async () => {
    throw new Error('killed')
  }
  await expect(sendDuePages(t.deps, t.clock.now(), { after })).rejects.toThrow('killed')
  await (await t.asRole('responder')).post(`/api/v1/incidents/${incident.id}/resolve`)
  t.clock.advance({ milliseconds: LEASE_MS })
  await send()
  expect(mails.messages).toHaveLength(0)
  expect(await pagesOf(t)).toMatchObject([
    { status: 'cancelled', reason: 'The incident was resolved before it was known whether this had arrived' },
  ])
})

test('a message that ends every worker is not sent for ever: the next contact method is used', async () => {
  const { t, mails, sms, send } = await testAppWithChannels()
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { rules: { high: 0 } })
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  await page(t, ana, [incident])
  const after = async (step: SendingStep) => {
    if (step === 'handed-over') throw new Error('killed')
  }
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
    await expect(sendDuePages(t.deps, t.clock.now(), { after })).rejects.toThrow('killed')
    t.clock.advance({ milliseconds: LEASE_MS })
  }
  await send()
  await send()
  expect(mails.messages).toHaveLength(ATTEMPTS_MAX)
  expect(sms.messages).toHaveLength(1)
  expect(await pagesOf(t)).toMatchObject([
    { status: 'failed', reason: expect.stringMatching(/^It was tried 15 times/) },
    { status: 'sent', channel: 'sms' },
  ])
})

test('any number of workers send every message once', async () => {
  const { t, mails, send } = await testAppWithChannels()
  const people = await Promise.all(['Ana', 'Bo', 'Cy', 'Di'].map((name) => t.create.user({ name })))
  for (const person of people) await addContactMethod(t, person)
  const incidents = [await t.create.incident(), await t.create.incident(), await t.create.incident()]
  const late = { dueAt: new Date(t.clock.now().getTime() - 60_000) }
  for (const person of people) await page(t, person, incidents, late)
  await raceOnTable(t.db, 'contact_methods', [send, send, send])
  await send()
  expect(mails.messages).toHaveLength(people.length)
  for (const { text } of mails.messages)
    for (const { number } of incidents) expect(text).toContain(`#${number}`)
  expect((await pagesOf(t)).map(({ status, attempts }) => [status, attempts])).toEqual(
    Array.from({ length: 12 }, () => ['sent', 1]),
  )
})

test('after a downtime each person gets one page of what is open now', async () => {
  const { t, mails, send } = await testAppWithChannels()
  const [ana, bo] = [await t.create.user(), await t.create.user()]
  for (const person of [ana, bo]) await addContactMethod(t, person)
  const stale = new Date(t.clock.now())
  const titles = ['Disk full', 'Login slow', 'Queue stuck', 'Cache cold']
  const incidents = []
  for (const title of titles) incidents.push(await t.create.incident({ title }))
  await page(t, ana, incidents.slice(0, 1))
  t.clock.advance({ hours: 3 })
  await (await t.asRole('responder')).post(`/api/v1/incidents/${incidents[0]!.id}/resolve`)
  for (const person of [ana, bo]) await page(t, person, incidents.slice(1), { dueAt: stale })
  expect(await send()).toBe(2)
  expect(mails.messages).toHaveLength(2)
  for (const { text } of mails.messages) {
    for (const title of titles.slice(1)) expect(text).toContain(title)
    expect(text).not.toContain('Disk full')
  }
})

test('after an outage of its provider a person gets one page of what is open now', async () => {
  let isDown = true
  const gateway = await smsGateway(() => (isDown ? { status: 503 } : {}))
  const { t, send } = await testAppWithChannels({ gateway })
  const ana = await t.create.user()
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  for (let minute = 0; minute < 5; minute += 1) {
    await page(t, ana, [await t.create.incident()])
    await send()
    t.clock.advance({ minutes: 1 })
  }
  isDown = false
  gateway.messages.length = 0
  t.clock.advance({ minutes: 10 })
  expect(await send()).toBe(1)
  expect(gateway.messages).toHaveLength(1)
  expect(new Set((await pagesOf(t)).map(({ status, key }) => `${status} ${key}`)).size).toBe(1)
})

test('a channel that hangs holds up no other', async () => {
  const held = Promise.withResolvers<void>()
  const gateway = await smsGateway(async () => {
    await held.promise
    return {}
  })
  const { t, mails } = await testAppWithChannels({ gateway })
  const incident = await t.create.incident()
  for (let index = 0; index < 25; index += 1) {
    const person = await t.create.user()
    await addContactMethod(t, person, { channel: 'sms', address: `+1500555${1_000 + index}` })
    await page(t, person, [incident])
  }
  const ana = await t.create.user()
  await addContactMethod(t, ana)
  await page(t, ana, [incident])
  const sender = createSender(t.deps)
  sender.wake()
  expect((await mails.next()).subject).toContain(`#${incident.number}`)
  held.resolve()
  await sender.idle()
  expect(gateway.messages).toHaveLength(25)
})

test('a server that stops breaks off what hangs, and another one sends it', async () => {
  const gateway = await smsGateway((_sms, count) => (count === 1 ? new Promise(() => {}) : {}))
  const { t, send } = await testAppWithChannels({ gateway })
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006' })
  await page(t, ana, [incident])
  const sender = createSender(t.deps, { finishWithinMs: 1 })
  sender.wake()
  await gateway.arrived(1)
  await sender.stop()
  t.clock.advance({ seconds: 5 })
  expect(await send()).toBe(1)
  const [first, second] = gateway.messages
  expect(second?.key).toBe(first?.key)
})

test('what cannot be sent any more fails with its reason', async () => {
  const { t, send } = await testAppWithChannels()
  const [ana, bo, incident] = [await t.create.user(), await t.create.user(), await t.create.incident()]
  const gone = await addContactMethod(t, ana)
  await addContactMethod(t, bo, { channel: 'telegram', address: '4242' })
  await page(t, ana, [incident])
  await page(t, bo, [incident])
  await sql`delete from contact_methods where id = ${gone}`.execute(t.db)
  await send()
  expect(await pagesOf(t)).toMatchObject([
    { status: 'failed', reason: 'This contact method has been deleted' },
    { status: 'failed', reason: expect.any(String) },
  ])
})
