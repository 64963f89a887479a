/** What Sentry has sent is no JSON: an error page of a proxy, or an answer that was cut off. */
export class NoJson extends Error {
  override name = 'NoJson'
}

export function parseJsonText(text: string): unknown {
  // An answer without content, as after a deletion.
  if (text.trim() === '') return null
  try {
    return JSON.parse(text)
  } catch {
    throw new NoJson(
      text.trimStart().startsWith('<')
        ? 'Sentry answered with a web page in place of JSON: is this the address of Sentry itself?'
        : 'The answer of Sentry was cut off, or is no JSON',
    )
  }
}
