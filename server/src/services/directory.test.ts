import { expect, onTestFinished, test } from 'vitest'
import { createLive } from '../platform/live.ts'
import { commandLinePrincipal } from '../platform/principal.ts'
import { testApp } from '../testing/test-app.ts'
import { createService } from './commands.ts'
import { createDirectory } from './directory.ts'
import { createIntegration, rotateIntegrationId, updateIntegration } from './integration-commands.ts'

const setUp = async () => {
  const t = await testApp()
  const queries: string[] = []
  const { db, ...others } = t.deps
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      queries.push(node.kind)
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const service = await createService(t.deps, commandLinePrincipal, { name: 'Checkout' })
  const add = () => createIntegration(t.deps, commandLinePrincipal, service.id, { type: 'sentry' })
  const open = (live = createLive()) => {
    const directory = createDirectory({ ...others, db: counted, live })
    onTestFinished(() => directory.close())
    return directory
  }
  return { ...t, service, add, queries, open, rename: renaming(t.deps) }
}

const renaming = (deps: Parameters<typeof updateIntegration>[0]) => (ref: string, name: string) =>
  updateIntegration(deps, commandLinePrincipal, ref, { name })

test('a found integration has its settings with defaults, and its secrets', async () => {
  const { add, open, service } = await setUp()
  const { id: ref, address } = await add()
  expect(await open().find('sentry', address)).toEqual({
    ref,
    serviceId: service.id,
    type: 'sentry',
    name: 'Sentry',
    enabled: true,
    settings: expect.objectContaining({ newIncidentsPerMinute: 60, acknowledgeOnAssign: false }),
    signingSecrets: [],
    isSystem: false,
    ownActor: null,
    isConnected: false,
  })
})

test('a thousand deliveries at once and in the same second ask the database once', async () => {
  const { add, open, queries, clock } = await setUp()
  const { address } = await add()
  const directory = open()
  await Promise.all(Array.from({ length: 1_000 }, () => directory.find('sentry', address)))
  clock.advance({ milliseconds: 999 })
  await directory.find('sentry', address)
  expect(queries).toHaveLength(1)
})

test('whoever makes up addresses is asked for with all the others, in a query or two', async () => {
  const { add, open, queries } = await setUp()
  const { id: ref, address } = await add()
  const directory = open()
  const madeUp = Array.from({ length: 200 }, (_, n) => directory.find('sentry', `${n}`.padStart(43, 'a')))
  const found = await Promise.all([
    ...madeUp,
    directory.find('sentry', address),
    directory.find('events', address),
  ])
  expect(found.map((one) => one?.ref ?? null)).toEqual([...madeUp.map(() => null), ref, null])
  expect(queries.length).toBeLessThanOrEqual(2)
})

test('what another process has changed holds within a second, even if its message is lost', async () => {
  const { add, open, rename, clock } = await setUp()
  const { id: ref, address } = await add()
  const elsewhere = open()
  await elsewhere.find('sentry', address)

  await rename(ref, 'Renamed')
  clock.advance({ milliseconds: 999 })
  expect(await elsewhere.find('sentry', address)).toMatchObject({ name: 'Sentry' })
  clock.advance({ milliseconds: 1 })
  expect(await elsewhere.find('sentry', address)).toMatchObject({ name: 'Renamed' })
})

test('what this process has changed holds at once, also for an answer that was still on its way', async () => {
  const { add, open, rename, deps } = await setUp()
  const { id: ref, address } = await add()
  const directory = open(deps.live)
  const early = directory.find('sentry', address)
  await rename(ref, 'Renamed')
  await early
  expect(await directory.find('sentry', address)).toMatchObject({ name: 'Renamed' })
})

test('after a gap in what was told, everything is asked anew', async () => {
  const { add, open, rename } = await setUp()
  const { id: ref, address } = await add()
  const live = createLive()
  const directory = open(live)
  await directory.find('sentry', address)
  await rename(ref, 'Renamed')
  live.tell({ kind: 'resync' })
  expect(await directory.find('sentry', address)).toMatchObject({ name: 'Renamed' })
})

test('unknown, rotated, mistyped and of another type: all null, each by one query, and none is remembered', async () => {
  const { add, open, queries, deps } = await setUp()
  const { id: ref, address } = await add()
  await rotateIntegrationId(deps, commandLinePrincipal, ref)
  const { address: other } = await add()
  const directory = open()
  const asked = [
    ['sentry', 'x'.repeat(43)],
    ['sentry', address],
    ['sentry', `${other}\u0000`],
    ['sentry', 'x'.repeat(5_000)],
    ['events', other],
  ] as const
  for (const [type, id] of [...asked, ...asked]) expect(await directory.find(type, id)).toBeNull()
  expect(queries).toHaveLength(2 * asked.length)
})

test('a new integration works at once where its address was asked for before', async () => {
  const { open, db, add } = await setUp()
  const { id: ref } = await add()
  const directory = open()
  const address = 'y'.repeat(43)
  expect(await directory.find('sentry', address)).toBeNull()
  await db.updateTable('integrations').set({ address }).where('id', '=', ref).execute()
  expect(await directory.find('sentry', address)).toMatchObject({ ref })
})

test('more integrations than it remembers are still found', async () => {
  const { open, add, db, queries } = await setUp()
  const { id: ref } = await add()
  const directory = open()
  const addressOf = (index: number) => `${'z'.repeat(39)}${String(index).padStart(4, '0')}`
  for (let index = 0; index < 1_001; index += 1) {
    await db
      .updateTable('integrations')
      .set({ address: addressOf(index) })
      .where('id', '=', ref)
      .execute()
    await directory.find('sentry', addressOf(index))
  }
  queries.length = 0
  await directory.find('sentry', addressOf(1))
  expect(queries).toHaveLength(0)
  expect(await directory.find('sentry', addressOf(0))).toBeNull()
  expect(queries).toHaveLength(1)
})

test('settings that cannot be read are an error that says so, is logged, and is asked anew each time', async () => {
  const { add, open, db, logged } = await setUp()
  const { id: ref, address } = await add()
  const directory = open()
  await db
    .updateTable('integrations')
    .set({ settings: JSON.stringify({ projects: 'all' }) })
    .execute()
  await expect(directory.find('sentry', address)).rejects.toMatchObject({ code: 'unavailable' })
  expect(logged.join()).toContain(ref)
  expect(logged.join()).not.toContain(address)

  await db.updateTable('integrations').set({ settings: '{}' }).execute()
  expect(await directory.find('sentry', address)).toMatchObject({ ref })
})
