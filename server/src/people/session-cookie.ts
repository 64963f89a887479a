import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'

const DAY_SECONDS = 24 * 3600
/** A session ends when it has not been used for this long. */
export const SESSION_SECONDS = 30 * DAY_SECONDS
/** How often a session in use is prolonged. */
export const PROLONG_AFTER_SECONDS = DAY_SECONDS

export const COOKIE_PREFIX = 'opsknight'

/** What cookies of sessions are signed with. */
export const cookieSecret = (secrets: Deps['secrets']) => secrets.derive('session cookies')

/**
 * The cookie of a session, to the letter as better-auth signs and writes it when somebody signs in: it is read with every request
 * and renewed every day, for which the library need not be there.
 */
export function sessionCookie({ config, secrets }: Pick<Deps, 'config' | 'secrets'>) {
  const isSecure = publicUrlOf(config).startsWith('https:')
  const name = `${isSecure ? '__Secure-' : ''}${COOKIE_PREFIX}.session_token`
  const secret = cookieSecret(secrets)
  const sign = (token: string) => createHmac('sha256', secret).update(token).digest('base64')

  return {
    /** The session's token, when the cookie carries our signature. It says nothing about whether the session is still valid. */
    read({ cookie = '' }: IncomingHttpHeaders): string | null {
      const value = cookieNamed(cookie, name)
      const dot = value?.lastIndexOf('.') ?? -1
      if (!value || dot < 1) return null
      const token = value.slice(0, dot)
      return isSame(value.slice(dot + 1), sign(token)) ? token : null
    },

    /** The cookie of a session that goes on, with a new date of expiry. */
    write: (token: string): string =>
      [
        `${name}=${encodeURIComponent(`${token}.${sign(token)}`)}`,
        ...[`Max-Age=${SESSION_SECONDS}`, 'Path=/', 'HttpOnly', ...(isSecure ? ['Secure'] : [])],
        'SameSite=Lax',
      ].join('; '),
  }
}

/** Of several with this name the first one, which is that of the longest path. */
function cookieNamed(cookies: string, name: string): string | null {
  const found = cookies.split(';').find((one) => one.split('=', 1)[0]?.trim() === name)
  if (found === undefined) return null
  const value = found.slice(found.indexOf('=') + 1).trim()
  try {
    return decodeURIComponent(value.replace(/^"(.*)"$/, '$1'))
  } catch {
    return null
  }
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
