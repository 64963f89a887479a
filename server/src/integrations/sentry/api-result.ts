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
  if (result.outcome === 'failed') return { outcome: 'rejected', status: 0, reason: result.reason }
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

/** https://docs.sentry.io/api/ratelimits/: `X-Sentry-Rate-Limit-Reset` is in Unix seconds. */
function pauseOf(headers: Record<string, string>, now: Date): number {
  const after = Number.parseInt(headers['retry-after'] ?? '', 10)
  const reset = Number.parseFloat(headers['x-sentry-rate-limit-reset'] ?? '') - now.getTime() / 1_000
  const asked = [after, reset].filter((seconds) => seconds > 0)
  return asked.length > 0 ? Math.min(Math.ceil(Math.max(...asked)), PAUSE_SECONDS_MAX) : PAUSE_SECONDS
}

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
