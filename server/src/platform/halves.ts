import { isDatabaseAway } from './retry.ts'

type Batch<Item> = {
  /** Works on the chosen ones, or on what is due when none are; tells `held` which those are before it can break. */
  run: (chosen: readonly Item[] | null, held: (items: readonly Item[]) => void) => Promise<string[]>
  /** What becomes of one that breaks by itself. */
  alone: (item: Item, error: unknown) => Promise<string[]>
}

/**
 * Runs a batch; one that breaks is run in halves until what breaks it is alone, so that nothing holds up all others. A database that
 * is away is nobody's fault and thrown on. Returns the ids of all that is done.
 */
export async function inHalves<Item>(
  { run, alone }: Batch<Item>,
  chosen: readonly Item[] | null = null,
): Promise<string[]> {
  let items: readonly Item[] = []
  try {
    return await run(chosen, (held) => {
      items = held
    })
  } catch (error) {
    const [first] = items
    if (first === undefined || isDatabaseAway(error)) throw error
    if (items.length === 1) return alone(first, error)
    const middle = Math.ceil(items.length / 2)
    const done = await inHalves({ run, alone }, items.slice(0, middle))
    return [...done, ...(await inHalves({ run, alone }, items.slice(middle)))]
  }
}
