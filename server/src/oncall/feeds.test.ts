import ICAL from 'ical.js'
import { expect, test } from 'vitest'
import { scheduleApp } from '../testing/on-call.ts'
import { PUBLIC_URL } from '../testing/test-app.ts'

type Event = { uid: string; title: string; start: string; end: string }

/** As a calendar program reads it. */
function parsed(text: string): { name: string; events: Event[] } {
  const calendar = new ICAL.Component(ICAL.parse(text))
  const events = calendar.getAllSubcomponents('vevent').map((component) => {
    const { uid, summary, startDate, endDate } = new ICAL.Event(component)
    const time = (at: ICAL.Time) => at.toJSDate().toISOString().slice(5, 16)
    return { uid, title: summary, start: time(startDate), end: time(endDate) }
  })
  return { name: String(calendar.getFirstPropertyValue('x-wr-calname')), events }
}

const setUp = async () => {
  const t = await scheduleApp()
  /** The path of an address, as the server is asked for it. */
  const pathOf = (url: string) => new URL(url).pathname
  const subscribe = async (path: string, client = t.admin) => pathOf((await client.post(path)).body.url)
  const read = async (path: string) => parsed((await t.nobody.get(path)).text)
  return { ...t, pathOf, subscribe, read }
}

test('a schedule has a calendar with the shifts that the API has, across the change of clocks', async () => {
  const { admin, url, subscribe, read, nobody, cy } = await setUp()
  const override = { start: '2026-03-31T08:00:00Z', end: '2026-03-31T18:00:00Z', userId: cy.id, beside: true }
  await admin.post(`${url}/overrides`, override)
  const path = await subscribe(`${url}/feed`)

  const answer = await nobody.get(path)
  expect(answer.headers).toMatchObject({
    'content-type': 'text/calendar; charset=utf-8',
    'cache-control': 'private, no-cache',
    'x-robots-tag': 'noindex',
  })
  const { name, events } = await read(path)
  expect(name).toBe('On call: Checkout')
  const march = events.filter(({ start }) => start > '03-20')
  expect(march.slice(0, 5).map(({ title, start, end }) => `${start} ${end} ${title}`)).toEqual([
    '03-23T08:00 03-30T07:00 Ana: Checkout',
    '03-30T07:00 03-31T08:00 Bo: Checkout',
    '03-31T08:00 03-31T18:00 Bo, Cy: Checkout',
    '03-31T18:00 04-06T07:00 Bo: Checkout',
    '04-06T07:00 04-13T07:00 Ana: Checkout',
  ])
  const shifts = (await admin.get(`${url}/shifts?from=2026-02-01T00:00:00Z&to=2026-10-01T00:00:00Z`)).body
  expect(events.map(({ start, end }) => `${start} ${end}`)).toEqual(
    shifts.map(({ start, end }: Event) => `${start.slice(5, 16)} ${end.slice(5, 16)}`),
  )
  expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length)
})

test('a person has a calendar of all their shifts', async () => {
  const { as, ana, cy, make, weekly, subscribe, read } = await setUp()
  await make({
    name: 'Search',
    rotations: [{ ...weekly, start: '2026-03-02T09:00', members: [cy.id, ana.id] }],
  })
  const path = await subscribe(`/api/v1/users/${ana.id}/feed`, await as(ana))
  const { name, events } = await read(path)
  expect(name).toBe('On call: Ana')
  expect(
    events.filter(({ start }) => start < '03-20').map(({ title, start }) => `${start} ${title}`),
  ).toEqual(['02-23T08:00 On call: Checkout', '03-09T08:00 On call: Checkout', '03-09T08:00 On call: Search'])
})

test('an entry keeps its id when others change, and a copy that is still right is not sent again', async () => {
  const { admin, make, weekly, subscribe, nobody, client, cy, clock } = await setUp()
  // A shift was under way when the calendar begins.
  const { id } = await make({ name: 'Old', rotations: [{ ...weekly, start: '2025-01-06T09:00' }] })
  const url = `/api/v1/schedules/${id}`
  const path = await subscribe(`${url}/feed`)
  const first = await nobody.get(path)
  const known = String(first.headers.etag)
  const again = client({ 'if-none-match': `"other", ${known}` })
  clock.advance({ days: 3 })
  expect(await again.get(path)).toMatchObject({ status: 304, text: '' })

  await admin.post(`${url}/overrides`, {
    start: '2026-03-10T08:00:00Z',
    end: '2026-03-16T08:00:00Z',
    userId: cy.id,
  })
  const changed = await again.get(path)
  expect(changed.status).toBe(200)
  const [before, after] = [parsed(first.text).events, parsed(changed.text).events]
  expect(after).not.toEqual(before)
  const kept = before.filter(({ start }) => start !== '03-09T08:00')
  expect(after).toEqual(expect.arrayContaining(kept))
})

test('everybody has an address of their own, which a new one replaces and nobody else ends', async () => {
  const { as, cy, admin, url, subscribe, nobody } = await setUp()
  const me = await as(cy)
  const [theirs, mine] = [await subscribe(`${url}/feed`), await subscribe(`${url}/feed`, me)]
  const status = async (path: string) => (await nobody.get(path)).status
  const renewed = await subscribe(`${url}/feed`, me)
  expect([await status(theirs), await status(mine), await status(renewed)]).toEqual([200, 404, 200])
  expect((await me.get(`${url}/feed`)).body.createdAt).toEqual(expect.any(String))
  expect((await me.delete(`${url}/feed`)).status).toBe(204)
  expect((await me.delete(`${url}/feed`)).status).toBe(404)
  expect((await me.get(`${url}/feed`)).body).toEqual({ createdAt: null })
  expect([await status(theirs), await status(renewed)]).toEqual([200, 404])
  await admin.delete(url)
  expect(await status(theirs)).toBe(404)
})

test("the address of a person's shifts is theirs and the administrators'", async () => {
  const { as, ana, bo, admin, nobody, subscribe } = await setUp()
  const url = `/api/v1/users/${ana.id}/feed`
  const other = await as(bo)
  expect((await other.post(url)).status).toBe(403)
  expect((await other.get(url)).status).toBe(403)
  expect((await other.delete(url)).status).toBe(403)
  const path = await subscribe(url, await as(ana))
  expect((await nobody.get(path)).status).toBe(200)
  expect((await admin.delete(url)).status).toBe(204)
  expect((await nobody.get(path)).status).toBe(404)
  expect((await admin.post('/api/v1/users/nonsense/feed')).status).toBe(404)
})

test('who is disabled reads no calendar any more, and nobody reads theirs', async () => {
  const { as, ana, cy, admin, url, nobody, subscribe } = await setUp()
  const [made, own] = [
    await subscribe(`${url}/feed`, await as(cy)),
    await subscribe(`/api/v1/users/${ana.id}/feed`),
  ]
  for (const { id } of [ana, cy]) await admin.patch(`/api/v1/users/${id}`, { disabled: true })
  expect([(await nobody.get(made)).status, (await nobody.get(own)).status]).toEqual([404, 404])
})

test('whatever leads nowhere is answered alike', async () => {
  const { nobody, subscribe, url, admin } = await setUp()
  const ended = await subscribe(`${url}/feed`)
  await admin.delete(`${url}/feed`)
  const answers = await Promise.all(
    [ended, '/calendars/nonsense.ics', '/calendars/%00', `/calendars/${'x'.repeat(200)}`].map(nobody.get),
  )
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.code} ${body.detail}`)).size).toBe(1)
  expect(answers[0]?.status).toBe(404)
})

test('the secret of an address is nowhere but in the one answer', async () => {
  const { admin, url, pathOf, nobody, db, logged } = await setUp()
  const answer = await admin.post(`${url}/feed`)
  expect(answer.status).toBe(201)
  expect(answer.body.url).toMatch(new RegExp(`^${PUBLIC_URL}/calendars/[\\w-]{43}\\.ics$`))
  await nobody.get(pathOf(answer.body.url))
  const secret = pathOf(answer.body.url).slice('/calendars/'.length, -'.ics'.length)
  const [state, audit] = [await admin.get(`${url}/feed`), await admin.get('/api/v1/audit-log?limit=5')]
  const rows = await db.selectFrom('calendar_feeds').selectAll().execute()
  expect(rows).toHaveLength(1)
  expect([state.text, audit.text, JSON.stringify(rows), ...logged].join('\n')).not.toContain(secret)
  expect(audit.body.items[0]).toMatchObject({ action: 'calendar_feed.created', target: { name: 'Checkout' } })
})

test('names with commas, line ends and more stay names', async () => {
  const { make, admin, cy, weekly, subscribe, read } = await setUp()
  const name = 'A; B, C\\n\nBEGIN:VEVENT'
  await admin.patch(`/api/v1/users/${cy.id}`, { name: 'Cy, "the" night; owl' })
  const { id } = await make({ name, rotations: [{ ...weekly, members: [cy.id] }] })
  const calendar = await read(await subscribe(`/api/v1/schedules/${id}/feed`))
  // The parser leaves properties that begin with X as they are written.
  expect(calendar.name).toBe('On call: A\\; B\\, C\\\\n\\nBEGIN:VEVENT')
  expect(calendar.events.map(({ title }) => title)).toEqual([`Cy, "the" night; owl: ${name}`])
})
