/** The same list with one of its items a place further or back; beyond the ends nothing happens. */
export function moved<Item>(items: readonly Item[], from: number, by: 1 | -1): Item[] {
  const to = from + by
  if (to < 0 || to >= items.length) return [...items]
  const result = [...items]
  ;[result[from], result[to]] = [result[to]!, result[from]!]
  return result
}
