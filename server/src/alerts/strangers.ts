import { networkOf } from '../people/throttle.ts'
import { REFUSALS_KEPT_PER_MINUTE } from './budget.ts'
import { minuteOf } from './store.ts'

/** How many deliveries without a genuine signature one address may have recorded on an integration in a minute. */
export const RECORDED_PER_ADDRESS = REFUSALS_KEPT_PER_MINUTE / 5

const KNOWN_MAX = 10_000

/** Refused deliveries of one integration and minute that are not recorded one by one. */
export type RefusalCount = { ref: string; minute: Date; refused: number }

/**
 * Whoever sends without a genuine signature, by address, in this process only. Beyond their limit they still get their
 * 401, but no transaction: they are counted, and the counts are written together.
 */
export class Strangers {
  /** Where each address stands in its latest minute; the longest silent one comes first and is forgotten first. */
  readonly #seen = new Map<string, { minute: number; recorded: number }>()
  readonly #counts = new Map<string, RefusalCount>()

  get isEmpty(): boolean {
    return this.#counts.size === 0
  }

  /** How many addresses are remembered. */
  get size(): number {
    return this.#seen.size
  }

  /** Whether this one may still be recorded; counts it as recorded if so. */
  admits(ref: string, address: string, at: Date): boolean {
    const name = `${ref} ${networkOf(address)}`
    const minute = minuteOf(at).getTime()
    const known = this.#seen.get(name)
    const recorded = known?.minute === minute ? known.recorded : 0
    const isAdmitted = recorded < RECORDED_PER_ADDRESS
    this.#seen.delete(name)
    this.#seen.set(name, { minute, recorded: isAdmitted ? recorded + 1 : recorded })
    if (this.#seen.size > KNOWN_MAX) this.#seen.delete(this.#seen.keys().next().value ?? '')
    return isAdmitted
  }

  count(ref: string, at: Date): void {
    this.#add({ ref, minute: minuteOf(at), refused: 1 })
  }

  /** Hands the counts over to be written. */
  take(): RefusalCount[] {
    const counts = [...this.#counts.values()]
    this.#counts.clear()
    return counts
  }

  /** They could not be written. */
  giveBack(counts: readonly RefusalCount[]): void {
    for (const count of counts) this.#add(count)
  }

  #add({ ref, minute, refused }: RefusalCount): void {
    const name = `${ref} ${minute.getTime()}`
    const before = this.#counts.get(name)?.refused ?? 0
    this.#counts.set(name, { ref, minute, refused: before + refused })
  }
}
