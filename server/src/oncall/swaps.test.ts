import { expect, test } from 'vitest'
import { addressHashOf } from '../people/addresses.ts'
import { newId } from '../platform/ids.ts'
import { mailbox } from '../testing/mailbox.ts'
import { scheduleApp } from '../testing/on-call.ts'

/** Part of Bo's week. */
const TUESDAY = { start: '2026-03-03T08:00:00.000Z', end: '2026-03-04T08:00:00.000Z' }
const AROUND = ['2026-03-03T00:00:00Z', '2026-03-05T00:00:00Z'] as const
const UNCHANGED = ['03-03T00:00 03-05T00:00 Bo']
const CHANGED = ['03-03T00:00 03-03T08:00 Bo', '03-03T08:00 03-04T08:00 Cy!', '03-04T08:00 03-05T00:00 Bo']

const setUp = async (options: Parameters<typeof scheduleApp>[0] = {}) => {
  const t = await scheduleApp(options)
  const [asAna, asBo, asCy] = [await t.as(t.ana), await t.as(t.bo), await t.as(t.cy)]
  /** Cy offers to take Bo's Tuesday. */
  const ask = (more: object = {}) => asCy.post(`${t.url}/swaps`, { ...TUESDAY, fromUserId: t.bo.id, ...more })
  return { ...t, asAna, asBo, asCy, ask }
}

test('who takes a shift asks, whoever has it agrees, and the shift changes hands', async () => {
  const { ask, asBo, admin, shifts, schedule, bo, cy, clock } = await setUp()
  const asked = await ask()
  expect(asked).toMatchObject({
    status: 201,
    body: {
      ...{ ...TUESDAY, scheduleId: schedule.id, scheduleName: 'Checkout', requestedBy: cy.id },
      ...{ from: { userId: bo.id, name: 'Bo' }, to: { userId: cy.id, name: 'Cy' } },
      ...{ status: 'requested', createdAt: clock.now().toISOString(), decidedAt: null },
    },
  })
  expect(await shifts(...AROUND)).toEqual(UNCHANGED)

  const accepted = await asBo.post(`/api/v1/swaps/${asked.body.id}/accept`)
  expect(accepted).toMatchObject({
    status: 200,
    body: { status: 'accepted', decidedAt: clock.now().toISOString() },
  })
  expect(await shifts(...AROUND)).toEqual(CHANGED)
  const { items } = (await admin.get('/api/v1/audit-log?limit=2')).body
  expect(items).toMatchObject([
    { action: 'swap.accepted', actor: { name: 'Bo' }, data: { ...TUESDAY, from: 'Bo', to: 'Cy' } },
    { action: 'swap.requested', actor: { name: 'Cy' } },
  ])
})

test('nobody but who gives the shift away, or an administrator, agrees or declines', async () => {
  const { ask, asAna, asCy, asBo, admin, shifts, withKey, create } = await setUp()
  const { id } = (await ask()).body
  const program = withKey(await create.apiKey('write'))
  for (const stranger of [asAna, asCy, program])
    for (const word of ['accept', 'decline'])
      expect(await stranger.post(`/api/v1/swaps/${id}/${word}`)).toMatchObject({ status: 403 })
  expect(await shifts(...AROUND)).toEqual(UNCHANGED)

  expect((await asBo.post(`/api/v1/swaps/${id}/decline`)).body.status).toBe('declined')
  expect(await admin.post(`/api/v1/swaps/${id}/accept`)).toMatchObject({
    status: 409,
    body: { code: 'conflict' },
  })
  expect(await shifts(...AROUND)).toEqual(UNCHANGED)

  const again = (await ask()).body
  expect((await admin.post(`/api/v1/swaps/${again.id}/accept`)).body.status).toBe('accepted')
  expect(await shifts(...AROUND)).toEqual(CHANGED)
})

test('who gives their own shift away needs the other one to agree', async () => {
  const { url, asBo, asCy, bo, cy, shifts } = await setUp()
  const given = await asBo.post(`${url}/swaps`, { ...TUESDAY, fromUserId: bo.id, toUserId: cy.id })
  expect(given.body).toMatchObject({ requestedBy: bo.id, to: { name: 'Cy' } })
  expect((await asBo.post(`/api/v1/swaps/${given.body.id}/accept`)).status).toBe(403)
  expect((await asCy.post(`/api/v1/swaps/${given.body.id}/accept`)).status).toBe(200)
  expect(await shifts(...AROUND)).toEqual(CHANGED)
})

test('who asked may withdraw, and nobody else', async () => {
  const { ask, asBo, asCy } = await setUp()
  const { id } = (await ask()).body
  expect((await asBo.post(`/api/v1/swaps/${id}/withdraw`)).status).toBe(403)
  expect((await asCy.post(`/api/v1/swaps/${id}/withdraw`)).body.status).toBe('withdrawn')
  expect((await asBo.post(`/api/v1/swaps/${id}/accept`)).status).toBe(409)
})

test('a shift that was swapped is given back by nobody alone, whoever asked', async () => {
  const { ask, url, admin, asBo, asCy, shifts, bo, cy } = await setUp()
  const giveAway = () => asBo.post(`${url}/swaps`, { ...TUESDAY, fromUserId: bo.id, toUserId: cy.id })
  for (const [asked, other] of [
    [ask, asBo],
    [giveAway, asCy],
  ] as const) {
    await other.post(`/api/v1/swaps/${(await asked()).body.id}/accept`)
    expect(await shifts(...AROUND)).toEqual(CHANGED)
    const [override] = (await admin.get(url)).body.overrides
    expect((await asBo.delete(`${url}/overrides/${override.id}`)).status).toBe(403)
    expect((await asCy.delete(`${url}/overrides/${override.id}`)).status).toBe(403)
    expect((await admin.delete(`${url}/overrides/${override.id}`)).status).toBe(204)
    expect(await shifts(...AROUND)).toEqual(UNCHANGED)
  }
})

test('a shift that is under way is taken from now on, and one that is over not at all', async () => {
  const { ask, asBo, shifts, clock } = await setUp()
  const { id } = (await ask()).body
  const late = (await ask({ end: '2026-03-04T20:00:00.000Z' })).body
  clock.advance({ days: 2, hours: 6 })
  expect((await asBo.post(`/api/v1/swaps/${id}/accept`)).status).toBe(200)
  expect((await shifts(...AROUND))[0]).toBe('03-03T00:00 03-03T15:00 Bo')
  clock.advance({ days: 2 })
  expect(await asBo.post(`/api/v1/swaps/${late.id}/accept`)).toMatchObject({ status: 409 })
  expect(await ask()).toMatchObject({ status: 400, body: { errors: [{ path: 'end' }] } })
})

test('by the time of the answer the giver must still have the shift, and the taker still be there', async () => {
  const { ask, asBo, admin, url, cy, ana } = await setUp()
  const first = (await ask()).body
  await admin.patch(`/api/v1/users/${cy.id}`, { disabled: true })
  expect(await asBo.post(`/api/v1/swaps/${first.id}/accept`)).toMatchObject({ status: 409 })
  await admin.patch(`/api/v1/users/${cy.id}`, { disabled: false })
  await admin.post(`${url}/overrides`, { ...TUESDAY, userId: ana.id })
  const answer = await asBo.post(`/api/v1/swaps/${first.id}/accept`)
  expect(answer).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(answer.body.detail).toContain('not on call any more')
})

test('when two answer at once, one of the answers counts', async () => {
  const { ask, asBo, admin, db } = await setUp()
  const { id } = (await ask()).body
  const answers = await Promise.all([
    asBo.post(`/api/v1/swaps/${id}/accept`),
    admin.post(`/api/v1/swaps/${id}/accept`),
  ])
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
  expect(await db.selectFrom('schedule_overrides').select('id').execute()).toHaveLength(1)
})

test('what cannot be asked is refused with its place', async () => {
  const { ask, asAna, asCy, url, ana, bo, cy, withKey, create } = await setUp()
  const refused = async (more: object, path: string) =>
    expect(await ask(more)).toMatchObject({ status: 400, body: { errors: [{ path }] } })
  await refused({ fromUserId: ana.id }, 'fromUserId')
  await refused({ fromUserId: cy.id }, 'fromUserId')
  await refused({ fromUserId: 'nonsense' }, 'fromUserId')
  await refused({ toUserId: bo.id }, 'toUserId')
  await refused({ end: TUESDAY.start }, 'end')
  expect((await ask({ toUserId: ana.id })).status).toBe(403)
  const program = withKey(await create.apiKey('admin'))
  expect(
    (await program.post(`${url}/swaps`, { ...TUESDAY, fromUserId: bo.id, toUserId: cy.id })).status,
  ).toBe(403)
  expect((await ask()).status).toBe(201)
  expect(await ask()).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect((await asCy.post('/api/v1/swaps/nonsense/accept')).status).toBe(404)
  expect(
    (await asAna.post('/api/v1/schedules/nonsense/swaps', { ...TUESDAY, fromUserId: bo.id })).status,
  ).toBe(404)
})

test('swaps are listed newest first, by what became of them, by schedule and by person', async () => {
  const { ask, asBo, asAna, admin, schedule, ana, cy, clock } = await setUp()
  const first = (await ask()).body
  const second = (await ask({ start: '2026-03-05T08:00:00.000Z', end: '2026-03-06T08:00:00.000Z' })).body
  await asBo.post(`/api/v1/swaps/${first.id}/decline`)
  const list = async (query: string) =>
    (await asAna.get(`/api/v1/swaps?${query}`)).body.items.map(({ id }: { id: string }) => id)
  expect(await list('')).toEqual([second.id, first.id])
  expect(await list('status=requested')).toEqual([second.id])
  expect(await list(`status=declined&scheduleId=${schedule.id}&userId=${cy.id}`)).toEqual([first.id])
  expect([await list(`userId=${ana.id}`), await list('userId=nonsense')]).toEqual([[], []])
  const page = (await admin.get('/api/v1/swaps?limit=1')).body
  expect((await admin.get(`/api/v1/swaps?limit=1&cursor=${page.nextCursor}`)).body).toMatchObject({
    items: [{ id: first.id }],
    nextCursor: null,
  })
  clock.advance({ days: 6 })
  expect(await list('status=requested')).toEqual([])
})

test('who must answer is told by mail in their own time zone, and who asked what became of it', async () => {
  const mail = await mailbox()
  const { ask, asBo, db, bo, cy, clock } = await setUp({
    environment: { SMTP_URL: mail.url, MAIL_FROM: 'opsknight@example.com' },
  })
  const now = clock.now()
  for (const [{ id: user_id }, address] of [
    [bo, 'bo@example.com'],
    [cy, 'cy@example.com'],
  ] as const) {
    const method = { id: newId(now), user_id, channel: 'email', address, verified_at: now } as const
    const values = {
      ...method,
      address_hash: addressHashOf('email', address),
      created_at: now,
      updated_at: now,
    }
    await db.insertInto('contact_methods').values(values).execute()
  }
  await db.updateTable('users').set({ time_zone: 'Asia/Kathmandu' }).where('id', '=', bo.id).execute()

  const { id } = (await ask()).body
  const asked = await mail.next()
  expect(asked.subject).toContain('Cy would take your shift')
  expect([asked.to].flat()[0]?.text).toBe('bo@example.com')
  // 08:00 in UTC.
  expect(asked.text).toMatch(/Checkout, from Tuesday, March 3, 2026 at 1:45.PM until .* \(Asia\/Kathmandu\)/)

  await asBo.post(`/api/v1/swaps/${id}/accept`)
  const answered = await mail.next()
  expect([answered.subject, [answered.to].flat()[0]?.text]).toEqual([
    expect.stringContaining('Your swap was accepted'),
    'cy@example.com',
  ])
  expect(answered.text).toContain('Cy is on call then.')
})
