import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { provider } from '../testing/provider.ts'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { startSentrySync } from './runner.ts'
import { syncConnection, syncDueIssues } from './work.ts'

type Loop = Awaited<ReturnType<typeof connectedToSentry>>

/** An incident of an issue of which Sentry knows all so far, and what somebody does to it. */
async function incidentOf({ t, sentry, deliver, member }: Loop, name?: string) {
  const { client } = await member(name)
  const issue = sentry.addIssue()
  const { body } = await deliver(sentry.alert(issue))
  await t.runWorker()
  const { id } = body.result.incident
  sentry.received.length = 0
  return {
    issue,
    act: (action: string, given?: object) => client.post(`/api/v1/incidents/${id}/${action}`, given),
    said: async () => {
      const { body } = await client.get(`/api/v1/incidents/${id}/timeline`)
      return body.items.filter(({ kind }: { kind: string }) => kind === 'synced')
    },
  }
}

/** What Sentry was told, in its order. */
const writes = ({ sentry }: Loop) =>
  sentry.received.filter(({ method }) => method === 'PUT').map(({ body }) => Object.keys(JSON.parse(body))[0])

/** In place of Sentry, somebody who takes every request and answers none until it is let go on. */
async function silentSentry({ t, sentry }: Loop) {
  const isAsked = Promise.withResolvers<void>()
  const held: ServerResponse[] = []
  const { url, received } = await provider((_request, response) => {
    held.push(response)
    isAsked.resolve()
    return undefined
  })
  const move = (to: string) => t.db.updateTable('sentry_connections').set({ url: to }).execute()
  await move(url)
  return {
    received,
    isAsked: isAsked.promise,
    isBack: () => move(sentry.url),
    letGo() {
      for (const response of held) response.end('{}')
    },
  }
}

test('two servers tell each change once, and those of one issue in their order', async () => {
  const loop = await connectedToSentry()
  const { t } = loop
  const { act } = await incidentOf(loop)
  const other = await t.anotherServer()
  await act('acknowledge')
  await act('resolve')
  for (let round = 0; round < 3; round += 1)
    await Promise.all(
      [t.deps, other.deps, t.deps, other.deps].map((deps) => syncDueIssues(deps, t.clock.now())),
    )
  expect(writes(loop)).toEqual(['assignedTo', 'status'])
})

test('what a server that is gone has left in the middle, another one takes up; if it comes back it goes on with nothing', async () => {
  const loop = await connectedToSentry()
  const { t, integration } = loop
  const { issue, act } = await incidentOf(loop)
  await act('acknowledge')
  await act('resolve')
  const silent = await silentSentry(loop)
  const other = await t.anotherServer()
  const gone = syncConnection(other.deps, integration.ref, t.clock.now())
  await silent.isAsked
  await silent.isBack()
  t.clock.advance({ seconds: 119 })
  expect(await syncDueIssues(t.deps, t.clock.now())).toBe(0)
  t.clock.advance({ seconds: 1 })
  expect(await syncDueIssues(t.deps, t.clock.now())).toBe(1)
  silent.letGo()
  await gone
  expect([writes(loop), issue.status]).toEqual([['assignedTo', 'status'], 'resolved'])
  expect(silent.received).toHaveLength(1)
})

test('a server that stops breaks off what is on its way, and another one does it at once', async () => {
  const loop = await connectedToSentry()
  const { t } = loop
  const { issue, act } = await incidentOf(loop)
  await act('resolve')
  const silent = await silentSentry(loop)
  const stop = startSentrySync(t.deps)
  await silent.isAsked
  await stop()
  await silent.isBack()
  const other = await t.anotherServer()
  await syncDueIssues(other.deps, t.clock.now())
  expect(issue.status).toBe('resolved')
  expect(await t.db.selectFrom('sentry_hosts').selectAll().execute()).toEqual([])
})

test('what fails is tried again after a while that grows, and is never the same for all', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { act } = await incidentOf(loop)
  sentry.answerInstead(({ method }) => (method === 'PUT' ? { status: 500, body: '' } : undefined))
  await act('resolve')
  const waits: number[] = []
  for (let attempt = 0; attempt < 12; attempt += 1) {
    await t.runWorker()
    // So that it is not left alone.
    await t.db.deleteFrom('sentry_hosts').execute()
    const { due_at } = await t.db.selectFrom('sentry_issues').selectAll().executeTakeFirstOrThrow()
    waits.push((due_at!.getTime() - t.clock.now().getTime()) / 1_000)
    t.clock.advance({ seconds: waits.at(-1)! })
  }
  for (const [n, seconds] of waits.entries()) {
    const longest = Math.min(5 * 2 ** n, 900)
    expect(seconds).toBeGreaterThanOrEqual(longest / 2)
    expect(seconds).toBeLessThanOrEqual(longest)
  }
  expect(new Set(waits.slice(-4)).size).toBeGreaterThan(1)
})

test('what Sentry could not be told for a day is given up, and the timeline says why', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { act, said, issue } = await incidentOf(loop)
  sentry.answerInstead(() => ({ status: 502, body: 'Bad gateway' }))
  await act('acknowledge')
  await act('resolve')
  t.clock.advance({ hours: 23, minutes: 59 })
  await t.runWorker()
  expect(await said()).toEqual([])
  t.clock.advance({ minutes: 1 })
  await t.runWorker()
  const texts = (await said()).map(({ text }: { text: string }) => text)
  expect(texts.toSorted()).toEqual([
    expect.stringMatching(/^The issue is not assigned in Sentry: .* a day and given up \(.*502/),
    expect.stringMatching(/^The issue keeps its state in Sentry: .* a day and given up \(.*502/),
  ])

  sentry.answerInstead(null)
  t.clock.advance({ hours: 1 })
  await t.runWorker()
  expect([issue.status, issue.assignedTo]).toEqual(['unresolved', null])
})

test('what waits for a token that was refused is given up after a day too', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { act, said } = await incidentOf(loop)
  sentry.answerInstead(() => ({ status: 401, body: { detail: 'Invalid token' } }))
  await act('resolve')
  await t.runWorker()
  t.clock.advance({ days: 1 })
  await t.runWorker()
  expect(await said()).toMatchObject([
    { text: expect.stringContaining('Sentry answered 401: Invalid token'), data: { failed: true } },
  ])
})

test('an incident is told of though reading is switched off, refused or of no use', async () => {
  const loop = await connectedToSentry({ behaviour: { enrich: false, link: false } })
  const { t } = loop
  const { issue, act } = await incidentOf(loop)
  await t.db.updateTable('sentry_connections').set({ reads_refused_at: t.clock.now() }).execute()
  await act('resolve')
  await t.runWorker()
  expect(issue.status).toBe('resolved')
})

test('a token that cannot be read is not used, and what waits stays', async () => {
  const loop = await connectedToSentry()
  const { t, sentry } = loop
  const { act } = await incidentOf(loop)
  await t.db
    .updateTable('sentry_connections')
    .set({ token: Buffer.alloc(60) })
    .execute()
  await act('resolve')
  await t.runWorker()
  expect(sentry.received).toEqual([])
  const { problem } = await t.db.selectFrom('sentry_issues').selectAll().executeTakeFirstOrThrow()
  expect(problem).toMatch(/OPSKNIGHT_SECRET_KEY/)
})
