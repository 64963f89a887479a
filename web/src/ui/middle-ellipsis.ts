/** Titles up to this length fit into a row, or nearly. */
const LONG_TITLE = 44
const TAIL_MAX = 24
const TAIL_MIN = 8

/** The last word is a place in a program: a path, a call, a module, a line number. */
const LOOKS_LIKE_A_PLACE = /[\w)\]>][./\\:#]+[\w($]|[/\\]\w|\w\(|:\d+\)?$/

/**
 * Splits a title where it may be shortened. Of a stack-like title the end says most ("… CheckoutTotals.render"), so
 * it stays whole and the middle goes; of a sentence the end goes, and `tail` is empty. `head + tail` is the title.
 */
export function splitTitle(title: string): { head: string; tail: string } {
  const whole = { head: title, tail: '' }
  if (title.length <= LONG_TITLE) return whole
  const lastWord = title.slice(title.lastIndexOf(' ') + 1)
  if (!LOOKS_LIKE_A_PLACE.test(lastWord)) return whole

  const length = lastWord.length <= TAIL_MAX ? lastWord.length : tailLengthWithin(lastWord)
  if (length < TAIL_MIN) return whole
  return { head: title.slice(0, -length), tail: title.slice(-length) }
}

/** From a boundary within the word, so that the tail starts with a whole name. */
function tailLengthWithin(word: string): number {
  const end = word.slice(-TAIL_MAX)
  const boundary = end.search(/[./\\:#(][\w$]/)
  const length = boundary < 0 ? TAIL_MAX : TAIL_MAX - boundary
  return length < TAIL_MIN ? TAIL_MAX : length
}
