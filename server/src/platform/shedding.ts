import underPressure from '@fastify/under-pressure'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { AppError } from './errors.ts'

/** From when on people and their programs are asked to come back in a moment. */
export type SheddingLimits = {
  /** How late this process comes to its work, on average over a sample. */
  delayMs: number
  sampleMs: number
  /** How many of their requests may be under way at once. */
  requests: number
}

export const SHEDDING_LIMITS: SheddingLimits = { delayMs: 250, sampleMs: 500, requests: 128 }

/** One is what the first use of a large library looks like, and over by the time anybody hears of it. */
const LATE_SAMPLES = 2

const RETRY_AFTER_SECONDS = 2
/** Alerts go on, and whoever watches over the server must see how it is. */
const NEVER_SHED = new Set(['/api/integrations/:type', '/api/events', '/healthz', '/readyz', '/metrics'])
/** It lasts for minutes and does nothing meanwhile. */
const LIVE = '/api/v1/live'

/**
 * Refuses what people ask before any work is done for it, when the process is late for more than a moment or has enough to do: alerts are taken by
 * the same process. Must be registered before everything that costs something.
 */
export async function shedLoad(
  app: FastifyInstance,
  { delayMs, sampleMs, requests }: SheddingLimits,
  count: (what: string) => void,
): Promise<void> {
  let underWay = 0
  const refuse = (): never => {
    count('shed')
    throw new AppError('unavailable', 'The server has more to do than it can. Alerts go first; try again.', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    })
  }
  let lateSamples = 0
  await app.register(underPressure, {
    maxEventLoopDelay: delayMs,
    sampleInterval: sampleMs,
    pressureHandler: (request) => {
      if (lateSamples >= LATE_SAMPLES && !isExempt(request)) refuse()
    },
  })
  const sampling = setInterval(() => {
    lateSamples = app.isUnderPressure() ? lateSamples + 1 : 0
  }, sampleMs).unref()
  app.addHook('onClose', async () => clearInterval(sampling))
  app.addHook('onRequest', (request, reply, done) => {
    if (isExempt(request) || request.routeOptions.url === LIVE) return done()
    if (underWay >= requests) refuse()
    underWay += 1
    // Also when whoever asked has hung up.
    reply.raw.once('close', () => {
      underWay -= 1
    })
    done()
  })
}

const isExempt = ({ routeOptions }: FastifyRequest) => NEVER_SHED.has(routeOptions.url ?? '')
