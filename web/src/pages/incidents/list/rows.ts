// The focus is the browser's own, so that screen readers, Tab and these keys agree on where the reader is.

/** The id of the incident whose row has the focus. */
export const focusedRow = (): string | null =>
  document.activeElement?.closest<HTMLElement>('[data-incident]')?.dataset.incident ?? null

export function focusRow(id: string): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-incident]')]
  const row = rows.find(({ dataset }) => dataset.incident === id)
  row?.querySelector<HTMLElement>('[data-row-link]')?.focus()
  row?.scrollIntoView({ block: 'nearest' })
}
