import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Permission } from '#contract/people.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { AppError } from '../platform/errors.ts'
import { demand, type Principal, userPrincipal } from '../platform/principal.ts'
import { findApiKeyPrincipal } from './api-keys.ts'
import { refuseCrossSite } from './same-origin.ts'
import { sessionCookie } from './session-cookie.ts'
import { findSession, noteSeen, prolongSession } from './sessions.ts'
import { failureCounter } from './throttle.ts'

/**
 * Who may call a route: anybody; a person who is signed in (in whatever role, but no API key); `own`: the same about what is
 * theirs, and administrators about what is anybody's; or who has the permission.
 */
export type Access = 'public' | 'session' | 'own' | Permission

/** One route of the app. `access` is null where somebody else asks who is calling, or nobody does. */
export type DeclaredRoute = { method: string; url: string; access: Access | null }

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route there is, so that what each one asks for can be listed and tested. */
    declaredRoutes: readonly DeclaredRoute[]
  }
  interface FastifyContextConfig {
    access?: Access
    /** Requests that are let in without asking who is calling. */
    isOpenTo?: (request: FastifyRequest) => boolean
  }
  interface FastifyRequest {
    /** Who is asking; null for somebody unknown, and on routes that do not declare their access. */
    principal: Principal | null
    /** The browser session in use; null for API keys and nobody. */
    sessionId: string | null
  }
}

/** From here on a client with a wrong key is told to stop, until the window of 15 minutes is over. */
const WRONG_KEYS_PER_ADDRESS = 50

/**
 * Finds out who is asking on every route that declares its access, and refuses whoever may not before the body is
 * read. A route under /api/v1 that declares none stops the start. Must be registered before the routes.
 */
export function registerAuthentication(app: FastifyInstance, deps: Deps): void {
  const identify = identification(deps)
  app.decorateRequest('principal', null)
  app.decorateRequest('sessionId', null)

  const routes: DeclaredRoute[] = []
  app.decorate('declaredRoutes', routes)
  app.addHook('onRoute', ({ url, method, config }) => {
    if (url.startsWith('/api/v1') && !config?.access) {
      throw new Error(`${method} ${url} does not say who may call it: add config.access`)
    }
    const methods = [method].flat().map((name) => ({ method: name, url, access: config?.access ?? null }))
    routes.push(...methods)
  })

  app.addHook('onRequest', async (request, reply) => {
    const { access, isOpenTo } = request.routeOptions.config
    if (!access) return
    reply.header('cache-control', 'no-store')
    if (isOpenTo?.(request)) return
    await identify(request, reply)
    enforce(access, request)
  })
}

function enforce(access: Access, { principal, sessionId }: FastifyRequest): void {
  if (access === 'public') return
  demand(principal, permissionFor(access, sessionId !== null))
  if (access === 'session' && !sessionId) {
    throw new AppError('forbidden', 'This is for people who are signed in, not for API keys.')
  }
}

function permissionFor(access: Exclude<Access, 'public'>, isPerson: boolean): Permission {
  if (access === 'session') return 'read'
  // Whose it is only the command knows: see `demandOwn`.
  if (access === 'own') return isPerson ? 'read' : 'configure'
  return access
}

function identification(deps: Deps) {
  const cookie = sessionCookie(deps)
  const wrongKeys = failureCounter(WRONG_KEYS_PER_ADDRESS)
  const publicUrl = publicUrlOf(deps.config)

  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { authorization } = request.headers
    if (authorization !== undefined) {
      request.principal = await ofBearer(authorization, request.ip)
      return
    }
    await identifySession(request, reply)
    refuseCrossSite(request, request.sessionId !== null, publicUrl)
  }

  async function ofBearer(authorization: string, ip: string): Promise<Principal> {
    const key = /^bearer +(\S+) *$/i.exec(authorization)?.[1]
    const principal = key ? await findApiKeyPrincipal(deps, key, ip) : null
    if (principal) return principal
    wrongKeys.count(ip, deps.clock.now())
    throw new AppError(
      'unauthenticated',
      'The API key is not known; it may have been deleted. Send it as "Authorization: Bearer <key>".',
    )
  }

  async function identifySession(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const token = cookie.read(request.headers)
    const now = deps.clock.now()
    const session = token && (await findSession(deps.db, token, now))
    if (!session) return
    request.principal = userPrincipal(session.user, request.ip)
    request.sessionId = session.id
    if (session.shouldNoteSeen) await noteSeen(deps.db, session.user.id, now)
    if (session.shouldProlong) {
      await prolongSession(deps.db, session.id, now)
      reply.header('set-cookie', cookie.write(token))
    }
  }
}
