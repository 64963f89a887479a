/**
 * What GSM phones write in seven bits: https://www.etsi.org/deliver/etsi_ts/123000_123099/123038/. A single other character makes
 * the whole message take twice as many parts.
 */
const ONE = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const TWO = new Set('^{}\\[~]|€')

/** Typography that says the same in plain letters. */
const PLAIN: Record<string, string> = {
  '‘': "'",
  '’': "'",
  '‚': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '→': '->',
  '\u00a0': ' ',
  '\t': ' ',
}

export const inPlainLetters = (text: string): string =>
  text.replace(/[^\n -~]/gu, (character) => PLAIN[character] ?? character)

/** How much room a text takes: characters as phones count them, whichever alphabet it needs. */
export function lengthOf(text: string): number {
  const points = Array.from(text)
  const isGsm = points.every((point) => ONE.has(point) || TWO.has(point))
  return isGsm ? points.reduce((sum, point) => sum + (TWO.has(point) ? 2 : 1), 0) : text.length
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** At most so long, cut between two characters as people see them, with three dots where something is missing. */
export function cutTo(text: string, maximum: number): string {
  if (lengthOf(text) <= maximum) return text
  let kept = ''
  for (const { segment } of graphemes.segment(text)) {
    if (lengthOf(`${kept}${segment}...`) > maximum) break
    kept += segment
  }
  return `${kept.trimEnd()}...`
}
