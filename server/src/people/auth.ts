import type { IncomingHttpHeaders } from 'node:http'
import type { Deps } from '../deps.ts'

/** What is remembered about a browser that signs in. */
export type Browser = { ip: string | null; userAgent: string | null }
export type SignedIn = { userId: string; cookies: string[] }

/** Passwords, and where sessions begin and end. */
export type Auth = {
  hashPassword(password: string): Promise<string>
  /** Takes the same time, and answers the same, whether the person or the password is unknown. */
  signIn(credentials: { email: string; password: string }, browser: Browser): Promise<SignedIn | null>
  /** Whether this is the person's password; false also for somebody who has none. */
  isPassword(userId: string, password: string): Promise<boolean>
  /** A session without asking for the password: after somebody has proven who they are in another way. */
  startSession(userId: string, browser: Browser): Promise<string[]>
  /** Ends the session of the cookie, if there is one, and returns cookies that clear it. */
  signOut(headers: IncomingHttpHeaders): Promise<string[]>
}

/** The library takes 14 MB, and people sign in once a month: it is loaded when the first one does. */
export function createAuth(deps: Deps): Auth {
  let loaded: Promise<Auth> | null = null
  const load = () => {
    loaded ??= import('./better-auth.ts').then(({ signInByBetterAuth }) => signInByBetterAuth(deps))
    return loaded
  }
  return {
    hashPassword: async (password) => (await load()).hashPassword(password),
    signIn: async (credentials, browser) => (await load()).signIn(credentials, browser),
    isPassword: async (userId, password) => (await load()).isPassword(userId, password),
    startSession: async (userId, browser) => (await load()).startSession(userId, browser),
    signOut: async (headers) => (await load()).signOut(headers),
  }
}
