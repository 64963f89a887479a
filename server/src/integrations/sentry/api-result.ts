import { NoJson } from './api-json.ts'
import { line, object } from './payload.ts'

/** How requests go out; whoever calls decides with which limits. */
export type SentrySend = (request: {
  method: 'GET' | 'POST' | 'PUT'
  url: string
  headers: Record<string, string>
  body?: string
  /** Statuses besides 2xx that are read here. */
  answers: readonly number[]
}) => Promise<
  | { outcome: 'answered'; answer: { status: number; headers: Record<string, string>; text: string } }
  | { outcome: 'retry'; reason: string; afterSeconds?: number }
  | { outcome: 'failed'; reason: string }
>

/**
 * `refused`: the token is wrong (401) or may not do this (403). `rejected`: Sentry will never take this request. `later`: it may work
 * again; `isAway` when the host is the trouble and not this request, `pauseSeconds` when Sentry asked for a pause of everything.
 */
export type ApiResult<Value> =
  | { outcome: 'ok'; value: Value; headers: Record<string, string> }
  | { outcome: 'refused'; status: 401 | 403; reason: string }
  | { outcome: 'rejected'; status: number; reason: string }
  | { outcome: 'later'; reason: string; isAway: boolean; pauseSeconds: number | null }

const TOO_MANY = 429

export function resultOf<Value>(
  result: Awaited<ReturnType<SentrySend>>,
  now: Date,
  read: (text: string) => Value,
): ApiResult<Value> {
  // It cannot be sent there, or leads elsewhere: that is mended by an administrator, and then it works.
  if (result.outcome === 'failed')
    return { outcome: 'later', reason: result.reason, isAway: true, pauseSeconds: null }
  if (result.outcome === 'retry') {
    const pauseSeconds = result.afterSeconds ?? null
    return { outcome: 'later', reason: result.reason, isAway: true, pauseSeconds }
  }
  const { status, headers, text } = result.answer
  if (status === 401 || status === 403)
    return { outcome: 'refused', status, reason: `Sentry answered ${status}${saidIn(text)}` }
  if (status === TOO_MANY) {
    const reason = 'Sentry asks for a pause: too many requests'
    return { outcome: 'later', reason, isAway: false, pauseSeconds: pauseOf(headers, now) }
  }
  if (status === 408 || status === 425)
    return { outcome: 'later', reason: `Sentry answered ${status}`, isAway: true, pauseSeconds: null }
  if (status >= 400)
    return { outcome: 'rejected', status, reason: `Sentry answered ${status}${saidIn(text)}` }
  try {
    return { outcome: 'ok', value: read(text), headers }
  } catch (error) {
    if (!(error instanceof NoJson)) throw error
    return { outcome: 'later', reason: error.message, isAway: true, pauseSeconds: null }
  }
}

const PAUSE_SECONDS = 60
const PAUSE_SECONDS_MAX = 3_600

/** For how long Sentry is left in peace; null when it does not ask for that. The last request that it takes says so too. */
export function pauseAskedBy(result: ApiResult<unknown>, now: Date): number | null {
  if (result.outcome === 'later') return result.pauseSeconds
  if (result.outcome !== 'ok' || result.headers['x-sentry-rate-limit-remaining'] !== '0') return null
  const seconds = secondsUntilReset(result.headers, now)
  return seconds > 0 ? Math.min(Math.ceil(seconds), PAUSE_SECONDS) : null
}

function pauseOf(headers: Record<string, string>, now: Date): number {
  const asked = [secondsUntilRetry(headers, now), secondsUntilReset(headers, now)].filter(
    (seconds) => seconds > 0,
  )
  return asked.length > 0 ? Math.min(Math.ceil(Math.max(...asked)), PAUSE_SECONDS_MAX) : PAUSE_SECONDS
}

/** Seconds, or the time as HTTP writes it. */
function secondsUntilRetry({ 'retry-after': after = '' }: Record<string, string>, now: Date): number {
  return /^\s*\d/.test(after) ? Number.parseInt(after, 10) : (Date.parse(after) - now.getTime()) / 1_000
}

/** https://docs.sentry.io/api/ratelimits/: in Unix seconds. */
const secondsUntilReset = (headers: Record<string, string>, now: Date) =>
  Number.parseFloat(headers['x-sentry-rate-limit-reset'] ?? '') - now.getTime() / 1_000

/** `: You do not have permission…`, the words of Sentry's errors, where they are there. */
function saidIn(text: string): string {
  try {
    const { detail, message, error } = object(JSON.parse(text))
    const said =
      line(detail, 200) ?? line(object(detail).message, 200) ?? line(message, 200) ?? line(error, 200)
    return said ? `: ${said}` : ''
  } catch {
    return ''
  }
}
