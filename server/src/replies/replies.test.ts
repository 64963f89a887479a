import { expect, test } from 'vitest'
import type { Role } from '#contract/people.ts'
import { mailbox } from '../testing/mailbox.ts'
import { page } from '../testing/paged.ts'
import { addContactMethod } from '../testing/reachable.ts'
import { type Answer, answerOf, type TestApp, testApp } from '../testing/test-app.ts'

async function setUp({ role = 'responder' as Role, incidents: count = 1 } = {}) {
  const mails = await mailbox()
  const t = await testApp({ environment: { SMTP_URL: mails.url } })
  const ana = await t.create.user({ name: 'Ana Example', role })
  await addContactMethod(t, ana)
  const incidents: { id: string; number: number }[] = []
  for (let at = 0; at < count; at += 1)
    incidents.push(await t.create.incident({ title: `Disk ${at + 1} is full` }))
  if (count > 1) {
    // What follows the first page within moments goes out together.
    await page(t, ana, [await t.create.incident()])
    await t.runWorker()
    await mails.next()
  }
  await page(t, ana, incidents)
  t.clock.advance({ seconds: count > 1 ? 31 : 0 })
  await t.runWorker()
  const mail = await mails.next()
  const link = mail.text?.match(/http:\/\/opsknight\.test(\/reply\/[\w-]+)\?action=acknowledge/)?.[1] ?? ''
  const viewer = await t.asRole('viewer')
  return {
    ...{ ...t, t, ana, incidents, link, token: link.replace('/reply/', '') },
    incident: async (at = 0) => (await viewer.get(`/api/v1/incidents/${incidents[at]?.id}`)).body,
    pages: () => t.db.selectFrom('pages').select(['status', 'seen_at', 'answer']).orderBy('id').execute(),
  }
}

/** As a browser sends the button's form: without a session, and without an origin that says much. */
const press = async ({ app }: Pick<TestApp, 'app'>, url: string, action: string): Promise<Answer> =>
  answerOf(
    await app.inject({
      method: 'POST',
      url,
      headers: {
        host: 'opsknight.test',
        origin: 'null',
        'content-type': 'application/x-www-form-urlencoded',
      },
      payload: `action=${action}`,
    }),
  )

test('looking at the link of a mail changes nothing', async () => {
  const { nobody, client, link, incident, pages } = await setUp()
  const before = [await incident(), await pages()]
  const answer = await nobody.get(`${link}?action=resolve`)
  await client({ 'user-agent': 'a scanner of mails' }).get(link)
  expect(answer.status).toBe(200)
  expect(answer.headers['content-type']).toContain('text/html')
  expect(answer.headers['cache-control']).toBe('no-store')
  expect(answer.text).toContain('Disk 1 is full')
  expect(answer.text.match(/<button>/g)).toHaveLength(1)
  expect(answer.text).toContain('<button>Resolve</button>')
  expect([await incident(), await pages()]).toEqual(before)
})

test('its button acknowledges as the person who was paged, without signing in, and says who has it', async () => {
  const { t, ana, link, incident, pages } = await setUp()
  const answer = await press(t, link, 'acknowledge')
  expect(answer.status).toBe(200)
  expect(answer.text).toContain('#1 is yours')
  expect(await incident()).toMatchObject({
    status: 'acknowledged',
    acknowledgedBy: { kind: 'user', id: ana.id, name: 'Ana Example' },
  })
  expect(await pages()).toMatchObject([
    { status: 'seen', seen_at: t.clock.now(), answer: { action: 'acknowledge', by: ana.id } },
  ])
})

test('pressing again succeeds, and resolving comes after', async () => {
  const { t, link, incident, pages } = await setUp()
  for (let time = 0; time < 2; time += 1) expect((await press(t, link, 'acknowledge')).status).toBe(200)
  expect((await press(t, link, 'resolve')).text).toContain('#1 is resolved by you')
  expect(await incident()).toMatchObject({ status: 'resolved' })
  expect(await pages()).toMatchObject([{ answer: { action: 'acknowledge' } }])
})

test('who comes second hears who was first', async () => {
  const { t, link, incidents } = await setUp()
  const bo = await t.create.user({ name: 'Bo Example' })
  await (await t.as(bo)).post(`/api/v1/incidents/${incidents[0]?.id}/acknowledge`)
  expect((await t.nobody.get(link)).text).toContain('Bo Example has #1')
  expect((await press(t, link, 'acknowledge')).text).toContain('Bo Example has #1')
  await (await t.as(bo)).post(`/api/v1/incidents/${incidents[0]?.id}/resolve`)
  expect((await press(t, link, 'acknowledge')).text).toContain('#1 is resolved by Bo Example')
})

test('a viewer who was paged answers for that incident, and for no other', async () => {
  const { t, link, incident } = await setUp({ role: 'viewer' })
  const other = await t.create.incident({ title: 'Something else' })
  await press(t, link, 'resolve')
  expect(await incident()).toMatchObject({ status: 'resolved', resolvedBy: { name: 'Ana Example' } })
  const viewer = await t.asRole('viewer')
  expect((await viewer.get(`/api/v1/incidents/${other.id}`)).body.status).toBe('open')
})

test('a mail about several incidents is answered for all of them, or for one by its id', async () => {
  const { t, incidents, token, incident, pages } = await setUp({ incidents: 3 })
  const [, second] = incidents
  const one = await t.nobody.post(`/api/v1/replies/${token}`, {
    action: 'acknowledge',
    incidentId: second?.id,
  })
  expect(one).toMatchObject({
    status: 200,
    body: { incidents: [{ number: 2, status: 'acknowledged', problem: null }] },
  })
  expect((await incident(0)).status).toBe('open')
  // The first page was about something else.
  expect((await pages()).map(({ answer }) => answer?.action)).toEqual([
    undefined,
    undefined,
    'acknowledge',
    undefined,
  ])
  const all = await t.nobody.post(`/api/v1/replies/${token}`, { action: 'resolve' })
  expect(all.body.incidents).toMatchObject([
    { status: 'resolved' },
    { status: 'resolved' },
    { status: 'resolved' },
  ])
})

test('programs read and answer a page by its token, from whichever site', async () => {
  const { t, token } = await setUp()
  const elsewhere = t.client({ origin: 'https://push.example.com' })
  expect(await elsewhere.get(`/api/v1/replies/${token}`)).toMatchObject({
    status: 200,
    body: {
      person: { name: 'Ana Example' },
      incidents: [
        { number: 1, status: 'open', acknowledgedBy: null, url: 'http://opsknight.test/incidents/1' },
      ],
    },
  })
  expect(await elsewhere.post(`/api/v1/replies/${token}`, { action: 'acknowledge' })).toMatchObject({
    status: 200,
    body: { incidents: [{ status: 'acknowledged', acknowledgedBy: 'Ana Example', problem: null }] },
  })
  await elsewhere.post(`/api/v1/replies/${token}`, { action: 'resolve' })
  expect(await elsewhere.post(`/api/v1/replies/${token}`, { action: 'acknowledge' })).toMatchObject({
    body: { incidents: [{ status: 'resolved', problem: expect.stringContaining('resolved') }] },
  })
  expect((await elsewhere.post(`/api/v1/replies/${token}`, { action: 'delete' })).status).toBe(400)
})

test('a changed token answers nothing, and whoever goes on with wrong ones is told to stop', async () => {
  const { t, link, token, incident } = await setUp()
  const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`
  const answer = await press(t, link.replace(token, wrong), 'acknowledge')
  expect([answer.status, answer.headers['content-type']]).toEqual([410, 'text/html; charset=utf-8'])
  expect(answer.text).toContain('This link is not known here')
  expect((await incident()).status).toBe('open')
  for (let time = 0; time < 50; time += 1) await t.nobody.get(`/api/v1/replies/${wrong}`)
  const stopped = await t.nobody.get(`/api/v1/replies/${wrong}`)
  expect(stopped).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  expect(stopped.headers['retry-after']).toBeDefined()
  expect((await t.nobody.get(link)).status).toBe(200)
})

test('a week after everything was resolved the link says that it has expired', async () => {
  const { t, link, incident } = await setUp()
  await press(t, link, 'resolve')
  t.clock.advance({ days: 6, hours: 23 })
  expect((await t.nobody.get(link)).status).toBe(200)
  t.clock.advance({ hours: 1, seconds: 1 })
  expect(await t.nobody.get(link)).toMatchObject({
    status: 410,
    text: expect.stringContaining('has expired'),
  })
  expect((await press(t, link, 'acknowledge')).status).toBe(410)
  expect((await incident()).status).toBe('resolved')
})

test('somebody who was disabled meanwhile answers nothing', async () => {
  const { t, ana, link, incident } = await setUp()
  const admin = await t.asRole('admin')
  await admin.patch(`/api/v1/users/${ana.id}`, { disabled: true })
  expect(await press(t, link, 'acknowledge')).toMatchObject({
    status: 403,
    text: expect.stringContaining('Ana Example is disabled'),
  })
  expect((await incident()).status).toBe('open')
})

test('titles stay text on the page, and tokens stay out of the log', async () => {
  const { t, ana, token, link } = await setUp()
  const evil = await t.create.incident({ title: '<script>alert(1)</script>' })
  await page(t, ana, [evil], { urgency: 'high' })
  await t.db.updateTable('pages').set({ key: token }).execute()
  const answer = await t.nobody.get(link)
  expect(answer.text).toContain('&lt;script&gt;')
  expect(answer.text).not.toContain('<script>')
  await press(t, link, 'acknowledge')
  expect(t.logged.join('')).not.toContain(token)
})
