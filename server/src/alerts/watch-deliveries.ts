import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Deps } from '../deps.ts'
import { lineLimit } from '../platform/line-limit.ts'
import type { Answered } from '../platform/metrics/index.ts'
import type { Received } from './receive.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What became of a delivery; null when it came to none. */
    received: Received | null
  }
}

/** The delivery log has the rest, and the metrics count them all. */
const LINES_PER_MINUTE = 60

/**
 * Counts every delivery by its answer. Each one that was refused or failed is a line of the log, under the id of its
 * request; those that were taken are too many, and are shown at the level debug.
 */
export function watchDeliveries(
  app: FastifyInstance,
  { clock, log, metrics }: Pick<Deps, 'clock' | 'log' | 'metrics'>,
): void {
  const limit = lineLimit(clock, LINES_PER_MINUTE)
  app.decorateRequest('received', null)
  const showsTaken = log.isLevelEnabled('debug')
  app.addHook('onResponse', (request, reply, done) => {
    const code = request.problem?.code ?? ''
    metrics.deliveryAnswered(answeredAs(request, reply), code, reply.elapsedTime / 1_000)
    if (code) sayRefused(request, reply, limit.take(code))
    else if (showsTaken) request.log.debug(taken(request, reply), 'delivery.taken')
    done()
  })
}

function answeredAs(
  { problem, received, installed }: FastifyRequest,
  { statusCode }: FastifyReply,
): Answered {
  if (problem) return statusCode < 500 ? 'rejected' : 'failed'
  const { outcome, result } = received?.receipt ?? { outcome: 'ignored' as const, result: null }
  if (result?.action === 'queued') return 'queued'
  return installed?.isSystem ? 'synthetic' : outcome
}

function sayRefused(request: FastifyRequest, reply: FastifyReply, line: { leftOut: number } | null): void {
  if (!line) return
  const { leftOut } = line
  request.log.warn(
    {
      code: request.problem?.code,
      integration: integrationOf(request),
      delivery: request.received?.receipt.deliveryId,
      ip: request.ip,
      ms: Math.round(reply.elapsedTime),
      ...(leftOut > 0 ? { leftOut } : {}),
    },
    reply.statusCode < 500 ? 'delivery.refused' : 'delivery.failed',
  )
}

const taken = (request: FastifyRequest, { elapsedTime }: FastifyReply) => ({
  integration: integrationOf(request),
  delivery: request.received?.receipt.deliveryId,
  action: request.received?.receipt.result?.action,
  incident: request.received?.receipt.incidentId,
  ms: Math.round(elapsedTime),
})

/** Its primary key; the address is a credential. */
function integrationOf({ installed, sender }: FastifyRequest): string | undefined {
  if (installed) return installed.ref
  return sender && 'installed' in sender ? sender.installed.ref : undefined
}
