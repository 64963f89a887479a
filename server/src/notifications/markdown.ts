/** Text from outside as Markdown shows it: as it is, on one line, and never as markup, a link or HTML. */
export const plain = (text: string): string =>
  text
    .replaceAll(/\s*\n\s*/g, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\\`*_{}[\]()#+!|~$^-]/g, '\\$&')
    // What only is markup at the beginning of a line, and what viewers make into a link by themselves.
    .replaceAll(/^(\s*\d+)\./g, '$1\\.')
    .replaceAll('://', '\\://')
    .replaceAll('www.', 'www\\.')

/** `plain` leaves no `|` that would end a cell. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(headings), line(headings.map(() => '---')), ...rows.map(line)].join('\n')
}
