import pg from 'pg'

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'
const UNIQUE_VIOLATION = '23505'
const ATTEMPTS = 4

/** Runs a whole transaction again when another one came between. Anything else is thrown on at once. */
export async function retryOnConflict<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction()
    } catch (error) {
      if (attempt === ATTEMPTS || !isConflict(error)) throw error
    }
  }
}

const isConflict = (error: unknown) =>
  isDatabaseError(error, [SERIALIZATION_FAILURE, DEADLOCK, UNIQUE_VIOLATION])

export const isUniqueViolation = (error: unknown) => isDatabaseError(error, [UNIQUE_VIOLATION])

const isDatabaseError = (error: unknown, codes: readonly string[]) =>
  error instanceof pg.DatabaseError && error.code !== undefined && codes.includes(error.code)

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
])
/**
 * Connection lost (08), refused to us (28, 3D), out of resources (53), going down or coming up (57P), broken below (58, F0,
 * XX), or a primary that has become a standby (25006): nothing of it is the fault of what was asked.
 */
const AWAY_STATES = /^(08|25006|28|3D|53|57P|58|F0|XX)/

const QUERY_CANCELED = '57014'
/** Whether a statement took longer than it may, see `connect`. */
export const isTooSlow = (error: unknown) => isDatabaseError(error, [QUERY_CANCELED])

/** Whether others came between, or there was much to do: the same may work the next time. */
export const isPassing = (error: unknown) =>
  isDatabaseError(error, [SERIALIZATION_FAILURE, DEADLOCK, QUERY_CANCELED])

/** Whether the database could not be reached, so that the same may work in a moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    AWAY.has(code) ||
    (error instanceof pg.DatabaseError && AWAY_STATES.test(code)) ||
    /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i.test(
      error.message,
    )
  )
}
