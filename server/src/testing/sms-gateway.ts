import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

export type Sms = { to: string; text: string; key: string }
type Answer = { status?: number; headers?: Record<string, string>; body?: string }

/** A gateway for SMS of the test's own: keeps what it gets and answers as the test says. */
export async function smsGateway(answer: (sms: Sms, count: number) => Answer | Promise<Answer> = () => ({})) {
  const messages: Sms[] = []
  let arrived = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const sms = JSON.parse(await text(request)) as Sms
    messages.push(sms)
    arrived.resolve()
    arrived = Promise.withResolvers()
    const { status = 200, headers = {}, body = 'ok' } = await answer(sms, messages.length)
    response.writeHead(status, headers).end(body)
  })
  const listening = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', listening.resolve)
  await listening.promise
  onTestFinished(() => {
    server.closeAllConnections()
    return new Promise<void>((closed) => server.close(() => closed()))
  })
  return {
    /** For `SMS_GATEWAY_URL`. */
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    messages,
    /** When so many have arrived. */
    async arrived(count: number) {
      while (messages.length < count) await arrived.promise
    },
  }
}
