/** JSON laid out to be read; anything else as it came. */
export function prettyJson(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2)
  } catch {
    return body
  }
}

/** Headers as they stand in a request, one a line. */
export const headerLines = (headers: Record<string, string | string[]>): string =>
  Object.entries(headers)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}: ${value}`))
    .join('\n')

/** `812 bytes`, `1.4 KiB`, `4.8 MiB`. */
export function bytesWords(bytes: number): string {
  if (bytes < 1_024) return bytes === 1 ? '1 byte' : `${bytes} bytes`
  if (bytes < 1_024 ** 2) return `${(bytes / 1_024).toFixed(1)} KiB`
  return `${(bytes / 1_024 ** 2).toFixed(1)} MiB`
}
