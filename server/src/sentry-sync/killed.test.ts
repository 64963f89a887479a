import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { expect, onTestFinished, test, vi } from 'vitest'
import { connectedToSentry } from '../testing/sentry-loop.ts'
import { newDataFolder, startServer } from '../testing/server-process.ts'

test('a worker that is killed between a request and the record of it leaves it to the next one, and it is told once', async () => {
  const environment = { OPSKNIGHT_SECRET_KEY: randomBytes(32).toString('base64') }
  const { t, sentry, deliver, deliverAll, member } = await atPresent(environment)
  const issue = sentry.addIssue()
  const { id } = (await deliver(sentry.alert(issue))).body.result.incident
  await t.runWorker()
  const { client } = await member()

  const isAsked = Promise.withResolvers<void>()
  const isKilled = Promise.withResolvers<void>()
  sentry.beforeAnswers(async ({ method }) => {
    if (method !== 'PUT') return
    isAsked.resolve()
    await isKilled.promise
  })
  const startWorker = await workersOf(t.deps.databaseUrl, environment)
  const worker = await startWorker()
  await client.post(`/api/v1/incidents/${id}/resolve`)
  await isAsked.promise
  await worker.kill()
  sentry.beforeAnswers(null)
  isKilled.resolve()
  const waiting = () => t.db.selectFrom('incident_outbox').select('kind').execute()
  const said = async () => {
    const { body } = await client.get(`/api/v1/incidents/${id}/timeline`)
    return body.items.filter(({ kind }: { kind: string }) => kind === 'synced')
  }
  expect([issue.status, await waiting(), await said()]).toEqual(['resolved', [{ kind: 'resolved' }], []])

  // Two minutes later: what it held is free.
  await sql`update sentry_issues set leased_until = leased_until - interval '2 minutes'`.execute(t.db)
  await startWorker()
  await vi.waitUntil(async () => (await waiting()).length === 0, { timeout: 15_000 })
  expect(issue.status).toBe('resolved')
  expect(issue.activity.map(({ type }) => type)).toEqual(['set_resolved'])
  expect(await said()).toMatchObject([{ text: 'The issue is resolved', data: { step: 'status' } }])
  expect((await deliverAll()).map(({ body }) => body.result.action)).toEqual(['ignored'])
})

/** Processes of their own have the time of day: so has the test. */
async function atPresent(environment: Record<string, string>) {
  const loop = await connectedToSentry({ environment })
  const { t } = loop
  t.clock.advance({ milliseconds: Date.now() - t.clock.now().getTime() })
  return loop
}

/** Starts workers on a database, one after the other. */
async function workersOf(databaseUrl: string, environment: Record<string, string>) {
  const { folder, remove } = newDataFolder()
  onTestFinished(remove)
  const settings = {
    ...{ DATABASE_URL: databaseUrl, OPSKNIGHT_DATA: folder, OPSKNIGHT_URL: 'http://opsknight.test' },
    ...{ OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: '127.0.0.1', ...environment },
  }
  return async () => {
    const worker = await startServer(settings, ['--role', 'worker'])
    onTestFinished(() => worker.kill())
    return worker
  }
}
