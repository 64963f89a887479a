import type { FoldedProblem, Storm } from './storm.ts'

/** The storms of one transaction, as a working set: read once, changed in memory, written once. */
export class StormSet {
  readonly #storms = new Map<string, Storm>()
  readonly #problems = new Map<string, FoldedProblem>()
  /** What waits for an incident of its own, by every name it goes by. */
  readonly #waiting = new Map<string, string>()
  readonly #touchedStorms = new Set<string>()
  readonly #touched = new Set<string>()

  /** Puts them in as the database has them. */
  load(storms: readonly Storm[], problems: readonly FoldedProblem[]): void {
    for (const storm of storms) this.#storms.set(storm.incidentId, storm)
    for (const problem of problems) this.#keep(problem)
  }

  get(stormId: string): Storm | null {
    return this.#storms.get(stormId) ?? null
  }

  getProblem(stormId: string, dedupKey: string): FoldedProblem | null {
    return this.#problems.get(nameOf(stormId, dedupKey)) ?? null
  }

  /** The problem that waits under one of these names. */
  findWaiting(serviceId: string, names: readonly string[]): FoldedProblem | null {
    for (const name of names) {
      const problem = this.#problems.get(this.#waiting.get(nameOf(serviceId, name)) ?? '')
      if (problem?.state === 'folded') return problem
    }
    return null
  }

  putStorm(storm: Storm): void {
    this.#storms.set(storm.incidentId, storm)
    this.#touchedStorms.add(storm.incidentId)
  }

  put(problem: FoldedProblem): void {
    this.#keep(problem)
    this.#touched.add(nameOf(problem.stormId, problem.dedupKey))
  }

  /** What is to be written. */
  get storms(): Storm[] {
    return [...this.#touchedStorms].map((id) => this.#storms.get(id)!)
  }
  get problems(): FoldedProblem[] {
    return [...this.#touched].map((name) => this.#problems.get(name)!)
  }
  /** The storms of which anything has changed. */
  get touchedIds(): string[] {
    return [...new Set([...this.#touchedStorms, ...this.problems.map(({ stormId }) => stormId)])]
  }

  #keep(problem: FoldedProblem): void {
    const own = nameOf(problem.stormId, problem.dedupKey)
    this.#problems.set(own, problem)
    if (problem.state !== 'folded') return
    // A name that another problem has already stays with that one.
    for (const name of problem.names) {
      if (this.findWaiting(problem.serviceId, [name]) === null)
        this.#waiting.set(nameOf(problem.serviceId, name), own)
    }
  }
}

const nameOf = (of: string, key: string) => `${of} ${key}`
