import { expect, test } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import type { FakeIssue } from '../testing/sentry-server.ts'
import { keepReconciling } from './keep-reconciling.ts'
import { reconcileDue } from './reconcile.ts'

const setUp = async (given: Parameters<typeof connectedToSentry>[0] = {}) => {
  const loop = await connectedToSentry(given)
  const { t, sentry, deliver, admin, integration } = loop
  const reconcile = async () => {
    while (await reconcileDue(t.deps, t.clock.now()));
  }
  await reconcile()
  return {
    ...loop,
    reconcile,
    /** An issue whose alert has opened an incident. */
    async opened(issue: FakeIssue = sentry.addIssue()) {
      const { body } = await deliver(sentry.alert(issue))
      await t.runWorker()
      t.clock.advance({ minutes: 1 })
      return { issue, id: body.result.incident.id as string }
    },
    /** Somebody changes the issue in Sentry, and no message of it arrives. */
    unheard(issue: FakeIssue, status: string) {
      sentry.act(issue, { status })
      sentry.webhooks.length = 0
    },
    async later(minutes = 5) {
      t.clock.advance({ minutes })
      await reconcile()
    },
    /** An incident that a person has opened, about nothing that any tool tells of. */
    async reported(): Promise<string> {
      const { body: service } = await admin.get(`/api/v1/integrations/${integration.ref}`)
      const report = { serviceId: service.serviceId, title: 'Customers cannot pay' }
      return (await admin.post('/api/v1/incidents', report)).body.id
    },
    /** Links the issue to an incident, as Sentry's form does. */
    async linked(id: string, issue: FakeIssue): Promise<string> {
      const row = { integration_id: integration.ref, dedup_key: `sentry-${issue.id}`, incident_id: id }
      await t.db
        .insertInto('incident_links')
        .values({ ...row, created_at: t.clock.now() })
        .execute()
      return id
    },
    incident: async (id: string) => (await admin.get(`/api/v1/incidents/${id}`)).body,
    async said(id: string) {
      const { body } = await admin.get(`/api/v1/incidents/${id}/timeline`)
      return body.items as { kind: string; text: string | null; actor: { kind: string; name: string } }[]
    },
    connection: async () =>
      (await admin.get(`/api/v1/integrations/${integration.ref}/sentry-connection`)).body,
    asked: (method: string, path: RegExp) =>
      sentry.received.filter((request) => request.method === method && path.test(request.url)),
  }
}

const LIST = /\/issues\/\?/
const ONE = /\/issues\/\d+\//

test('an issue that was resolved in Sentry without a message resolves its incident, and Sentry is not told so', async () => {
  const s = await setUp()
  const { issue, id } = await s.opened()
  s.unheard(issue, 'resolved')
  await s.later()

  expect(await s.incident(id)).toMatchObject({
    status: 'resolved',
    resolvedBy: { kind: 'integration', id: s.integration.ref },
  })
  expect((await s.said(id))[0]).toMatchObject({
    kind: 'resolved',
    text: 'Sentry shows it resolved since 2026-03-01 09:01 UTC (Ana Example); no webhook reached us',
  })
  await s.t.runWorker()
  expect(s.asked('PUT', /./)).toEqual([])
  expect(await s.connection()).toMatchObject({
    reconciled: { at: s.t.clock.now().toISOString(), problem: null },
  })
})

test('an issue that was archived without a message acknowledges its incident, once', async () => {
  const s = await setUp()
  await s.admin.patch(`/api/v1/services/${s.integration.serviceId}`, { acknowledgementTimeoutMinutes: 30 })
  const { issue, id } = await s.opened()
  s.unheard(issue, 'ignored')
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'acknowledged', paging: { state: 'stopped' } })
  expect((await s.said(id))[0]?.text).toContain('Sentry shows it archived since 2026-03-01 09:01 UTC')

  s.t.clock.advance({ minutes: 31 })
  await s.t.runWorker()
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'open' })
})

test('what got worse in Sentry while it was archived is opened again, and pages', async () => {
  const s = await setUp()
  const { issue, id } = await s.opened()
  sentryArchives(s, issue)
  await s.deliverAll()
  expect(await s.incident(id)).toMatchObject({ status: 'acknowledged' })
  s.t.clock.advance({ minutes: 1 })
  s.unheard(issue, 'unresolved')
  issue.substatus = 'escalating'
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'open', paging: { state: 'due' } })
  expect((await s.said(id))[0]?.text).toMatch(/^Sentry shows it escalating again since /)
})

const sentryArchives = ({ sentry }: Pick<Awaited<ReturnType<typeof setUp>>, 'sentry'>, issue: FakeIssue) =>
  sentry.act(issue, { status: 'ignored' })

test('nothing that a person has decided since is undone, and a note decides nothing', async () => {
  const s = await setUp()
  const { client } = await s.member()
  const [acknowledged, noted] = [await s.opened(), await s.opened()]
  for (const { issue } of [acknowledged, noted]) s.unheard(issue, 'resolved')
  s.t.clock.advance({ minutes: 1 })
  await client.post(`/api/v1/incidents/${acknowledged.id}/acknowledge`)
  await client.post(`/api/v1/incidents/${noted.id}/notes`, { text: 'I have resolved it in Sentry' })
  await s.t.runWorker()
  await s.later()
  expect(await s.incident(acknowledged.id)).toMatchObject({ status: 'acknowledged' })
  expect(await s.incident(noted.id)).toMatchObject({ status: 'resolved' })
})

test('what a person opened again stays open although OpsKnight itself has resolved it in Sentry since', async () => {
  const s = await setUp({ behaviour: { reopen: false } })
  const { client } = await s.member()
  const { issue, id } = await s.opened()
  await client.post(`/api/v1/incidents/${id}/resolve`)
  await s.t.runWorker()
  expect(issue.status).toBe('resolved')
  await client.post(`/api/v1/incidents/${id}/reopen`)
  // It took Sentry longer than the person.
  issue.activity[0]!.dateCreated = new Date(s.t.clock.now().getTime() + 30_000).toISOString()
  s.t.clock.advance({ minutes: 1 })
  await s.t.runWorker()
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'open' })

  // As older versions of Sentry have it.
  for (const activity of issue.activity) activity.sentry_app = null
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'open' })
})

test('a message that may still be on its way is waited for, and no longer than a minute', async () => {
  const s = await setUp()
  const { issue, id } = await s.opened()
  s.t.clock.advance({ minutes: 3, seconds: 30 })
  s.unheard(issue, 'resolved')
  s.t.clock.advance({ seconds: 30 })
  await s.reconcile()
  expect(await s.incident(id)).toMatchObject({ status: 'open' })
  s.t.clock.advance({ seconds: 29 })
  await s.reconcile()
  expect(await s.incident(id)).toMatchObject({ status: 'open' })
  s.t.clock.advance({ seconds: 1 })
  await s.reconcile()
  expect(await s.incident(id)).toMatchObject({ status: 'resolved' })
})

test('what people did here is told to Sentry before their incident follows it', async () => {
  const s = await setUp()
  const { client, user } = await s.member()
  const { issue, id } = await s.opened()
  s.sentry.answerInstead(({ method }) => (method === 'PUT' ? { status: 503, body: {} } : undefined))
  await client.post(`/api/v1/incidents/${id}/acknowledge`)
  await s.t.runWorker()
  s.t.clock.advance({ minutes: 1 })
  s.unheard(issue, 'resolved')
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'acknowledged' })

  s.sentry.answerInstead(null)
  s.t.clock.advance({ minutes: 1 })
  await s.t.runWorker()
  expect(issue.assignedTo).toMatchObject({ email: user.email })
  await s.reconcile()
  expect(await s.incident(id)).toMatchObject({ status: 'resolved' })
})

test('while Sentry takes nothing from us at all, nobody waits for it to be told', async () => {
  const s = await setUp()
  const { client } = await s.member()
  const { issue, id } = await s.opened()
  s.sentry.scopes.delete('event:write')
  await client.post(`/api/v1/incidents/${id}/acknowledge`)
  await s.t.runWorker()
  s.t.clock.advance({ minutes: 1 })
  s.unheard(issue, 'resolved')
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'resolved' })
})

test('an alert that was only late does not outlive the end of its issue; one of something new does', async () => {
  const s = await setUp()
  const [late, new_] = [
    s.sentry.addIssue({ lastSeen: '2026-03-01T08:59:00Z' }),
    s.sentry.addIssue({ lastSeen: '2026-03-01T09:03:00Z' }),
  ]
  for (const issue of [late, new_]) s.unheard(issue, 'resolved')
  s.t.clock.advance({ minutes: 4 })
  const [{ id: afterIts }, { id: afterNew }] = [await s.opened(late), await s.opened(new_)]
  await s.later()
  expect(await s.incident(afterIts)).toMatchObject({ status: 'resolved' })
  expect((await s.said(afterIts))[0]?.text).toContain('that was before the alert of this incident came')
  expect(await s.incident(afterNew)).toMatchObject({ status: 'open' })
})

test('an issue that resolved by its age, which no activity tells, resolves its incident', async () => {
  const s = await setUp()
  const { issue, id } = await s.opened()
  issue.status = 'resolved'
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'resolved' })
  expect((await s.said(id))[0]?.text).toBe('Sentry shows it resolved; no webhook reached us')
})

test.each([
  ['ahead', 600_000],
  ['behind', -600_000],
])('a clock of Sentry that is ten minutes %s is allowed for', async (_name, aheadMs) => {
  const s = await setUp({ aheadMs })
  const { client } = await s.member()
  const [first, second] = [await s.opened(), await s.opened()]
  s.unheard(first.issue, 'resolved')
  s.t.clock.advance({ minutes: 1 })
  for (const { id } of [first, second]) await client.post(`/api/v1/incidents/${id}/acknowledge`)
  await s.t.runWorker()
  s.t.clock.advance({ minutes: 1 })
  s.unheard(second.issue, 'resolved')
  await s.later()
  expect(await s.incident(first.id)).toMatchObject({ status: 'acknowledged' })
  expect(await s.incident(second.id)).toMatchObject({ status: 'resolved' })
})

test('a hundred issues are one request, and only those that stand otherwise are asked for by themselves', async () => {
  const s = await setUp()
  s.sentry.paging.size = 40
  await s.admin.patch(`/api/v1/integrations/${s.integration.ref}`, {
    settings: { newIncidentsPerMinute: null },
  })
  const issues = Array.from({ length: 130 }, () => s.sentry.addIssue())
  const ids: string[] = []
  for (const issue of issues) ids.push((await s.deliver(s.sentry.alert(issue))).body.result.incident.id)
  s.t.clock.advance({ minutes: 1 })
  for (const n of [0, 50, 129]) s.unheard(issues[n]!, 'resolved')
  const before = s.sentry.received.length
  await s.later()

  const asked = s.sentry.received.slice(before)
  // Of the first hundred three pages of forty, of the rest one.
  expect(asked.filter(({ url }) => LIST.test(url))).toHaveLength(4)
  expect(asked.filter(({ url }) => ONE.test(url))).toHaveLength(3)
  const { body } = await s.admin.get('/api/v1/incidents?status=resolved')
  expect(body.items.map(({ id }: { id: string }) => id).toSorted()).toEqual(
    [ids[0], ids[50], ids[129]].toSorted(),
  )
})

test('an issue that was merged is followed to the other one, and of one that was deleted the timeline tells once', async () => {
  const s = await setUp()
  const [merged, deleted, into] = [await s.opened(), await s.opened(), s.sentry.addIssue()]
  for (const { issue } of [merged, deleted]) s.sentry.issues.delete(issue.id)
  s.unheard(into, 'resolved')
  s.sentry.answerInstead(({ url }) =>
    url.includes(`/issues/${merged.issue.id}/`) ? { body: into } : undefined,
  )
  await s.later()
  expect(await s.incident(merged.id)).toMatchObject({ status: 'resolved' })
  for (let times = 0; times < 20; times += 1) await s.later()
  expect(await s.incident(deleted.id)).toMatchObject({ status: 'open' })
  expect((await s.said(deleted.id)).filter(({ kind }) => kind === 'synced')).toMatchObject([
    { text: expect.stringMatching(/^Sentry knows this issue no more/) },
  ])
  const asked = s.asked('GET', new RegExp(`/issues/${deleted.issue.id}/`)).length
  await s.later()
  expect(s.asked('GET', new RegExp(`/issues/${deleted.issue.id}/`))).toHaveLength(asked)
})

test('when Sentry is away its page says so, and it is asked again soon', async () => {
  const s = await setUp()
  const { issue, id } = await s.opened()
  s.unheard(issue, 'resolved')
  s.sentry.answerInstead(() => ({ status: 502, body: '<html>Bad gateway</html>' }))
  await s.later()
  expect(await s.connection()).toMatchObject({ reconciled: { problem: expect.stringContaining('502') } })
  s.sentry.answerInstead(null)
  await s.later(2)
  expect(await s.connection()).toMatchObject({ reconciled: { problem: null } })
  expect(await s.incident(id)).toMatchObject({ status: 'resolved' })
})

test('an integration that is disabled, or has this switched off, is not compared', async () => {
  const s = await setUp({ behaviour: { reconcile: false } })
  const { issue, id } = await s.opened()
  s.unheard(issue, 'resolved')
  await s.later()
  expect(s.asked('GET', LIST)).toEqual([])
  await s.admin.patch(`/api/v1/integrations/${s.integration.ref}`, { enabled: false })
  await s.admin.put(`/api/v1/integrations/${s.integration.ref}/sentry-connection`, {
    ...s.sentry.connection,
    behaviour: { reconcile: true },
  })
  await s.later()
  expect(s.asked('GET', LIST)).toEqual([])
  expect(await s.incident(id)).toMatchObject({ status: 'open' })
})

test('what was read shows on the incident of the issue, unless alerts are not completed', async () => {
  const s = await setUp()
  const { issue, id } = await s.opened()
  const shown = async () => (await s.incident(id)).details
  s.unheard(issue, 'resolved')
  await s.later()
  expect(await shown()).toMatchObject({ status: 'resolved', askedAt: s.t.clock.now().toISOString() })

  const without = await setUp({ behaviour: { enrich: false } })
  const other = await without.opened()
  without.unheard(other.issue, 'resolved')
  await without.later()
  const incident = await without.incident(other.id)
  expect(incident).toMatchObject({ status: 'resolved' })
  expect(incident.details).not.toHaveProperty('askedAt')
})

test('an incident follows an issue that somebody has linked to it, for what happened after that', async () => {
  const s = await setUp()
  const [before, after] = [s.sentry.addIssue(), s.sentry.addIssue()]
  const link = async (issue: FakeIssue) => s.linked(await s.reported(), issue)
  s.unheard(before, 'resolved')
  s.t.clock.advance({ minutes: 1 })
  const [first, second] = [await link(before), await link(after)]
  s.t.clock.advance({ minutes: 1 })
  s.unheard(after, 'resolved')
  await s.later()
  expect(await s.incident(first)).toMatchObject({ status: 'open' })
  const followed = await s.incident(second)
  expect(followed).toMatchObject({ status: 'resolved' })
  expect(followed.details).not.toHaveProperty('shortId')
})

test('an incident that is about more than a linked issue goes on without a message too, and says so once', async () => {
  const s = await setUp()
  const [one, two, three] = [s.sentry.addIssue(), s.sentry.addIssue(), s.sentry.addIssue()]
  const monitored = await s.t.create.incident({ on: await s.t.create.integration({}, { type: 'events' }) })
  const reported = await s.reported()
  await s.linked(monitored.id, one)
  for (const issue of [two, three]) await s.linked(reported, issue)
  s.t.clock.advance({ minutes: 1 })
  for (const issue of [one, two]) s.unheard(issue, 'resolved')
  for (let round = 0; round < 3; round += 1) await s.later()
  s.unheard(three, 'ignored')
  await s.later()

  const resolved = `${SHOWN} resolved since 2026-03-01 09:01 UTC (Ana Example); ${GOES_ON}`
  const archived = `${SHOWN} archived since 2026-03-01 09:16 UTC (Ana Example); ${GOES_ON}`
  for (const [id, notes] of [
    [monitored.id, [resolved]],
    [reported, [archived, resolved]],
  ] as const) {
    expect(await s.incident(id)).toMatchObject({ status: 'open' })
    const noted = (await s.said(id)).filter(({ kind }) => kind === 'noted')
    expect(noted.map(({ text }) => text)).toEqual(notes)
  }
})

const SHOWN = 'Sentry shows it'
const GOES_ON = 'no webhook reached us. The incident goes on, as it is about more than this issue'

test('what a message has noted of a linked issue is not noted again by comparing', async () => {
  const s = await setUp()
  const issue = s.sentry.addIssue()
  const { id } = await s.t.create.incident({ on: await s.t.create.integration({}, { type: 'events' }) })
  await s.linked(id, issue)
  s.t.clock.advance({ minutes: 1 })
  s.sentry.act(issue, { status: 'resolved' })
  expect((await s.deliverAll()).map(({ body }) => body.result.action)).toEqual(['noted'])
  await s.later()
  expect((await s.said(id)).filter(({ kind }) => kind === 'noted')).toHaveLength(1)
})

test('an incident that somebody has opened from a resolved issue in Sentry stays open', async () => {
  const s = await setUp()
  const issue = s.sentry.addIssue()
  s.unheard(issue, 'resolved')
  s.t.clock.advance({ minutes: 5 })
  const { id } = await s.opened(issue)
  await s.t.db
    .updateTable('timeline_entries')
    .set({ text: 'Opened from the issue in Sentry by Ana Example' })
    .where('incident_id', '=', id)
    .where('kind', '=', 'triggered')
    .execute()
  await s.later()
  expect(await s.incident(id)).toMatchObject({ status: 'open' })
})

test('a lost message is made good between one and five minutes after it', async () => {
  const s = await setUp()
  const seconds: number[] = []
  for (const offset of [0, 70, 140, 210, 240, 245, 280, 295]) {
    await s.later()
    const { issue, id } = await s.opened()
    while (await reconcileDue(s.t.deps, s.t.clock.now()));
    s.t.clock.advance({ seconds: offset })
    s.unheard(issue, 'resolved')
    const lostAt = s.t.clock.now().getTime()
    // As often as a server looks.
    do {
      s.t.clock.advance({ seconds: 5 })
      await s.reconcile()
    } while ((await s.incident(id)).status !== 'resolved')
    seconds.push((s.t.clock.now().getTime() - lostAt) / 1_000)
  }
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(60)
  expect(Math.max(...seconds)).toBeLessThanOrEqual(305)
})

test('two servers that compare at once do it once', async () => {
  const s = await setUp()
  const other = await s.t.anotherServer()
  const { issue, id } = await s.opened()
  s.unheard(issue, 'resolved')
  s.t.clock.advance({ minutes: 5 })
  const before = s.asked('GET', LIST).length
  const now = s.t.clock.now()
  const done = await Promise.all([reconcileDue(s.t.deps, now), reconcileDue(other.deps, now)])
  expect(done.toSorted()).toEqual([0, 1])
  expect(s.asked('GET', LIST)).toHaveLength(before + 1)
  expect((await s.said(id)).filter(({ kind }) => kind === 'resolved')).toHaveLength(1)
})

const SOON = { timeout: 10_000 }

test('a server that starts compares at once, and so does one whose database was away', async () => {
  const s = await setUp()
  const stopping = new AbortController()
  const [first, second] = [await s.opened(), await s.opened()]
  s.unheard(first.issue, 'resolved')
  s.t.clock.advance({ minutes: 2 })
  const running = keepReconciling(s.t.deps, stopping.signal)
  const statusOf = async ({ id }: { id: string }) => (await s.incident(id)).status
  await expect.poll(() => statusOf(first), SOON).toBe('resolved')
  // It has come to its end: what is noted then is noted by the clock of then.
  const comparedAt = async () => (await s.connection()).reconciled.at
  await expect.poll(comparedAt, SOON).toBe(s.t.clock.now().toISOString())

  s.unheard(second.issue, 'resolved')
  s.t.clock.advance({ minutes: 2 })
  s.t.deps.live.tell({ kind: 'resync' })
  await expect.poll(() => statusOf(second), SOON).toBe('resolved')
  stopping.abort()
  await running
})
