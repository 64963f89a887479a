import type { Server, ServerResponse } from 'node:http'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { AppError } from './errors.ts'
import { problemOf } from './http-errors.ts'
import { REQUEST_ID_HEADER } from './request-ids.ts'

/** For whoever still sends to read the answer: a connection that is closed at once takes it along. */
const LINGER_MS = 500

/** Answers what never becomes a request of the framework, as it is no HTTP or does not arrive. */
export function answerBrokenRequests(newRequestId: () => string, count: (what: string) => void) {
  const answered = new WeakSet<Duplex>()

  function answer(socket: Duplex, error: AppError): void {
    if (answered.has(socket)) return
    answered.add(socket)
    count(error.code)
    if (socket.writable) socket.end(rawAnswer(error, newRequestId()))
    setTimeout(() => socket.destroy(), LINGER_MS).unref()
  }

  return {
    onClientError(error: NodeJS.ErrnoException, socket: Socket): void {
      if (error.code === 'ECONNRESET' || socket.destroyed) return
      const earlier = unfinishedAnswerOn(socket)
      // Words in the middle of an answer would spoil it.
      if (earlier) earlier.once('close', () => socket.destroySoon())
      else answer(socket, errorOf(error))
    },
    listenTo(server: Server): void {
      // Whatever else somebody expects, what they send is wanted.
      server.on('checkExpectation', (request, response) => server.emit('request', request, response))
      server.on('connect', (_request, socket) => {
        socket.on('error', () => undefined)
        answer(socket, new AppError('method_not_allowed', 'This is no proxy: CONNECT is not possible.'))
      })
    },
  }
}

/** HTTP/1.1 demands the header; the answer of Node itself has no body. Must be registered before the routes. */
export function demandHost(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ raw }) => {
    if (raw.headers.host === undefined && raw.httpVersion === '1.1') {
      throw new AppError('invalid_request', 'The Host header is missing.')
    }
  })
}

/** The answer to an earlier request, or one that has begun. */
function unfinishedAnswerOn(socket: Socket): ServerResponse | null {
  const { _httpMessage: response } = socket as Socket & { _httpMessage?: ServerResponse | null }
  return response && (response.req.complete || response.headersSent) ? response : null
}

function errorOf({ code }: NodeJS.ErrnoException): AppError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new AppError('request_timeout', 'The request did not arrive in time.')
    case 'HPE_HEADER_OVERFLOW':
      return new AppError(
        'headers_too_large',
        'The address and the headers are longer, or more, than is read.',
      )
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new AppError(
        'body_too_large',
        'The chunks of the body say more about themselves than is accepted.',
      )
    default:
      return new AppError('invalid_request', 'This is not HTTP as a server can read it.')
  }
}

function rawAnswer(error: AppError, requestId: string): string {
  const problem = problemOf(error, requestId)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `${REQUEST_ID_HEADER}: ${requestId}`,
    'Connection: close',
  ]
  return `${head.join('\r\n')}\r\n\r\n${body}`
}
