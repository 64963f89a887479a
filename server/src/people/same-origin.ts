import type { FastifyRequest } from 'fastify'
import { AppError } from '../platform/errors.ts'

const READING = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that another site makes with this person's cookie. Browsers send `Origin` with every change, so
 * with a session one of ours is required; without one there is nothing to misuse, but signing somebody in from
 * another site is refused too.
 */
export function refuseCrossSite(request: FastifyRequest, hasSession: boolean, publicUrl: string): void {
  if (READING.has(request.method)) return
  if (request.headers['sec-fetch-site'] === 'same-origin') return
  const { origin } = request.headers
  if (origin === undefined ? !hasSession : isOurs(origin, request.host, publicUrl)) return
  throw new AppError(
    'cross_site_request',
    'The request came from another site. Open OpsKnight by its own address; behind a proxy, set OPSKNIGHT_URL.',
  )
}

function isOurs(origin: string, host: string, publicUrl: string): boolean {
  if (!URL.canParse(origin)) return false
  return new URL(origin).host === host || origin === new URL(publicUrl).origin
}
