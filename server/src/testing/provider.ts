import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type Received = {
  method: string
  url: string
  headers: IncomingHttpHeaders
  body: string
  bytes: Buffer
}

/** How a provider answers; returning nothing leaves the caller waiting. */
export type Answering = (
  request: Received,
  response: ServerResponse,
) => { status?: number; headers?: Record<string, string>; body?: string | object } | undefined

export type Provider = { url: string; port: number; received: Received[] }

/** A provider of the test's own: a real HTTP server that keeps what it gets. */
export async function provider(answer: Answering = () => ({ body: {} })): Promise<Provider> {
  const received: Received[] = []
  const port = await listen(
    createServer((request, response) => void serve(request, response, { received, answer })),
  )
  return { url: `http://127.0.0.1:${port}`, port, received }
}

/** The same over TLS, with a certificate that nobody has signed. */
export async function tlsProvider(certificate: { key: string; cert: string }): Promise<Provider> {
  const received: Received[] = []
  const answer: Answering = () => ({ body: {} })
  const server = createTlsServer(
    certificate,
    (request, response) => void serve(request, response, { received, answer }),
  )
  const port = await listen(server)
  return { url: `https://localhost:${port}`, port, received }
}

/** Speaks no HTTP but what the test writes. */
export async function rawProvider(speak: (socket: Socket) => void): Promise<Provider> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => {})
    speak(socket)
  })
  const port = await listen(server)
  return { url: `http://127.0.0.1:${port}`, port, received: [] }
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { received, answer }: { received: Received[]; answer: Answering },
): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const bytes = Buffer.concat(parts)
  const { method = '', url = '', headers } = request
  const got = { method, url, headers, body: bytes.toString('utf8'), bytes }
  received.push(got)
  const given = answer(got, response)
  if (!given) return
  const { status = 200, body = '' } = given
  const isText = typeof body === 'string'
  response.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...given.headers })
  response.end(isText ? body : JSON.stringify(body))
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return (server.address() as AddressInfo).port
}
