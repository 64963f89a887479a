import { randomUUID } from 'node:crypto'
import type { FastifyInstance } from 'fastify'

/** The id of a request: in its answer, in the problem it may be answered with, and in every line that is logged of it. */
export const REQUEST_ID_HEADER = 'x-request-id'
export const REQUEST_ID_FIELD = 'requestId'

/**
 * Unique over processes and restarts, at the price of a counter: deliveries are many. Always ours: what a caller sends
 * under the same name could be anything, and the same twice.
 */
export function requestIds(): () => string {
  const process = randomUUID().slice(0, 13)
  let count = 0
  return () => {
    count += 1
    return `${process}-${count.toString(36)}`
  }
}

export function answerWithRequestId(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    reply.header(REQUEST_ID_HEADER, request.id)
    done()
  })
}
