import { Connection } from '../stage/connection.ts'
import { type Figures, figuresOf, median } from '../stage/figures.ts'
import { fits } from './filter.ts'
import type { Chance, Kind, Question } from './questions.ts'

export type Plan = { samples: number; repeat: number }

/** What one kind of request took: each round alone, and the medians of the rounds. */
export type Row = { name: string; rounds: Figures[]; p50: number; p99: number; worst: number }

export type Reading = {
  rows: Row[]
  /** Answers other than 200. */
  refused: number
  /** Lists with incidents that were not asked for, or in a wrong order. */
  unfitting: number
}

const WARM_UP_SAMPLES = 5

/** Asks everything one after the other on one connection, in as many rounds as planned. */
export async function measure(
  { port, key }: { port: number; key: string },
  kinds: readonly Kind[],
  { samples, repeat }: Plan,
  say: (line: string) => void,
): Promise<Reading> {
  const connection = await Connection.open(port)
  const head = `host: 127.0.0.1:${port}\r\nauthorization: Bearer ${key}\r\n\r\n`
  let refused = 0
  let unfitting = 0

  async function ask({ path, filter }: Question): Promise<number> {
    const sentAt = performance.now()
    const { status, body } = await connection.send(`GET ${path} HTTP/1.1\r\n${head}`)
    const took = performance.now() - sentAt
    if (status !== 200) {
      refused += 1
      say(`${status} to ${path}: ${body.slice(0, 300)}`)
    } else if (filter && !fits(filter, JSON.parse(body).items)) {
      unfitting += 1
      say(`Not what was asked for: ${path}`)
    }
    return took
  }

  const cells = kinds.map((kind, index) => ({ kind, chance: chanceOf(index), rounds: [] as Figures[] }))
  try {
    for (const { kind, chance } of cells)
      for (let sample = 0; sample < WARM_UP_SAMPLES; sample += 1) await ask(kind.ask(chance))
    for (let round = 1; round <= repeat; round += 1) {
      for (const { kind, chance, rounds } of cells) {
        const beganAt = performance.now()
        const took = []
        for (let sample = 0; sample < samples; sample += 1) took.push(await ask(kind.ask(chance)))
        rounds.push(figuresOf(took, (performance.now() - beganAt) / 1_000))
      }
      say(`Round ${round} of ${repeat} is done.`)
    }
  } finally {
    connection.close()
  }
  return { rows: cells.map(({ kind: { name }, rounds }) => toRow(name, rounds)), refused, unfitting }
}

const toRow = (name: string, rounds: Figures[]): Row => ({
  name,
  rounds,
  p50: median(rounds.map(({ p50 }) => p50)),
  p99: median(rounds.map(({ p99 }) => p99)),
  worst: Math.max(...rounds.map(({ worst }) => worst)),
})

/** The same numbers in every run (mulberry32). */
export function chanceOf(seed: number): Chance {
  let state = seed + 1
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}
