import { expect, test } from 'vitest'
import { raceOnTable } from '../testing/race.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { createPages, type PageRequest } from './create.ts'
import type { ChannelProblems } from './plan.ts'

type Asked = Omit<Partial<PageRequest>, 'incidentId' | 'userId'>

/** What the engine asks for when a step has come. */
const request = (incident: { id: string }, user: { id: string }, more: Asked = {}): PageRequest => ({
  ...{ incidentId: incident.id, userId: user.id, urgency: 'high', cause: 'escalation', step: 1, cycle: 0 },
  ...more,
})

const create = ({ db, clock }: TestApp, requests: PageRequest[], problems?: ChannelProblems) =>
  db.transaction().execute((trx) => createPages(trx, requests, clock.now(), problems))

const pagesOf = async ({ db, clock }: TestApp) => {
  const rows = await db.selectFrom('pages').selectAll().orderBy('id').execute()
  return rows.map(({ channel, status, reason, due_at }) => ({
    ...{ channel, status, reason },
    inSeconds: (due_at.getTime() - clock.now().getTime()) / 1_000,
  }))
}

test('a person is paged after their rules for this urgency', async () => {
  const t = await testApp()
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { rules: { high: 0, low: 0 } })
  await addContactMethod(t, ana, { channel: 'voice', address: '+15005550006', rules: { high: 3 } })

  const [planned] = await create(t, [request(incident, ana)])
  expect(planned).toMatchObject({ userId: ana.id, planned: 2, skipped: [] })
  expect(await pagesOf(t)).toEqual([
    { channel: 'email', status: 'due', reason: null, inSeconds: 0 },
    { channel: 'voice', status: 'due', reason: null, inSeconds: 180 },
  ])
})

test('without rules for this urgency everything that is verified is used at once', async () => {
  const t = await testApp()
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana, { rules: { low: 0 } })
  const unverified = await addContactMethod(t, ana, {
    channel: 'sms',
    address: '+15005550006',
    verified: false,
  })

  const [planned] = await create(t, [request(incident, ana)])
  const reason = 'This contact method is not verified'
  expect(planned).toMatchObject({
    planned: 1,
    skipped: [{ contactMethodId: unverified, channel: 'sms', reason }],
  })
  expect(await pagesOf(t)).toEqual([
    { channel: 'sms', status: 'skipped', reason, inSeconds: 0 },
    { channel: 'email', status: 'due', reason: null, inSeconds: 0 },
  ])
})

test('rules that lead to nothing that works do not leave a person unpaged who has something that does', async () => {
  const t = await testApp()
  const [ana, incident] = [await t.create.user(), await t.create.incident()]
  await addContactMethod(t, ana)
  await addContactMethod(t, ana, { channel: 'sms', address: '+15005550006', rules: { high: 0 } })

  const problems: ChannelProblems = new Map([['sms', 'SMS is not set up']])
  const [planned] = await create(t, [request(incident, ana)], problems)
  expect(planned).toMatchObject({ planned: 1, skipped: [{ channel: 'sms', reason: 'SMS is not set up' }] })
})

test('why somebody cannot be paged at all is written down', async () => {
  const t = await testApp()
  const incident = await t.create.incident()
  const [bo, cy] = [await t.create.user({ name: 'Bo' }), await t.create.user({ name: 'Cy' })]
  await addContactMethod(t, cy)
  await t.db.updateTable('users').set({ disabled_at: t.clock.now() }).where('id', '=', cy.id).execute()

  const planned = await create(t, [request(incident, bo), request(incident, cy)])
  expect(planned).toMatchObject([
    { planned: 0, skipped: [{ contactMethodId: null, reason: 'Bo has no contact method' }] },
    { planned: 0, skipped: [{ contactMethodId: null, reason: 'Cy is disabled' }] },
  ])
  expect(await pagesOf(t)).toMatchObject([{ status: 'skipped' }, { status: 'skipped' }])
})

test('incidents that follow within 30 seconds wait for their end, a more urgent one does not', async () => {
  const t = await testApp()
  const ana = await t.create.user()
  await addContactMethod(t, ana)
  const page = async (urgency: PageRequest['urgency'], more: Asked = {}) =>
    create(t, [request(await t.create.incident(), ana, { urgency, ...more })])

  await page('medium')
  t.clock.advance({ seconds: 10 })
  await page('medium')
  await page('high')
  t.clock.advance({ seconds: 25 })
  await page('high', { dueAt: new Date(t.clock.now().getTime() - 60_000) })
  const dueAt = (await pagesOf(t)).map(({ inSeconds }) => inSeconds)
  expect(dueAt).toEqual([-35, -5, -25, 0])
})

test('of two servers that page a person for the first time, one goes at once and the other waits', async () => {
  const t = await testApp()
  const ana = await t.create.user()
  await addContactMethod(t, ana, { rules: { high: 0 } })
  const incidents = [await t.create.incident(), await t.create.incident(), await t.create.incident()]

  await raceOnTable(
    t.db,
    'page_windows',
    incidents.map((incident) => () => create(t, [request(incident, ana)])),
  )
  const times = (await pagesOf(t)).map(({ inSeconds }) => inSeconds)
  expect(times.toSorted((a, b) => a - b)).toEqual([0, 30, 30])
})
