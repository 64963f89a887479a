import { useCallback, useState } from 'react'

type Selection = { ids: ReadonlySet<string>; anchor: string | null }

export const emptySelection: Selection = { ids: new Set(), anchor: null }

/** Selects one row or lets it go; with `isRange`, everything from the row touched last up to this one is selected. */
export function toggle(
  selection: Selection,
  order: readonly string[],
  id: string,
  isRange: boolean,
): Selection {
  const ids = new Set(selection.ids)
  const from = selection.anchor === null ? -1 : order.indexOf(selection.anchor)
  if (isRange && from >= 0) {
    const to = order.indexOf(id)
    for (const one of order.slice(Math.min(from, to), Math.max(from, to) + 1)) ids.add(one)
  } else if (!ids.delete(id)) {
    ids.add(id)
  }
  return { ids, anchor: id }
}

/** What is selected in a list; rows that left the list are not. */
export function useSelection(order: readonly string[]) {
  const [selection, setSelection] = useState(emptySelection)
  return {
    ids: new Set(order.filter((id) => selection.ids.has(id))) as ReadonlySet<string>,
    toggle: (id: string, isRange = false) => setSelection((now) => toggle(now, order, id, isRange)),
    selectAll: () => setSelection({ ids: new Set(order), anchor: null }),
    clear: useCallback(() => setSelection(emptySelection), []),
  }
}
