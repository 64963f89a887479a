import { BlockList, isIPv6 } from 'node:net'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { METRICS_CONTENT_TYPE, type Metrics } from './index.ts'

/** `GET /metrics`: for a Prometheus on the same machine, and for whoever has an API key that reads. */
export function metricsRoutes(app: FastifyInstance, metrics: Metrics): void {
  app.get(
    '/metrics',
    { config: { access: 'read', isOpenTo: isDirectFromThisMachine }, schema: { hide: true } },
    async (_request, reply) => {
      const text = await metrics.text()
      return reply.header('content-type', METRICS_CONTENT_TYPE).send(text)
    },
  )
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

const FORWARDING = /^(x-forwarded-.*|forwarded|via|x-real-ip)$/

/** A proxy on this machine calls from it too, on behalf of anybody. */
export function isDirectFromThisMachine({ raw, headers }: Pick<FastifyRequest, 'raw' | 'headers'>): boolean {
  const from = raw.socket.remoteAddress ?? ''
  if (!loopback.check(from, isIPv6(from) ? 'ipv6' : 'ipv4')) return false
  return !Object.keys(headers).some((name) => FORWARDING.test(name))
}

/** These have figures of their own: deliveries are many, and a live stream lasts as long as its page. */
const MEASURED_ELSEWHERE = ['/api/integrations/:type', '/api/events', '/api/v1/live']

/** Measures the answers of every route that is registered from here on. */
export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook('onRoute', (route) => {
    // A HEAD route is made of the GET route, hooks and all.
    if (route.method === 'HEAD' || MEASURED_ELSEWHERE.includes(route.url)) return
    const report = metrics.requestsOf(nameOf(route.url))
    const own = [route.onResponse ?? []].flat()
    route.onResponse = [
      ...own,
      (request, reply, done) => {
        report(request.method, reply.statusCode, reply.elapsedTime / 1_000)
        done()
      },
    ]
  })
}

/** Files of the web app are many, and change with every release. */
const nameOf = (url: string) =>
  url.startsWith('/api/') || ['/healthz', '/readyz', '/metrics'].includes(url) ? url : 'web'
