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
  /** Whether an error has nothing to do with the items: then all that wait fail with it, and none is tried. */
  concernsAll?(error: unknown): boolean
  /** Hears how long the oldest item of a commit has waited. */
  onTaken?(waitedSeconds: number): void
}

/**
 * Does things together that would be slow one by one. At one item at a time nothing waits; whatever arrives while a
 * commit runs goes into the next one. An item is answered only when its commit is done. When a group fails, each half
 * of it is tried again, so that one bad item ends up alone and harms no other, unless the error concerns them all: then
 * everything that waits fails with it, in order.
 */
export class GroupCommit<Item, Result> {
  readonly #commit: (items: Item[]) => Promise<Result[]>
  readonly #options: GroupCommitOptions
  readonly #waiting: Waiting<Item, Result>[] = []
  #waitingBytes = 0
  #running = false
  /** Of the commit that runs. */
  #abandon: (error: unknown) => void = () => {}

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

  /**
   * Waits no longer for the commit that runs, which may still happen: it fails with this error, which has to be one that
   * concerns all.
   */
  abandon(error: unknown): void {
    this.#abandon(error)
  }

  async #run(): Promise<void> {
    this.#running = true
    while (this.#waiting.length > 0) {
      const failure = await this.#settle(this.#nextGroup())
      if (!failure) continue
      this.#waitingBytes = 0
      this.#refuse(this.#waiting.splice(0), failure)
    }
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

  /** Answers the error that concerns everybody, if that is how it ended. */
  async #settle(group: Waiting<Item, Result>[]): Promise<{ error: unknown } | null> {
    try {
      const results = await this.#commitUnlessAbandoned(group.map(({ item }) => item))
      group.forEach(({ resolve }, index) => {
        resolve(results[index] as Result)
      })
      return null
    } catch (error) {
      if (this.#options.concernsAll?.(error)) return this.#refuse(group, { error })
      if (group.length > 1) return this.#settleInHalves(group)
      this.#refuse(group, { error })
      return null
    }
  }

  async #settleInHalves(group: Waiting<Item, Result>[]): Promise<{ error: unknown } | null> {
    const middle = Math.ceil(group.length / 2)
    const [first, second] = [group.slice(0, middle), group.slice(middle)]
    const failure = await this.#settle(first)
    return failure ? this.#refuse(second, failure) : this.#settle(second)
  }

  #commitUnlessAbandoned(items: Item[]): Promise<Result[]> {
    const { promise, reject } = Promise.withResolvers<never>()
    this.#abandon = reject
    return Promise.race([this.#commit(items), promise])
  }

  #refuse(group: Waiting<Item, Result>[], failure: { error: unknown }): { error: unknown } {
    for (const { reject } of group) reject(failure.error)
    return failure
  }
}
