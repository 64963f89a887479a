import { parseJsonBody } from '../json-body.ts'

const REDACTED = '"[redacted]"'

/**
 * The body with every `installation.code` replaced: it is exchanged for an access token to the Sentry organization.
 * All other bytes stay as they came; the same buffer when there is no code. Bodies that are no JSON are searched by pattern.
 */
export function redactInstallationCode(rawBody: Buffer): Buffer {
  if (!mayHoldCode(rawBody)) return rawBody
  // One character per byte, so that positions are offsets and no byte is changed by decoding.
  const text = rawBody.toString('latin1')
  const spans = secretSpans(text)
  const scanned = spans.length === 0 ? text : replaceSpans(text, spans)
  const redacted = 'object' in parseJsonBody(rawBody) ? scanned : redactByPattern(scanned)
  return redacted === text ? rawBody : Buffer.from(redacted, 'latin1')
}

/** Nearly every body has no such key, not even written as `\u0063ode`, and is spared the scan. */
const mayHoldCode = (rawBody: Buffer) => rawBody.includes('code"') || rawBody.includes('\\u00')

const redactByPattern = (text: string) =>
  text.includes('installation')
    ? text.replace(/("code"\s*:\s*)("[^"\\]*(?:\\[\s\S][^"\\]*)*"?|[^\s"{[,}\]]+)/g, `$1${REDACTED}`)
    : text

type Span = { start: number; end: number }

function replaceSpans(text: string, spans: readonly Span[]): string {
  const kept = spans.map(({ start }, index) => text.slice(spans[index - 1]?.end ?? 0, start))
  return [...kept, text.slice(spans.at(-1)?.end ?? 0)].join(REDACTED)
}

/** Where the values of `installation.code` lie. Iterative, so that no nesting is too deep; a body that was cut off ends its last value. */
function secretSpans(text: string): Span[] {
  const spans: Span[] = []
  const open: { name: string; key: string }[] = []
  let secretFrom: { at: number; depth: number } | null = null

  const isSecret = () => {
    const inside = open.at(-1)
    return secretFrom === null && inside?.name === 'installation' && inside.key === 'code'
  }
  const add = (start: number, end: number) => {
    if (text.slice(start, end) !== REDACTED && text.slice(start, end) !== 'null') spans.push({ start, end })
  }

  for (let at = 0; at < text.length; ) {
    const character = text[at]
    if (character === '{' || character === '[') {
      if (isSecret()) secretFrom = { at, depth: open.length }
      const inside = open.at(-1)
      // The objects of a list carry the name of the list.
      open.push({ name: inside?.key || inside?.name || '', key: '' })
      at++
    } else if (character === '}' || character === ']') {
      open.pop()
      at++
      if (secretFrom?.depth === open.length) {
        add(secretFrom.at, at)
        secretFrom = null
      }
    } else if (character === '"') {
      const end = endOfString(text, at)
      const inside = open.at(-1)
      if (inside && isFollowedByColon(text, end)) inside.key = decodeKey(text.slice(at, end))
      else if (isSecret()) add(at, end)
      at = end
    } else if (character === ',') {
      const inside = open.at(-1)
      if (inside) inside.key = ''
      at++
    } else if (/[\s:]/.test(character ?? '')) {
      at++
    } else {
      const end = endOfLiteral(text, at)
      if (isSecret()) add(at, end)
      at = end
    }
  }
  if (secretFrom) add(secretFrom.at, text.length)
  return spans
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '"') return at + 1
  }
  return text.length
}

function endOfLiteral(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && !/[\s"{}[\]:,]/.test(text[at] ?? '')) at++
  return at
}

function isFollowedByColon(text: string, from: number): boolean {
  let at = from
  while (/\s/.test(text[at] ?? '')) at++
  return text[at] === ':'
}

function decodeKey(token: string): string {
  if (!token.includes('\\')) return token.slice(1, -1)
  try {
    return String(JSON.parse(token))
  } catch {
    return token
  }
}
