const HIDDEN = '[hidden]'
/** Shorter ones would hide ordinary words, and protect nothing. */
const SECRET_MIN = 6

/** `text` without these secrets, however they may be written in it. */
export function redact(text: string, secrets: Iterable<string>): string {
  let redacted = text
  for (const form of formsOf(secrets)) redacted = redacted.replaceAll(form, HIDDEN)
  return redacted
}

/** The longest first, as one may be a part of another. */
function formsOf(secrets: Iterable<string>): string[] {
  const forms = [...secrets]
    .filter(({ length }) => length >= SECRET_MIN)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
    ])
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length)
}

/** Segments of a path that are long enough to be a credential, as in the address of an incoming webhook. */
const CREDENTIAL_MIN = 8

/** What in a request is or may be a credential: a provider that repeats it in an error must not put it into our log. */
export function secretsOfRequest({
  url,
  headers = {},
}: {
  url: string
  headers?: Record<string, string> | undefined
}): string[] {
  const { username, password, pathname, searchParams } = new URL(url)
  const inHeaders = Object.entries(headers)
    .filter(([name]) => /auth|key|token|secret|signature/i.test(name))
    .flatMap(([, value]) => [value, ...value.split(/\s+/), ...insideBasic(value)])
  return [
    ...[username, password].map(percentDecoded),
    ...pathname.split('/').filter((part) => part.length >= CREDENTIAL_MIN && /\d/.test(part)),
    ...searchParams.values(),
    ...inHeaders,
  ]
}

/** As it is where a percent sign stands for itself: people write passwords into addresses as they are. */
export function percentDecoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function insideBasic(value: string): string[] {
  const [scheme = '', encoded = ''] = value.split(/\s+/)
  if (scheme.toLowerCase() !== 'basic') return []
  const decoded = Buffer.from(encoded, 'base64').toString()
  return [decoded, ...decoded.split(':')]
}
