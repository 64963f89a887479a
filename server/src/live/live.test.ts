import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { LiveMessage } from '#contract/live.ts'
import { newId } from '../platform/ids.ts'
import { listen } from '../platform/live.ts'
import { testApp } from '../testing/test-app.ts'
import { merged } from './gather.ts'

const setUp = async () => {
  const t = await testApp()
  await t.app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = t.app.server.address() as AddressInfo
  const authorization = `Bearer ${await t.create.apiKey('admin')}`
  const admin = t.client({ authorization })

  /** A browser that listens. `next` is the next message, null when the stream has ended. */
  const hear = async () => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/live`, { headers: { authorization } })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    const leave = () => reader.cancel()
    onTestFinished(leave)
    let unread = ''
    const next = async (): Promise<LiveMessage | null> => {
      for (;;) {
        const [block, ...rest] = unread.split('\n\n')
        if (rest.length > 0) {
          unread = rest.join('\n\n')
          if (block?.startsWith('data: ')) return LiveMessage.parse(JSON.parse(block.slice('data: '.length)))
          continue
        }
        const { value, done } = await reader.read()
        if (done) return null
        unread += value
      }
    }
    /** Takes whatever was said until now. */
    const catchUp = async () => {
      t.deps.live.tell({ kind: 'resync' })
      while ((await next())?.kind !== 'resync');
    }
    return { response, next, catchUp, leave }
  }

  const listenToDatabase = async () => {
    const ear = listen(t.deps.databaseUrl, t.deps.live, t.deps.log)
    onTestFinished(ear.stop)
    await ear.ready
  }
  return { ...t, port, authorization, admin, hear, listenToDatabase }
}

test('the stream is for who may read, and for nobody else', async () => {
  const { nobody, withKey, create, hear } = await setUp()
  expect(await nobody.get('/api/v1/live')).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  expect(await withKey(await create.apiKey('events')).get('/api/v1/live')).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  })
  const { response } = await hear()
  expect(response.status).toBe(200)
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  })
})

test('each change is told: an alert, an action, a timer, the configuration', async () => {
  const { create, admin, hear, clock, runWorker } = await setUp()
  const integration = await create.integration({}, { type: 'events' })
  const { next, catchUp } = await hear()
  await catchUp()
  const { id } = await create.incident({ on: integration })
  expect(await next()).toEqual({ kind: 'incidents', ids: [id] })
  expect(await next()).toEqual({ kind: 'deliveries', refs: [integration.ref] })

  const until = new Date(clock.now().getTime() + 60_000).toISOString()
  for (const [path, body] of [
    [`${id}/acknowledge`, undefined],
    ['bulk', { ids: [id], action: 'snooze', until }],
  ] as const) {
    expect((await admin.post(`/api/v1/incidents/${path}`, body)).status).toBe(200)
    expect(await next()).toEqual({ kind: 'incidents', ids: [id] })
  }
  clock.advance({ minutes: 1 })
  await runWorker()
  expect(await next()).toEqual({ kind: 'incidents', ids: [id] })
  // That it pages nobody is told as well: with the same message or after it.
  await catchUp()

  await create.service()
  expect(await next()).toEqual({ kind: 'configuration' })
})

test('what changes nothing is not told', async () => {
  const { create, admin, hear } = await setUp()
  const { id } = await create.incident()
  await admin.post(`/api/v1/incidents/${id}/acknowledge`)
  const { next, catchUp } = await hear()
  await catchUp()
  await admin.post(`/api/v1/incidents/${id}/acknowledge`)
  await admin.get(`/api/v1/incidents/${id}`)
  await create.service()
  expect(await next()).toEqual({ kind: 'configuration' })
})

test('a change in another process is told here too', async () => {
  const { create, anotherServer, hear, listenToDatabase } = await setUp()
  await listenToDatabase()
  const other = await anotherServer()
  const { id } = await create.incident()
  const elsewhere = other.withKey(await create.apiKey('write'))
  const { next, catchUp } = await hear()
  await catchUp()

  await elsewhere.post(`/api/v1/incidents/${id}/resolve`)
  expect(await next()).toEqual({ kind: 'incidents', ids: [id] })
})

test('what happens within a moment is one message of each kind, without repeats', () => {
  expect(
    merged([
      { kind: 'incidents', ids: ['a', 'b'] },
      { kind: 'deliveries', refs: ['x'] },
      { kind: 'configuration' },
      { kind: 'incidents', ids: ['b', 'c'] },
      { kind: 'deliveries', refs: ['x'] },
      { kind: 'configuration' },
    ]),
  ).toEqual([
    { kind: 'incidents', ids: ['a', 'b', 'c'] },
    { kind: 'deliveries', refs: ['x'] },
    { kind: 'configuration' },
  ])
  expect(merged([{ kind: 'incidents', ids: ['a'] }, { kind: 'resync' }])).toEqual([{ kind: 'resync' }])
})

test('who reads too slowly is cut off; the others hear on', async () => {
  const { app, port, authorization, hear, deps } = await setUp()
  const connected = once(app.server, 'connection')
  const slow = connect(port, '127.0.0.1')
  onTestFinished(() => void slow.destroy())
  const [served] = await connected
  const cut = once(served, 'close')
  slow.pause()
  slow.write(`GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`)

  const { next } = await hear()
  let isCut = false
  void cut.then(() => {
    isCut = true
  })
  for (let said = 0; !isCut && said < 500; said += 1) {
    deps.live.tell({ kind: 'incidents', ids: Array.from({ length: 5_000 }, () => newId(new Date())) })
    expect(await next()).toMatchObject({ kind: 'incidents' })
  }
  expect(isCut).toBe(true)
  deps.live.tell({ kind: 'configuration' })
  expect(await next()).toEqual({ kind: 'configuration' })
})

test('a server that closes ends its streams', async () => {
  const { app, hear } = await setUp()
  const { next } = await hear()
  await app.close()
  expect(await next()).toBeNull()
})

test('a HEAD request gets the head of a stream, and its end', async () => {
  const { app, authorization } = await setUp()
  const answer = await app.inject({ method: 'HEAD', url: '/api/v1/live', headers: { authorization } })
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([
    200,
    'text/event-stream; charset=utf-8',
  ])
})

test('nobody listens in more than 30 places; a place that is left is free at once', async () => {
  const { hear } = await setUp()
  const streams = await Promise.all(Array.from({ length: 30 }, hear))
  expect(streams.map(({ response }) => response.status)).toEqual(streams.map(() => 200))
  const more = await hear()
  expect(more.response.status).toBe(429)
  expect(more.response.headers.get('retry-after')).toBe('30')
  await streams[0]!.leave()
  await expect.poll(async () => (await hear()).response.status).toBe(200)
})
