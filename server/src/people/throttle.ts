import { sql } from 'kysely'
import { addMinutes } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'

const WINDOW_MINUTES = 15
/** Wrong passwords for one account from one address. Enough for a person, too few for a guesser. */
const PER_ACCOUNT = 5
/** Wrong passwords or links from one address: an office behind one address shares it. */
const PER_ADDRESS = 50

/** One thing that is counted, and how often it may happen within the window. */
export type Limit = {
  key: string
  failures: number
  /** How long the window is, if not as long as that of failures. */
  minutes?: number
  /** What happened too often, if not a failure: the start of a sentence. */
  words?: string
}

/** IPv6 addresses are given out by the /64; whoever has one has them all. */
export function networkOf(ip: string | null): string {
  if (!ip) return 'unknown'
  const address = ip.replace(/^::ffff:(?=\d+\.)/i, '')
  if (!address.includes(':')) return address
  const [head = '', tail = ''] = address.split('::')
  const groups = head ? head.split(':') : []
  const missing = 8 - groups.length - (tail ? tail.split(':').length : 0)
  const all = [...groups, ...Array<string>(Math.max(missing, 0)).fill('0'), ...tail.split(':')]
  return `${all.slice(0, 4).join(':')}::/64`
}

export const accountLimit = (email: string, ip: string | null): Limit => ({
  key: `password ${email.toLowerCase()} ${networkOf(ip)}`,
  failures: PER_ACCOUNT,
})
export const addressLimit = (ip: string | null): Limit => ({
  key: `address ${networkOf(ip)}`,
  failures: PER_ADDRESS,
})

/**
 * Counts an attempt before its outcome is known, so that many at once cannot slip through together; `forgive` takes
 * it back. Throws `rate_limited` when there have been too many within the window.
 */
export async function countAttempt(db: Db, limit: Limit, now: Date): Promise<void> {
  const windowEnd = addMinutes(now, limit.minutes ?? WINDOW_MINUTES)
  const row = await db
    .insertInto('sign_in_failures')
    .values({ key: limit.key, failures: 1, window_ends_at: windowEnd })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({
        failures: sql`case when sign_in_failures.window_ends_at <= ${now} then 1 else sign_in_failures.failures + 1 end`,
        window_ends_at: sql`case when sign_in_failures.window_ends_at <= ${now} then excluded.window_ends_at else sign_in_failures.window_ends_at end`,
      }),
    )
    .returning(['failures', 'window_ends_at'])
    .executeTakeFirstOrThrow()
  if (row.failures > limit.failures) {
    throw tooMany((row.window_ends_at.getTime() - now.getTime()) / 1000, limit.words)
  }
}

/** The person knew the password after all: earlier mistakes on this account are forgotten. */
export async function forgetAttempts(db: Db, limit: Limit): Promise<void> {
  await db.deleteFrom('sign_in_failures').where('key', '=', limit.key).execute()
}

/** Takes back one attempt that succeeded. */
export async function forgive(db: Db, limit: Limit): Promise<void> {
  await db
    .updateTable('sign_in_failures')
    .set({ failures: sql`greatest(failures - 1, 0)` })
    .where('key', '=', limit.key)
    .execute()
}

export function tooMany(seconds: number, words = 'Too many failed attempts'): AppError {
  const minutes = Math.max(1, Math.ceil(seconds / 60))
  return new AppError(
    'rate_limited',
    `${words}. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    { retryAfterSeconds: Math.max(1, seconds) },
  )
}

const KEPT_ADDRESSES = 10_000

/**
 * Counts failures by address in this process only: good enough where guessing is hopeless anyway (256 random bits)
 * and the point is to tell a client that goes on with a wrong key to stop.
 */
export function failureCounter(maximum: number) {
  const windows = new Map<string, { failures: number; endsAt: number }>()
  return {
    /** Throws `rate_limited` from the failure after the maximum on. */
    count(ip: string | null, now: Date): void {
      const key = networkOf(ip)
      const known = windows.get(key)
      const window =
        known && known.endsAt > now.getTime()
          ? known
          : { failures: 0, endsAt: addMinutes(now, WINDOW_MINUTES).getTime() }
      window.failures += 1
      // Set anew, so that the address longest without a new window is the first in the map.
      if (window !== known) windows.delete(key)
      windows.set(key, window)
      if (windows.size > KEPT_ADDRESSES) windows.delete(windows.keys().next().value ?? '')
      if (window.failures > maximum) throw tooMany((window.endsAt - now.getTime()) / 1000)
    },
  }
}
