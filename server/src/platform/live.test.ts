import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import type { LiveMessage } from '#contract/live.ts'
import { testDeps } from '../testing/test-app.ts'
import { newId } from './ids.ts'
import { createLive, listen, notify } from './live.ts'

/** A process that hears what others tell. `next` waits for the message after those that were taken already. */
async function hearing() {
  const deps = await testDeps()
  const live = createLive()
  const { messages, next } = collected(live.subscribe)
  const ear = listen(deps.databaseUrl, live, deps.log)
  onTestFinished(async () => {
    await ear.stop()
    await deps.db.destroy()
  })
  await ear.ready
  const say = (...said: LiveMessage[]) => deps.db.transaction().execute((trx) => notify(trx, said))
  return { ...deps, say, next, messages, ear }
}

function collected(subscribe: (listener: (message: LiveMessage) => void) => void) {
  const messages: LiveMessage[] = []
  const waiting: ((message: LiveMessage) => void)[] = []
  subscribe((message) => {
    const first = waiting.shift()
    if (first) first(message)
    else messages.push(message)
  })
  const next = () =>
    new Promise<LiveMessage>((resolve) => {
      const message = messages.shift()
      if (message) resolve(message)
      else waiting.push(resolve)
    })
  return { messages, next }
}

test('what one process tells, another hears when it is committed, and never if it is not', async () => {
  const { db, say, next } = await hearing()
  await db
    .transaction()
    .execute(async (trx) => {
      await notify(trx, [{ kind: 'incidents', ids: ['undone'] }])
      throw new Error('undone')
    })
    .catch(() => undefined)
  await say({ kind: 'incidents', ids: ['a', 'b'] }, { kind: 'deliveries', refs: ['c'] })
  expect(await next()).toEqual({ kind: 'incidents', ids: ['a', 'b'] })
  expect(await next()).toEqual({ kind: 'deliveries', refs: ['c'] })
})

test('as many ids as there are arrive, in messages that PostgreSQL takes', async () => {
  const { say, next } = await hearing()
  const ids = Array.from({ length: 1_000 }, () => newId(new Date()))
  await say({ kind: 'incidents', ids })
  const heard: string[] = []
  while (heard.length < ids.length) {
    const message = await next()
    if (message.kind === 'incidents') heard.push(...message.ids)
  }
  expect(heard).toEqual(ids)
})

test('a message that this release does not know means that something changed', async () => {
  const { db, next } = await hearing()
  for (const payload of ['{"kind":"schedules"}', 'nonsense', '']) {
    await sql`select pg_notify('opsknight_live', ${payload})`.execute(db)
    expect(await next()).toEqual({ kind: 'resync' })
  }
})

test('after a lost connection it says so at once, and again when it hears again, so that nothing between is missed', async () => {
  const { db, say, next, logged } = await hearing()
  const { rows } = await sql<{ count: number }>`
    select count(pg_terminate_backend(pid))::int as count from pg_stat_activity
    where datname = current_database() and application_name = 'opsknight live'`.execute(db)
  expect(rows).toEqual([{ count: 1 }])
  expect(await next()).toEqual({ kind: 'interrupted' })
  expect(await next()).toEqual({ kind: 'resync' })
  await say({ kind: 'configuration' })
  expect(await next()).toEqual({ kind: 'configuration' })
  expect(logged.some((line) => line.includes('live.connection_lost'))).toBe(true)
})

test('it stops when it is told to, also while the database cannot be reached', async () => {
  const { log, db } = await testDeps()
  onTestFinished(() => db.destroy())
  const ear = listen('postgres://127.0.0.1:1/nowhere', createLive(), log)
  await ear.stop()
  await ear.ready
})
