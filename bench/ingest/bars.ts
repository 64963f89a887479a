import type { ScenarioName } from '../load/scenarios.ts'

/** What a run is held against. A rate is a share of the bare server's (0.4) or answers per second (1,500). Times are in milliseconds. */
export type Bars = { share?: number; rate?: number; p50?: number; p99?: number; worst?: number }

const byConnections: Record<number, Bars> = {
  1: { p50: 3, p99: 10 },
  64: { p99: 60 },
  256: { worst: 1_000 },
}

const atSixtyFour: Partial<Record<ScenarioName, Bars>> = {
  unique: { share: 0.3 },
  same: {},
  mix: { share: 0.4 },
  event_alert: { rate: 1_500 },
}

/** MiB of the server's process. */
export const MEMORY_BARS = { atRest: 200, after: 350 }

export const barsOf = (scenario: ScenarioName, connections: number): Bars => ({
  ...byConnections[connections],
  ...(connections === 64 ? atSixtyFour[scenario] : {}),
})

type Reached = { share: number; rate: number; p50: number; p99: number; worst: number }

/** Each bar in words, with whether it was reached. */
export function judge(
  bars: Bars,
  { share, rate, p50, p99, worst }: Reached,
): { bar: string; isMet: boolean }[] {
  const judged: { bar: string; isMet: boolean }[] = []
  if (bars.share !== undefined)
    judged.push({ bar: `≥ ${bars.share * 100} % of floor`, isMet: share >= bars.share })
  if (bars.rate !== undefined) judged.push({ bar: `≥ ${bars.rate}/s`, isMet: rate >= bars.rate })
  if (bars.p50 !== undefined) judged.push({ bar: `p50 ≤ ${bars.p50}`, isMet: p50 <= bars.p50 })
  if (bars.p99 !== undefined) judged.push({ bar: `p99 ≤ ${bars.p99}`, isMet: p99 <= bars.p99 })
  if (bars.worst !== undefined) judged.push({ bar: `worst < ${bars.worst}`, isMet: worst < bars.worst })
  return judged
}
