import { betterAuth } from 'better-auth'
import { APIError, createAuthEndpoint } from 'better-auth/api'
import { setSessionCookie } from 'better-auth/cookies'
import { z } from 'zod'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { newId } from '../platform/ids.ts'
import type { Auth, Browser } from './auth.ts'
import { COOKIE_PREFIX, cookieSecret, SESSION_SECONDS } from './session-cookie.ts'

/** better-auth takes the caller's address from a header; only we write this one. */
const IP_HEADER = 'x-opsknight-ip'

/**
 * Sign-in by better-auth, on our tables: it checks passwords, starts and ends sessions and signs their cookies.
 * Its own HTTP routes are not served, and it never uses the network. Time is the clock's: better-auth reads the
 * machine's, so a session's times are set when it is stored, and `sessions.ts` decides whether it is still valid.
 */
export function signInByBetterAuth(deps: Deps): Auth {
  const auth = betterAuth(optionsOf(deps))

  return {
    hashPassword: async (password) => (await auth.$context).password.hash(password),

    async signIn(credentials, browser) {
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

    async isPassword(userId, password) {
      const context = await auth.$context
      const accounts = await context.internalAdapter.findAccounts(userId)
      const hash = accounts.find(({ providerId }) => providerId === 'credential')?.password
      return hash ? context.password.verify({ hash, password }) : false
    },

    async startSession(userId, browser) {
      const { headers } = await auth.api.startSession({
        body: { userId },
        headers: headersOf(browser),
        returnHeaders: true,
      })
      return headers.getSetCookie()
    },

    async signOut(headers) {
      const ended = await auth.api.signOut({
        headers: new Headers({ cookie: headers.cookie ?? '' }),
        returnHeaders: true,
      })
      return ended.headers.getSetCookie()
    },
  }
}

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
    secrets: [{ version: 1, value: cookieSecret(secrets) }],
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
  },
}
