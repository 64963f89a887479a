import type { JsonObject } from '#contract/common.ts'

/** What one alert's facts may take, as UTF-8 bytes of JSON. Whole event bodies reach megabytes; people read the first page. */
export const DETAILS_MAX_BYTES = 32 * 1024

const MAX_DEPTH = 20
const MAX_STRING_CODE_POINTS = 8_000
const MAX_KEY_CODE_POINTS = 200
const TOO_DEEP = '[nested too deeply]'

// Characters that are read and cut before anything is searched in them: a title of 5 MB costs no more than one of 64 KB.
const READ_UNITS = 64 * 1024

/** The first `codePoints` code points; a surrogate pair stays whole. */
export function cut(value: string, codePoints: number): string {
  if (value.length <= codePoints) return value
  let end = 0
  for (let taken = 0; taken < codePoints && end < value.length; taken++) {
    end += (value.codePointAt(end) ?? 0) > 0xffff ? 2 : 1
  }
  return value.slice(0, end)
}

/** Text that PostgreSQL stores in `text` and `jsonb`: without NUL, lone surrogates as U+FFFD. */
export const storable = (value: string): string => value.replaceAll('\u0000', '').toWellFormed()

/** Text on one line without control characters, for titles and names. Line breaks and tabs become blanks. */
export function oneLine(value: string, codePoints: number): string {
  const line = value
    .slice(0, READ_UNITS)
    .replace(/\r\n|[\t\n\v\f\r\u0085\u2028\u2029]/g, ' ')
    .replace(/\p{Cc}/gu, '')
  return cut(line.toWellFormed().trim(), codePoints).trimEnd()
}

/** Text of several lines without other control characters. */
export function paragraph(value: string, codePoints: number): string {
  const text = value
    .slice(0, READ_UNITS)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '')
  return cut(text.toWellFormed().trim(), codePoints).trimEnd()
}

/**
 * A copy of a parsed JSON object that `jsonb` takes and that is never larger than `maxBytes`: NUL and lone surrogates replaced,
 * nesting and strings cut, numbers finite. What comes first is kept; `truncated` says that something was left out.
 */
export function jsonSafe(
  value: JsonObject,
  maxBytes: number = DETAILS_MAX_BYTES,
): { value: JsonObject; truncated: boolean } {
  const budget = new Budget(maxBytes - CLOSING_BYTES)
  const copy = copyObject(value, budget, 1)
  return { value: copy, truncated: budget.truncated }
}

const BRACKETS_BYTES = 2
const SEPARATOR_BYTES = 1
// The one value that no longer fits is written as `null`, `{}`, `[]` or a shortened string.
const CLOSING_BYTES = 8

/** Bytes of JSON that may still be written. Once something did not fit, nothing more does. */
class Budget {
  truncated = false
  private left: number

  constructor(bytes: number) {
    this.left = bytes
  }

  spend(bytes: number): boolean {
    if (bytes > this.left) this.close()
    else this.left -= bytes
    return this.left >= 0
  }

  fits(bytes: number): boolean {
    return bytes <= this.left
  }

  /** Takes what is left, for a last string. */
  close(): number {
    const rest = Math.max(0, this.left)
    this.truncated = true
    this.left = -1
    return rest
  }
}

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value))

function copyValue(value: unknown, budget: Budget, depth: number): unknown {
  if (typeof value === 'string') return copyString(value, budget)
  if (typeof value === 'object' && value !== null) {
    if (depth === MAX_DEPTH) {
      budget.truncated = true
      return copyString(TOO_DEEP, budget)
    }
    return Array.isArray(value)
      ? copyArray(value, budget, depth + 1)
      : copyObject(value as JsonObject, budget, depth + 1)
  }
  const scalar = typeof value === 'boolean' || Number.isFinite(value) ? value : null
  return budget.spend(bytesOf(scalar)) ? scalar : null
}

function copyString(value: string, budget: Budget): string {
  const shortened = cut(value, MAX_STRING_CODE_POINTS)
  if (shortened !== value) budget.truncated = true
  const safe = storable(shortened)
  const bytes = bytesOf(safe)
  if (budget.fits(bytes)) {
    budget.spend(bytes)
    return safe
  }
  // A code point takes at most six bytes (`\u001f`), so this much always fits.
  return cut(safe, Math.floor(Math.max(0, budget.close() - BRACKETS_BYTES) / 6))
}

function copyArray(value: readonly unknown[], budget: Budget, depth: number): unknown[] {
  const copy: unknown[] = []
  budget.spend(BRACKETS_BYTES)
  for (const item of value) {
    if (!budget.spend(SEPARATOR_BYTES)) break
    copy.push(copyValue(item, budget, depth))
  }
  return copy
}

function copyObject(value: JsonObject, budget: Budget, depth: number): JsonObject {
  const copy: JsonObject = {}
  budget.spend(BRACKETS_BYTES)
  for (const [name, item] of Object.entries(value)) {
    const key = storable(cut(name, MAX_KEY_CODE_POINTS))
    // As an own property it would be harmless here, and a trap for whoever merges the object later.
    if (key === '__proto__' || item === undefined) continue
    if (!budget.spend(bytesOf(key) + 2 * SEPARATOR_BYTES)) break
    copy[key] = copyValue(item, budget, depth)
  }
  return copy
}
