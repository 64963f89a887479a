import type { ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { Problem } from '#contract/common.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { demand } from '../platform/principal.ts'
import { createAudience } from './audience.ts'
import { gather } from './gather.ts'

/** `GET /api/v1/live`: server-sent events that say what changed, so that pages need not ask all the time. */
export function liveRoutes(app: App, { live }: Deps): void {
  const audience = createAudience()
  const news = gather((messages) => {
    audience.say(messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join(''))
  })
  const unsubscribe = live.subscribe(news.add)
  app.addHook('preClose', async () => {
    unsubscribe()
    news.stop()
    audience.end()
  })

  app.get(
    '/api/v1/live',
    {
      config: { access: 'read' },
      schema: {
        tags: ['Live'],
        summary: 'Hear of changes as server-sent events',
        description:
          'Each `data:` is JSON: `{kind: "incidents", ids}`, `{kind: "deliveries", refs}`, `{kind: "configuration"}`, `{kind: "resync"}` after a gap or `{kind: "interrupted"}` at its beginning. What changed within a moment is one message.',
        response: { '4xx': Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      demand(request.principal, 'read')
      // Who only asks what there would be has no stream to read the end of.
      if (request.method === 'HEAD') return void startStream(reply.headers(EVENT_STREAM)).end()
      if (audience.isFull) throw new AppError('unavailable', 'Too many browsers listen already.')
      const { kind, id } = request.principal.actor
      const listener = `${kind} ${id}`
      if (audience.isEverywhere(listener)) throw tooManyStreams()
      audience.add(startStream(reply.headers(EVENT_STREAM)), listener)
    },
  )
}

const tooManyStreams = () =>
  new AppError('rate_limited', 'You listen in too many places at once. Close some of the pages.', {
    retryAfterSeconds: 30,
  })

/** Takes the answer out of the framework's hands, with the headers that it was to have. */
function startStream(reply: FastifyReply): ServerResponse {
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value)
  }
  reply.raw.writeHead(200)
  reply.raw.write('retry: 2000\n\n')
  // A browser that leaves says so; nobody else would hear of it before the next heartbeat.
  reply.raw.socket?.once('end', () => reply.raw.end())
  return reply.raw
}

const EVENT_STREAM = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
}
