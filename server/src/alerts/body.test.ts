import fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { registerErrorHandler } from '../platform/http-errors.ts'
import { openWire } from '../testing/wire.ts'
import { takeBodiesAsBytes, type WireBody } from './body.ts'

/** A server that answers with the length of what it was sent. */
async function echo(maxReadingBytes: number): Promise<number> {
  const app = fastify()
  registerErrorHandler(app)
  takeBodiesAsBytes(app, { maxReadingBytes })
  app.post('/', async ({ body }) => ({ length: (body as WireBody).bytes.length }))
  onTestFinished(() => app.close())
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  return typeof address === 'object' && address ? address.port : 0
}

const head = (length: number) => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`
const part = (bytes: number) => Buffer.alloc(bytes, 'x')

test('bodies that arrive at once take no more memory than they may; beyond that they are answered 503', async () => {
  const port = await echo(10_000)
  const [slow, second, third] = [await openWire(port), await openWire(port), await openWire(port)]
  await slow.send(head(8_000), part(6_000))
  // Answered in order on one connection: the first answer says that what came before it was read.
  await second.send(head(3_000), part(3_000))
  expect(await second.answer()).toMatchObject({ status: 200 })
  await third.send(head(9_000), part(9_000))
  const refused = await third.answer()
  expect([refused.status, JSON.parse(refused.text).code, refused.headers['retry-after']]).toEqual([
    503,
    'unavailable',
    '1',
  ])
  await slow.send(part(2_000))
  expect(JSON.parse((await slow.answer()).text)).toEqual({ length: 8_000 })

  const after = await openWire(port)
  await after.send(head(9_000), part(9_000))
  expect(await after.answer()).toMatchObject({ status: 200 })
})

test('the memory of a sender that breaks off is free again', async () => {
  const port = await echo(10_000)
  const gone = await openWire(port)
  await gone.send(head(9_000), part(8_000))
  const statusOf = async () => {
    const wire = await openWire(port)
    await wire.send(head(5_000), part(5_000))
    return (await wire.answer()).status
  }
  await expect.poll(statusOf).toBe(503)
  gone.reset()
  await expect.poll(statusOf).toBe(200)
})
