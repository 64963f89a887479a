import type { HttpAnswer } from '../stage/connection.ts'
import { dedupKeyOf } from './messages.ts'
import type { Shot } from './scenarios.ts'

/** What the server has confirmed, as the sender remembers it. */
export type Totals = {
  accepted: number
  /** Accepted deliveries that report a problem, new or known. */
  triggers: number
  /** Deliveries that were answered in another way, by status. */
  refused: Record<string, number>
  /** Problems that were reported and not resolved since, each once, sorted. */
  openKeys: string[]
  /** Problems that were ever reported, each as often as it began. */
  incidents: number
}

/** Keeps the books of a run, to be compared with the database afterwards. */
export class Ledger {
  readonly #open = new Set<number>()
  readonly #refused = new Map<number, number>()
  #accepted = 0
  #triggers = 0
  #incidents = 0

  enter({ issue, effect }: Shot, { status }: HttpAnswer): void {
    if (status !== 202) {
      this.#refused.set(status, (this.#refused.get(status) ?? 0) + 1)
      return
    }
    this.#accepted += 1
    if (effect === 'close') {
      this.#open.delete(issue)
      return
    }
    this.#triggers += 1
    if (!this.#open.has(issue)) this.#incidents += 1
    this.#open.add(issue)
  }

  get totals(): Totals {
    return {
      accepted: this.#accepted,
      triggers: this.#triggers,
      refused: Object.fromEntries(this.#refused),
      openKeys: [...this.#open].map(dedupKeyOf).sort(),
      incidents: this.#incidents,
    }
  }
}
