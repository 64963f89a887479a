import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { askSentry } from './ask.ts'
import { enrichDueIncidents } from './enrich.ts'
import { FAILURES_MAX, findClosed } from './hosts.ts'
import { reconcileDue } from './reconcile.ts'

// What answers under the address of Sentry is believed in nothing that would harm the server.

/** An incident of an issue, in a connection that has been compared. */
async function setUp() {
  const loop = await connectedToSentry()
  const { t, sentry, deliver, admin, integration } = loop
  const issue = sentry.addIssue()
  const { body } = await deliver(sentry.alert(issue))
  const { id } = body.result.incident
  await t.runWorker()
  return {
    ...loop,
    issue,
    compare: async (minutes = 6) => {
      t.clock.advance({ minutes })
      while (await reconcileDue(t.deps, t.clock.now()));
    },
    incident: async () => (await admin.get(`/api/v1/incidents/${id}`)).body,
    connected: async () =>
      (await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)).body,
  }
}

const LIST = /\/issues\/\?/
const LOG = /\/webhook-requests\//

test('a host whose errors hold what no database takes is left alone like any other', async () => {
  const { t, sentry, integration, connected } = await setUp()
  sentry.answerInstead(() => ({ status: 503, body: { detail: 'out\u0000 of \ud800order' } }))
  for (let n = 0; n < FAILURES_MAX; n += 1)
    await askSentry(t.deps, integration.ref, (client) => client.issue('1'))
  expect(await findClosed(t.db, sentry.url, t.clock.now())).toMatchObject({
    problem: expect.stringMatching(/answered 503: out of .order$/),
  })
  expect(await connected()).toMatchObject({ pausedUntil: expect.any(String) })
})

test('pages that lead in a circle are left, and an issue that is on none of them is asked for by itself', async () => {
  const { sentry, compare, incident, connected } = await setUp()
  let pages = 0
  sentry.answerInstead(({ url }) => {
    if (!LIST.test(url)) return undefined
    pages += 1
    const link = `<${sentry.url}/>; rel="next"; results="true"; cursor="${pages % 2}"`
    return pages > 1_000 ? { status: 500 } : { headers: { link }, body: [] }
  })
  await compare()
  expect(pages).toBeLessThan(10)
  expect(await incident()).toMatchObject({ status: 'open' })
  expect(await connected()).toMatchObject({ reconciled: { problem: null } })
})

test('a list of another host is asked of Sentry all the same', async () => {
  const { sentry, t, integration } = await setUp()
  const link = '<http://127.0.0.1:9/steal>; rel="next"; results="true"; cursor="http://127.0.0.1:9/"'
  sentry.answerInstead(() => ({ headers: { link }, body: [] }))
  await askSentry(t.deps, integration.ref, (client) => client.issues(['1'], 'http://127.0.0.1:9/'))
  expect(sentry.received.at(-1)!.url).toMatch(/issues\/\?.*cursor=http%3A%2F%2F127/)
})

test('a log of deliveries that makes no sense is no hindrance', async () => {
  const { sentry, compare, connected, admin, integration } = await setUp()
  const [date, same] = ['2026-03-01 09:01:00.000001+00:00', '2026-03-01 09:01:00.000002+00:00']
  const log = [
    { eventType: 'issue.resolved', date, responseCode: 2 ** 40, webhookUrl: null },
    { eventType: 'issue.resolved', date, responseCode: 500, webhookUrl: null },
    { eventType: 'issue.resolved', date: same, responseCode: 502, webhookUrl: null },
    { eventType: 'issue.\u0000', date: '9999-01-01 00:00:00+00:00', responseCode: 0, webhookUrl: '\u0000' },
    ...Array.from({ length: 40_000 }, (_, n) => ({ eventType: `k${n}.x`, date, responseCode: 500 })),
  ]
  sentry.answerInstead(({ url }) => (LOG.test(url) ? { body: log } : undefined))
  await compare()
  await compare()
  expect(await connected()).toMatchObject({ reconciled: { at: '2026-03-01T09:12:00.000Z', problem: null } })
  const { body } = await admin.get(`/api/v1/integrations/${integration.ref}/health`)
  expect(JSON.stringify(body.missingDeliveries).length).toBeLessThan(20_000)
})

test('an installation whose name is a book is none', async () => {
  const { sentry, admin, integration } = await setUp()
  sentry.answerInstead(({ url }) => {
    const book = { uuid: randomBytes(5_000).toString('hex'), app: { uuid: 'an app', slug: 'x' } }
    if (url.endsWith('-installations/')) return { body: [book] }
    return url.includes('-installations/') ? { body: book } : undefined
  })
  const { status, body } = await admin.post(`/api/v1/integrations/${integration.ref}/sentry-connection/check`)
  expect([status, body.check?.problem]).toEqual([200, expect.stringContaining('no internal integration')])
})

test('a pause that was asked of the token before says nothing about the new one', async () => {
  const { t, sentry, admin, integration, connected } = await setUp()
  sentry.beforeAnswers(async ({ url }) => {
    if (!url.includes('/issues/1/')) return
    sentry.beforeAnswers(null)
    sentry.answerInstead(null)
    t.clock.advance({ seconds: 1 })
    await admin.put(`/api/v1/integrations/${integration.ref}/sentry-connection`, sentry.connection)
  })
  sentry.answerInstead(({ url }) =>
    url.includes('/issues/1/')
      ? { status: 429, headers: { 'retry-after': '9'.repeat(400) }, body: {} }
      : undefined,
  )
  await askSentry(t.deps, integration.ref, (client) => client.issue('1'))
  expect(await connected()).toMatchObject({ pausedUntil: null })
})

test('an issue of nonsense completes its incident with what can be read', async () => {
  const { t, sentry, issue, incident } = await setUp()
  await t.db.updateTable('sentry_issues').set({ facts_due_at: t.clock.now(), facts_wanted: true }).execute()
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`
  sentry.answerInstead(({ url }) => {
    if (url.includes('/committers/'))
      return { body: { committers: [{ author: [], commits: [{ id: '\u0000a', message: '\ud800' }] }] } }
    if (url.includes('/events/latest/'))
      return { headers: { 'content-type': 'application/json' }, body: deep }
    return {
      body: {
        ...{
          id: issue.id,
          shortId: 7,
          title: '\u0000<script>',
          status: 'on fire\u0000',
          count: '1e999',
          userCount: -4,
        },
        ...{
          assignedTo: { name: '\ud800\u0000' },
          project: { slug: '../../..' },
          activity: 'none',
          permalink: 'javascript:1',
        },
        ...{ lastSeen: '9999-99-99T99:99:99Z', priority: { a: 1 } },
      },
    }
  })
  await enrichDueIncidents(t.deps, t.clock.now())
  expect(await incident()).toMatchObject({
    status: 'open',
    details: { status: 'on fire', askedAt: expect.any(String) },
  })
})
