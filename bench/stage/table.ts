/** A table as people read it: Markdown, so that it can be pasted, with columns that also line up as text. */
export function markdownTable(headings: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...lines.map((line) => line[column]!.length)),
  )
  const lineOf = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`
  return [lineOf(headings), rule, ...lines.map(lineOf)].join('\n')
}

export const whole = (value: number): string => value.toFixed(0)
export const wholeOr = (value: number | null): string => (value === null ? '?' : whole(value))

export type Judged = { bar: string; isMet: boolean }

export const barsInWords = (judged: readonly Judged[]): string =>
  judged.map(({ bar, isMet }) => `${bar} ${isMet ? '✓' : 'MISSED'}`).join(', ')
