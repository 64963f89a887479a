/** A list that does not jump under the pointer: `held` is what waits to be shown, `gone` what left the list meanwhile. */
export type Steady<Item> = { shown: Item[]; held: number; gone: ReadonlySet<string> }

/**
 * What to show of the latest list while the reader must not lose their place. Rows keep their places and get their
 * latest values; what is older than all of them (the next page) is added below; what is new waits.
 */
export function settle<Item extends { id: string }>(
  shown: readonly Item[],
  latest: readonly Item[],
  isHeld: boolean,
): Steady<Item> {
  if (!isHeld || shown.length === 0) return { shown: [...latest], held: 0, gone: new Set() }

  const byId = new Map(latest.map((item) => [item.id, item]))
  const known = new Set(shown.map(({ id }) => id))
  const lastKnown = latest.findLastIndex(({ id }) => known.has(id))
  const older = lastKnown < 0 ? [] : latest.slice(lastKnown + 1)
  const fresh = latest.filter(({ id }) => !known.has(id)).length - older.length
  return {
    shown: [...shown.map((item) => byId.get(item.id) ?? item), ...older],
    held: fresh,
    gone: new Set(shown.filter(({ id }) => !byId.has(id)).map(({ id }) => id)),
  }
}
