import type { HttpAnswer, HttpRequest, HttpSend } from '../platform/http-send.ts'
import type { SendOutcome } from './types.ts'

/** Worth another try, although nothing says when. */
const PASSING = new Set([408, 409, 425])

/**
 * What a status means that is neither 429 nor 5xx: they have the message, or they will never take it. `reasons` says it in words
 * that tell what to do.
 */
export function outcomeOfStatus(
  { status }: HttpAnswer,
  who: string,
  reasons: Record<number, string> = {},
): SendOutcome {
  if (status >= 200 && status < 300) return { outcome: 'sent' }
  const reason = reasons[status] ?? `${who} refused the message with HTTP ${status}.`
  return PASSING.has(status) ? { outcome: 'retry', reason } : { outcome: 'failed', reason }
}

/** Sends a request to somebody who takes the message or says by a status why not. */
export async function outcomeOf(
  http: HttpSend,
  request: HttpRequest,
  who: string,
  reasons: Record<number, string> = {},
): Promise<SendOutcome> {
  const result = await http(request)
  return result.outcome === 'answered' ? outcomeOfStatus(result.answer, who, reasons) : result
}

/** The JSON of an answer; null for anything else, as a proxy on the way may answer with a page of its own. */
export function jsonOf({ text }: HttpAnswer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

const JSON_TYPE = 'application/json; charset=utf-8'

/** Refusals that channels explain themselves, in words that tell what to do. */
export const REFUSALS = [400, 401, 403, 404, 405, 409, 410, 413, 415, 422]

export const jsonPost = (url: string, body: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': JSON_TYPE, ...headers },
  body: JSON.stringify(body),
  answers: REFUSALS,
})
