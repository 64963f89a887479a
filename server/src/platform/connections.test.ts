import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { expect, test } from 'vitest'
import { NO_LIMITS, testApp } from '../testing/test-app.ts'
import { openWire, type Wire } from '../testing/wire.ts'
import type { ConnectionLimits } from './connections.ts'

const SHORT = { checkEveryMs: 25, headersMs: 250, requestMs: 500, unreadMs: 1_000 }
const ALERT = JSON.stringify({ action: 'created', issue: { id: '1', title: 'Broken' } })

async function setUp(connections: Partial<ConnectionLimits> = SHORT) {
  const t = await testApp({ connections })
  const sentry = await t.create.integration(NO_LIMITS)
  const port = await t.listen()
  const webhook = `POST /api/integrations/sentry?integrationId=${sentry.id} HTTP/1.1\r\nHost: a\r\n`
  return {
    ...t,
    sentry,
    port,
    webhook,
    delivery: `${webhook}Content-Length: ${ALERT.length}\r\n\r\n${ALERT}`,
    refusals: () => Object.fromEntries(t.app.refusals.totals),
  }
}

/** Sends a byte every few milliseconds for as long as it is let. */
function trickle(wire: Wire, byte: string): void {
  const timer = setInterval(() => void wire.send(byte).catch(() => undefined), 20)
  void wire.closed.then(() => clearInterval(timer))
}

async function problemOf(wire: Wire) {
  const { status, headers, text } = await wire.answer()
  expect(headers['content-type']).toBe('application/problem+json; charset=utf-8')
  const problem = JSON.parse(text)
  expect(problem).toEqual({
    type: `urn:opsknight:problem:${problem.code}`,
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code: expect.any(String),
    requestId: expect.stringMatching(/^[\w-]{10,}$/),
  })
  return [status, problem.code]
}

test('a sender of one byte at a time is told and cut: in the headers, in the body, and in silence', async () => {
  const { port, webhook, refusals } = await setUp()
  const beginnings = ['', `${webhook}X-Slow: `, `${webhook}Content-Length: 1000\r\n\r\n{`]
  const wires = await Promise.all(beginnings.map(() => openWire(port)))
  for (const [index, wire] of wires.entries()) {
    await wire.send(beginnings[index]!)
    if (index > 0) trickle(wire, 'x')
  }
  for (const wire of wires) {
    expect(await problemOf(wire)).toEqual([408, 'request_timeout'])
    await wire.closed
  }
  expect(refusals()).toEqual({ request_timeout: beginnings.length })
})

test('a body of the REST API that trickles is cut as well, and so is one in chunks', async () => {
  const { port, create } = await setUp()
  const key = await create.apiKey('admin')
  const head = `POST /api/v1/services HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`
  for (const [start, byte] of [
    [`${head}Content-Length: 500\r\n\r\n{`, ' '],
    [`${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'],
  ] as const) {
    const wire = await openWire(port)
    await wire.send(start)
    trickle(wire, byte)
    expect(await problemOf(wire)).toEqual([408, 'request_timeout'])
    await wire.closed
  }
})

test('500 slow connections keep no delivery waiting for a second', async () => {
  const { port, webhook, delivery } = await setUp({})
  const slow = await Promise.all(Array.from({ length: 500 }, () => openWire(port)))
  await Promise.all(slow.map((wire, n) => wire.send(n % 2 ? `${webhook}X-Slow: ` : `${webhook}Content-Le`)))
  const wire = await openWire(port)
  for (let round = 0; round < 10; round += 1) {
    await Promise.all(slow.map((one) => one.send('1')))
    const started = performance.now()
    await wire.send(delivery)
    expect((await wire.answer()).status).toBe(202)
    expect(performance.now() - started).toBeLessThan(1_000)
  }
})

test('a quick request on a connection that was kept for a while is no slow one', async () => {
  const { port, delivery, refusals } = await setUp({ ...SHORT, headersMs: 100, requestMs: 150 })
  const wire = await openWire(port)
  await wire.send(delivery)
  expect((await wire.answer()).status).toBe(202)
  // Longer than a request may take.
  const slow = await openWire(port)
  expect(await problemOf(slow)).toEqual([408, 'request_timeout'])
  await slow.closed
  await wire.send(delivery)
  expect((await wire.answer()).status).toBe(202)
  expect(refusals()).toEqual({ request_timeout: 1 })
})

test('who does not read the answer is cut; who reads a long one goes on', async () => {
  const { port, webhook, create, refusals } = await setUp({ ...SHORT, requestMs: 60_000 })
  const body = JSON.stringify({ issue: { id: '1', title: randomBytes(3 * 1024 * 1024).toString('base64') } })
  const sender = await openWire(port)
  await sender.send(`${webhook}Content-Length: ${body.length}\r\n\r\n`, body)
  const { 'opsknight-delivery-id': id } = (await sender.answer()).headers
  expect(id).toBeTruthy()
  const request = `GET /api/v1/deliveries/${id} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${await create.apiKey('admin')}\r\n\r\n`

  const deaf = net.connect({ port, host: '127.0.0.1' })
  deaf.on('error', () => undefined)
  deaf.pause()
  // More than the systems of both ends hold in between.
  deaf.write(request.repeat(8))
  const reader = await openWire(port)
  await reader.send(request)
  expect((await reader.answer()).text.length).toBeGreaterThan(4 * 1024 * 1024)
  await expect.poll(refusals, { timeout: 10_000 }).toEqual({ answer_unread: 1 })
  deaf.destroy()
  await reader.send(request)
  expect((await reader.answer()).status).toBe(200)
})

test('a stream of live news is none of them: it stays longer than any request may take', async () => {
  const { port, create, deps, refusals } = await setUp()
  const listener = await openWire(port)
  await listener.send(
    `GET /api/v1/live HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${await create.apiKey('read')}\r\n\r\n`,
  )
  await listener.text('retry: 2000')
  const slow = await openWire(port)
  await slow.send(`POST /api/events HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n`)
  await slow.closed
  deps.live.tell({ kind: 'configuration' })
  await listener.text('"configuration"')
  expect(refusals()).not.toHaveProperty('answer_unread')
})

test('a connection whose other end is gone without a word is asked whether it is there', async () => {
  const { port, delivery } = await setUp({})
  const wire = await openWire(port)
  await wire.send(delivery)
  await wire.answer()
  const table = '/proc/net/tcp'
  if (!existsSync(table)) return
  const hex = (number: number) => number.toString(16).toUpperCase().padStart(4, '0')
  const served = readFileSync(table, 'utf8')
    .split('\n')
    .find((line) => line.includes(`:${hex(port)} `) && line.includes(`:${hex(wire.localPort)} 01 `))
  // The fifth column: 02 is the timer of such questions (proc_net_tcp.txt of the kernel).
  expect(served?.trim().split(/\s+/)[5]).toMatch(/^02:/)
})

test('more connections than there is room for are dropped; those that wait for nothing make room', async () => {
  const { port, delivery, refusals } = await setUp({ connections: 3, checkEveryMs: 25 })
  const idle = await openWire(port)
  await idle.send(delivery)
  expect((await idle.answer()).status).toBe(202)
  const waiting = [await openWire(port), await openWire(port)]
  for (const wire of waiting) await wire.send(delivery.slice(0, 20))
  await (await openWire(port)).closed
  await idle.closed
  const next = await openWire(port)
  await next.send(delivery)
  expect((await next.answer()).status).toBe(202)
  expect(refusals()).toEqual({ connection_dropped: 1 })
  for (const wire of waiting) {
    await wire.send(delivery.slice(20))
    expect((await wire.answer()).status).toBe(202)
  }
})
