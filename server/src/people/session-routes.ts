import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '#contract/common.ts'
import {
  ChangePassword,
  Me,
  PasswordLinkView,
  SetPassword,
  Setup,
  SetupState,
  SignIn,
  UpdateProfile,
} from '#contract/people.ts'
import type { App } from '../app.ts'
import type { Deps } from '../deps.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { noContent } from '../resource-routes.ts'
import type { Auth, Browser } from './auth.ts'
import { updateProfile } from './commands.ts'
import { setUp } from './setup.ts'
import { changePassword, lookUpLink, redeemLink, signIn, signOut } from './sign-in.ts'
import { getUser, isAnybodyThere } from './store.ts'
import { toMe } from './views.ts'

const failures = { 400: Problem, 403: Problem, 429: Problem }

/** Setting the server up, signing in and out, and what people may change about themselves. */
export function sessionRoutes(app: App, deps: Deps, auth: Auth): void {
  setupRoutes(app, deps, auth)
  signInRoutes(app, deps, auth)
  passwordLinkRoutes(app, deps, auth)
  profileRoutes(app, deps, auth)
}

function setupRoutes(app: App, deps: Deps, auth: Auth): void {
  app.get(
    '/api/v1/setup',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Setup'],
        security: [],
        summary: 'Whether this server must still be set up',
        response: { 200: SetupState },
      },
    },
    async () => ({ needed: !(await isAnybodyThere(deps.db)) }),
  )

  app.post(
    '/api/v1/setup',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Setup'],
        security: [],
        summary: 'Create the first administrator and sign them in',
        description: 'Needs the one-time token from the address that the server prints when it starts.',
        body: Setup,
        response: { 201: Me, ...failures, 409: Problem },
      },
    },
    async (request, reply) => {
      const user = await setUp(deps, auth, request.body, request.ip)
      setCookies(reply, await auth.startSession(user.id, browserOf(request)))
      return reply.code(201).send(toMe(user))
    },
  )
}

function signInRoutes(app: App, deps: Deps, auth: Auth): void {
  app.post(
    '/api/v1/session',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Session'],
        security: [],
        summary: 'Sign in',
        description: 'Sets the session cookie. After too many failures it answers 429 with Retry-After.',
        body: SignIn,
        response: { 200: Me, ...failures, 401: Problem },
      },
    },
    async (request, reply) => {
      const { user, cookies } = await signIn(deps, auth, request.body, browserOf(request))
      setCookies(reply, cookies)
      return toMe(user)
    },
  )

  app.delete(
    '/api/v1/session',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Session'],
        security: [],
        summary: 'Sign out',
        description: 'Also succeeds when nobody is signed in.',
        response: { 204: noContent, 403: Problem },
      },
    },
    async (request, reply) => {
      setCookies(reply, await signOut(deps, auth, request.principal, request.headers))
      return reply.code(204).send(null)
    },
  )
}

function passwordLinkRoutes(app: App, deps: Deps, auth: Auth): void {
  app.post(
    '/api/v1/password-links/lookup',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Session'],
        security: [],
        summary: 'Whose password a one-time link sets',
        body: SetPassword.pick({ token: true }),
        response: { 200: PasswordLinkView, ...failures, 410: Problem },
      },
    },
    async (request) => lookUpLink(deps, request.body.token, request.ip),
  )

  app.post(
    '/api/v1/password-links/redeem',
    {
      config: { access: 'public' },
      schema: {
        tags: ['Session'],
        security: [],
        summary: 'Set the password with a one-time link and sign in',
        description: "The person's other sessions end, and the link cannot be used again.",
        body: SetPassword,
        response: { 200: Me, ...failures, 410: Problem },
      },
    },
    async (request, reply) => {
      const { user, cookies } = await redeemLink(deps, auth, request.body, browserOf(request))
      setCookies(reply, cookies)
      return toMe(user)
    },
  )
}

function profileRoutes(app: App, deps: Deps, auth: Auth): void {
  const schema = { tags: ['Profile'], security: [{ session: [] }] }

  app.get(
    '/api/v1/me',
    {
      config: { access: 'session' },
      schema: { ...schema, summary: 'Who is signed in', response: { 200: Me, 401: Problem, 403: Problem } },
    },
    async (request) => toMe(await getUser(deps.db, personOf(request).userId)),
  )

  app.patch(
    '/api/v1/me',
    {
      config: { access: 'session' },
      schema: {
        ...schema,
        summary: 'Change your name, time zone or locale',
        body: UpdateProfile,
        response: { 200: Me, 400: Problem, 401: Problem, 403: Problem },
      },
    },
    async (request) => {
      const { principal, userId } = personOf(request)
      return toMe(await updateProfile(deps, principal, userId, request.body))
    },
  )

  app.post(
    '/api/v1/me/password',
    {
      config: { access: 'session' },
      schema: {
        ...schema,
        summary: 'Change your password',
        description: 'Signs you out everywhere else.',
        body: ChangePassword,
        response: { 204: noContent, ...failures, 401: Problem },
      },
    },
    async (request, reply) => {
      await changePassword(deps, auth, personOf(request), request.body)
      return reply.code(204).send(null)
    },
  )
}

const browserOf = (request: FastifyRequest): Browser => ({
  ip: request.ip,
  userAgent: request.headers['user-agent']?.slice(0, 500) ?? null,
})

const setCookies = (reply: FastifyReply, cookies: string[]) => reply.header('set-cookie', cookies)

/** The person behind a route of access `session`. */
function personOf({ principal, sessionId }: FastifyRequest): {
  principal: Principal
  userId: string
  sessionId: string
} {
  demand(principal, 'read')
  const userId = principal.actor.id
  if (!userId || !sessionId) throw new Error('A route for people was reached without a session')
  return { principal, userId, sessionId }
}
