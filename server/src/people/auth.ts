import type { IncomingHttpHeaders } from 'node:http'
import { betterAuth } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { newId } from '../platform/ids.ts'

const DAY_SECONDS = 24 * 3600
/** A session ends when it has not been used for this long. */
export const SESSION_SECONDS = 30 * DAY_SECONDS
/** How often a session in use is prolonged. */
export const PROLONG_AFTER_SECONDS = DAY_SECONDS

/** better-auth takes the caller's address from a header; only we write this one. */
const IP_HEADER = 'x-opsknight-ip'

/** What is remembered about a browser that signs in. */
export type Browser = { ip: string | null; userAgent: string | null }
export type SignedIn = { userId: string; cookies: string[] }
export type Auth = ReturnType<typeof createAuth>

/**
 * Sign-in by better-auth, on our tables: it checks passwords, starts and ends sessions and signs their cookies.
 * Its own HTTP routes are not served, and it never uses the network. Time is the clock's: better-auth reads the
 * machine's, so a session's times are set when it is stored, and `sessions.ts` decides whether it is still valid.
 */
export function createAuth(deps: Deps) {
  const auth = betterAuth(optionsOf(deps))

  return {
    hashPassword: async (password: string): Promise<string> => (await auth.$context).password.hash(password),

    /** Takes the same time, and answers the same, whether the person or the password is unknown. */
    async signIn(
      credentials: { email: string; password: string },
      browser: Browser,
    ): Promise<SignedIn | null> {
      try {
        const { headers, response } = await auth.api.signInEmail({
          body: credentials,
          headers: headersOf(browser),
          returnHeaders: true,
        })
        return { userId: response.user.id, cookies: headers.getSetCookie() }
      } catch (error) {
        if (error instanceof APIError && error.statusCode === 401) return null
        throw error
      }
    },

    /** Whether this is the person's password; false also for somebody who has none. */
    async isPassword(userId: string, password: string): Promise<boolean> {
      const context = await auth.$context
      const accounts = await context.internalAdapter.findAccounts(userId)
      const hash = accounts.find(({ providerId }) => providerId === 'credential')?.password
      return hash ? context.password.verify({ hash, password }) : false
    },

    /** A session without asking for the password: after somebody has proven who they are in another way. */
    async startSession(userId: string, browser: Browser): Promise<string[]> {
      const { headers } = await auth.api.startSession({
        body: { userId },
        headers: headersOf(browser),
        returnHeaders: true,
      })
      return headers.getSetCookie()
    },

    /** The session's token, when the cookie carries our signature. It says nothing about whether the session is still valid. */
    async readToken(headers: IncomingHttpHeaders): Promise<string | null> {
      if (!headers.cookie?.includes(COOKIE_PREFIX)) return null
      return auth.api.readToken({ headers: new Headers({ cookie: headers.cookie }) })
    },

    /** The cookie of a session that goes on, with a new date of expiry. */
    async renewCookie(headers: IncomingHttpHeaders): Promise<string[]> {
      const renewed = await auth.api.renewCookie({
        headers: new Headers({ cookie: headers.cookie ?? '' }),
        returnHeaders: true,
      })
      return renewed.headers.getSetCookie()
    },

    /** Ends the session of the cookie, if there is one, and returns cookies that clear it. */
    async signOut(headers: IncomingHttpHeaders): Promise<string[]> {
      const ended = await auth.api.signOut({
        headers: new Headers({ cookie: headers.cookie ?? '' }),
        returnHeaders: true,
      })
      return ended.headers.getSetCookie()
    },
  }
}

const COOKIE_PREFIX = 'opsknight'

function headersOf({ ip, userAgent }: Browser): Headers {
  const headers = new Headers()
  if (ip) headers.set(IP_HEADER, ip)
  if (userAgent) headers.set('user-agent', userAgent)
  return headers
}

function optionsOf({ db, clock, log, config, secrets }: Deps) {
  const url = publicUrlOf(config)
  return {
    appName: 'OpsKnight',
    baseURL: url,
    // An array, as the environment's BETTER_AUTH_SECRETS would win over a single secret.
    secrets: [{ version: 1, value: secrets.derive('session cookies') }],
    telemetry: { enabled: false },
    logger: {
      level: 'error' as const,
      log: (_level: string, message: string) => log.error({ message }, 'authentication.failed'),
    },
    database: { db, type: 'postgres' as const, transaction: true },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    user: { modelName: 'users', fields: { ...timestamps, emailVerified: 'email_verified' } },
    session: {
      modelName: 'sessions',
      expiresIn: SESSION_SECONDS,
      fields: {
        ...timestamps,
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
      },
    },
    account: { modelName: 'accounts', fields: accountColumns },
    verification: { modelName: 'verifications', fields: { ...timestamps, expiresAt: 'expires_at' } },
    databaseHooks: {
      session: {
        create: {
          before: async () => ({ data: sessionTimes(clock.now()) }),
        },
      },
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: url.startsWith('https:'),
      ipAddress: { ipAddressHeaders: [IP_HEADER] },
      database: { generateId: () => newId(clock.now()), validateSchema: false },
    },
    plugins: [sessionEndpoints],
  }
}

const timestamps = { createdAt: 'created_at', updatedAt: 'updated_at' }

const accountColumns = {
  ...timestamps,
  userId: 'user_id',
  accountId: 'account_id',
  providerId: 'provider_id',
  accessToken: 'access_token',
  refreshToken: 'refresh_token',
  idToken: 'id_token',
  accessTokenExpiresAt: 'access_token_expires_at',
  refreshTokenExpiresAt: 'refresh_token_expires_at',
}

const sessionTimes = (now: Date) => ({
  createdAt: now,
  updatedAt: now,
  expiresAt: new Date(now.getTime() + SESSION_SECONDS * 1000),
})

/** What better-auth can do inside but offers no call for. */
const sessionEndpoints = {
  id: 'opsknight-sessions',
  endpoints: {
    startSession: createAuthEndpoint(
      '/opsknight/start-session',
      { method: 'POST', body: z.object({ userId: z.string() }) },
      async (ctx) => {
        const { internalAdapter } = ctx.context
        const user = await internalAdapter.findUserById(ctx.body.userId)
        if (!user) throw new Error('A session was to be started for somebody who does not exist')
        await setSessionCookie(ctx, { session: await internalAdapter.createSession(user.id), user })
      },
    ),
    readToken: createAuthEndpoint(
      '/opsknight/read-token',
      { method: 'GET', requireHeaders: true },
      async (ctx) =>
        (await ctx.getSignedCookie(ctx.context.authCookies.sessionToken.name, ctx.context.secret)) || null,
    ),
    renewCookie: createAuthEndpoint(
      '/opsknight/renew-cookie',
      { method: 'POST', requireHeaders: true },
      async (ctx) => {
        const { sessionToken } = ctx.context.authCookies
        const token = await ctx.getSignedCookie(sessionToken.name, ctx.context.secret)
        if (token)
          await ctx.setSignedCookie(sessionToken.name, token, ctx.context.secret, sessionToken.attributes)
      },
    ),
  },
}
