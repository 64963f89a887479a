type Waiting<Item, Result> = {
  item: Item
  bytes: number
  since: number
  resolve(result: Result): void
  reject(error: unknown): void
}

export type GroupCommitOptions = {
  /** How many items and bytes one commit takes at most. */
  maxItems: number
  maxBytes: number
  /** How many bytes may wait; more are refused with what `overloaded` makes. */
  maxWaitingBytes: number
  overloaded(): Error
  /** Whether an error has nothing to do with the items: then they all fail with it, and are not tried one by one. */
  concernsAll?(error: unknown): boolean
  /** Hears how long the oldest item of a commit has waited. */
  onTaken?(waitedSeconds: number): void
}

/**
 * Does things together that would be slow one by one. At one item at a time nothing waits; whatever arrives while a
 * commit runs goes into the next one. An item is answered only when its commit is done. When a group fails, its
 * items are tried one by one, so that one bad item harms no other, unless the error concerns them all.
 */
export class GroupCommit<Item, Result> {
  readonly #commit: (items: Item[]) => Promise<Result[]>
  readonly #options: GroupCommitOptions
  readonly #waiting: Waiting<Item, Result>[] = []
  #waitingBytes = 0
  #running = false

  constructor(commit: (items: Item[]) => Promise<Result[]>, options: GroupCommitOptions) {
    this.#commit = commit
    this.#options = options
  }

  submit(item: Item, bytes: number): Promise<Result> {
    if (this.#waitingBytes + bytes > this.#options.maxWaitingBytes) throw this.#options.overloaded()
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    this.#waiting.push({ item, bytes, since: performance.now(), resolve, reject })
    this.#waitingBytes += bytes
    if (!this.#running) void this.#run()
    return promise
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) await this.#settle(this.#nextGroup())
    this.#running = false
  }

  #nextGroup(): Waiting<Item, Result>[] {
    const { maxItems, maxBytes, onTaken } = this.#options
    let count = 0
    let bytes = 0
    for (const { bytes: more } of this.#waiting) {
      if (count > 0 && (count === maxItems || bytes + more > maxBytes)) break
      count += 1
      bytes += more
    }
    this.#waitingBytes -= bytes
    onTaken?.((performance.now() - this.#waiting[0]!.since) / 1_000)
    return this.#waiting.splice(0, count)
  }

  async #settle(group: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.#commit(group.map(({ item }) => item))
      group.forEach(({ resolve }, index) => {
        resolve(results[index] as Result)
      })
    } catch (error) {
      if (group.length === 1 || this.#options.concernsAll?.(error))
        for (const { reject } of group) reject(error)
      else for (const waiting of group) await this.#settle([waiting])
    }
  }
}
