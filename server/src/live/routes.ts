import type { ServerResponse } from 'node:http'
import { Problem } from '#contract/common.ts'
import type { LiveMessage } from '#contract/live.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { demand } from '../platform/principal.ts'

const HEARTBEAT_MS = 15_000
/** A stream ends after this long and the browser opens another one, so that whoever was disabled hears no more. */
const STREAM_MAX_MS = 10 * 60_000
const STREAMS_MAX = 1_000
/** A browser that reads slower than this much behind is cut off; it asks again and catches up. */
const UNREAD_MAX_BYTES = 256 * 1024

/** `GET /api/v1/live`: server-sent events that say what changed, so that pages need not ask all the time. */
export function liveRoutes(app: App, { live }: Deps): void {
  const streams = new Set<ServerResponse>()
  const unsubscribe = live.subscribe((message) => {
    for (const stream of streams) send(stream, message)
  })
  const heartbeat = setInterval(() => {
    for (const stream of streams) stream.write(': still here\n\n')
  }, HEARTBEAT_MS)
  heartbeat.unref()
  app.addHook('preClose', async () => {
    clearInterval(heartbeat)
    unsubscribe()
    for (const stream of streams) stream.end()
  })

  app.get(
    '/api/v1/live',
    {
      config: { access: 'read' },
      schema: {
        tags: ['Live'],
        summary: 'Hear of changes as server-sent events',
        description:
          'Each `data:` is JSON: `{kind: "incidents", ids}`, `{kind: "deliveries", refs}`, `{kind: "configuration"}` or `{kind: "resync"}` after a gap.',
        response: { '4xx': Problem, 503: Problem },
      },
    },
    async (request, reply) => {
      demand(request.principal, 'read')
      if (streams.size >= STREAMS_MAX) throw new AppError('unavailable', 'Too many browsers listen already.')
      reply.hijack()
      const stream = reply.raw
      stream.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      stream.write('retry: 2000\n\n')
      streams.add(stream)
      const end = setTimeout(() => stream.end(), STREAM_MAX_MS)
      stream.on('close', () => {
        clearTimeout(end)
        streams.delete(stream)
      })
    },
  )
}

function send(stream: ServerResponse, message: LiveMessage): void {
  if (stream.writableLength > UNREAD_MAX_BYTES) stream.destroy()
  else stream.write(`data: ${JSON.stringify(message)}\n\n`)
}
