import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { clusterProcesses, runningPostmaster } from './platform/embedded-postgres/processes.ts'
import { ADMIN, addIntegration, signedIn, WITH_ADMIN } from './testing/http-client.ts'
import { deliver, type Load, readEventCounts, startLoad } from './testing/load.ts'
import { newDataFolder, type ServerProcess, startServer } from './testing/server-process.ts'

const CONNECTIONS = 50
const ENOUGH = 200

/** As `npm start` has it: a server with a PostgreSQL of its own. The tests use it one after the other. */
const { folder, cluster, remove } = newDataFolder()
afterAll(remove)

async function start(): Promise<ServerProcess> {
  const server = await startServer({ OPSKNIGHT_DATA: folder, ...WITH_ADMIN })
  onTestFinished(() => server.kill())
  return server
}

/** A running server, and load on an integration of a new service. */
async function underLoad() {
  const server = await start()
  const { id, serviceId } = await addIntegration(await signedIn(server.url, ADMIN))
  const load = startLoad(webhookAt(server, id), CONNECTIONS)
  await untilAccepted(load, ENOUGH)
  return { server, load, target: { id, serviceId } }
}

type Target = { id: string; serviceId: string }

/** A server has another port after every start. */
const webhookAt = ({ url }: ServerProcess, id: string) => `${url}/api/integrations/sentry?integrationId=${id}`

const untilAccepted = (load: Load, count: number) =>
  vi.waitUntil(() => load.accepted.size >= count, { timeout: 20_000 })

/** What was accepted is there once; what was not may be there, once; and sending that again makes it once. */
async function expectNothingLost(server: ServerProcess, load: Load, { id, serviceId }: Target) {
  const reader = await signedIn(server.url, ADMIN)
  const before = await readEventCounts(reader, serviceId)
  expect([...load.accepted].filter((title) => before.get(title) !== 1)).toEqual([])
  expect([...load.unanswered].filter((title) => (before.get(title) ?? 0) > 1)).toEqual([])

  const again = await Promise.all([...load.unanswered].map((title) => deliver(webhookAt(server, id), title)))
  expect(again.filter((status) => status !== 202)).toEqual([])
  const after = await readEventCounts(reader, serviceId)
  const all = [...load.accepted, ...load.unanswered]
  expect(after.size).toBe(all.length)
  expect(all.filter((title) => after.get(title) !== 1)).toEqual([])
}

test('SIGTERM under load: what was accepted is stored, and the server ends cleanly and in time', async () => {
  const { server, load, target } = await underLoad()
  const toldAt = Date.now()
  expect(await server.stop()).toBe(0)
  expect(Date.now() - toldAt).toBeLessThan(10_000)
  await load.stop()
  expect(clusterProcesses(cluster)).toEqual([])
  expect([...load.refusals.keys()].filter((status) => status !== 503)).toEqual([])

  await expectNothingLost(await start(), load, target)
})

test('kill -9 of the server under load: what was accepted is there once after the next start', async () => {
  const { server, load, target } = await underLoad()
  await server.kill()
  await load.stop()
  expect(load.unanswered.size).toBeGreaterThan(0)

  await expectNothingLost(await start(), load, target)
})

test('PostgreSQL killed under load: the server refuses or keeps what it cannot store yet, goes on, and loses nothing', async () => {
  const { server, load, target } = await underLoad()
  process.kill(runningPostmaster(cluster)!, 'SIGKILL')
  await vi.waitUntil(() => server.output().includes('"postgres.restarted"'), { timeout: 20_000 })
  await untilAccepted(load, load.accepted.size + ENOUGH)
  await load.stop()
  expect([...load.refusals.keys()].filter((status) => status !== 503)).toEqual([])

  const reader = await signedIn(server.url, ADMIN)
  const stored = async () => (await readEventCounts(reader, target.serviceId)).size
  await vi.waitUntil(async () => (await stored()) >= load.accepted.size, 20_000)
  await expectNothingLost(server, load, target)
  expect(await server.stop()).toBe(0)
})
