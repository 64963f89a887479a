import type { HttpAnswer } from './http-send.ts'

const SAID_MAX = 200

/** The sentence in an answer that says what is wrong, cut to a line. `hide` goes first: nobody recognises half of a secret. */
export function whatItSaid({ text }: Pick<HttpAnswer, 'text'>, hide: (text: string) => string): string {
  const line = hide(sentenceIn(text) ?? withoutTags(text))
    // No database takes a NUL: what happened could not be written down.
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .toWellFormed()
    .trim()
  return line.length > SAID_MAX ? `${line.slice(0, SAID_MAX).toWellFormed()}…` : line
}

const withoutTags = (text: string) =>
  text
    .slice(0, 4_000)
    .replace(/<(script|style)[\s\S]*?<\/\1>/gi, '')
    .replace(/<[^>]*>/g, ' ')

/** Providers agree on JSON, not on the name of the field. */
const FIELDS = ['message', 'error_description', 'description', 'detail', 'error', 'reason', 'title', 'errors']

function sentenceIn(text: string): string | null {
  try {
    return find(JSON.parse(text), 0)
  } catch {
    return null
  }
}

const DEEP_MAX = 3

function find(value: unknown, depth: number): string | null {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return depth < DEEP_MAX ? find(value[0], depth + 1) : null
  if (typeof value !== 'object' || value === null || depth >= DEEP_MAX) return null
  for (const field of FIELDS) {
    const found = field in value ? find((value as Record<string, unknown>)[field], depth + 1) : null
    if (found) return found
  }
  return null
}

const WAIT_MAX_SECONDS = 3_600

/** When it is worth trying again: from the header, or from the body as Telegram and Discord write it. */
export function retryAfterSeconds({ headers, text }: HttpAnswer, now: Date): number | null {
  const seconds = secondsOf(headers['retry-after'] ?? '', now) ?? secondsInBody(text)
  if (seconds === null || !Number.isFinite(seconds)) return null
  return Math.min(Math.max(Math.ceil(seconds), 0), WAIT_MAX_SECONDS)
}

function secondsOf(header: string, now: Date): number | null {
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header)
  const at = header ? Date.parse(header) : Number.NaN
  return Number.isNaN(at) ? null : (at - now.getTime()) / 1_000
}

function secondsInBody(text: string): number | null {
  try {
    const body = JSON.parse(text)
    const seconds = body?.parameters?.retry_after ?? body?.retry_after
    return typeof seconds === 'number' ? seconds : null
  } catch {
    return null
  }
}
