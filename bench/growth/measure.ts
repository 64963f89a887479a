import {
  FIRST_WARM_UP,
  type Row,
  type Sample,
  sample,
  toRow,
  WARM_UP_SECONDS,
  warmUp,
} from '../ingest/measure.ts'
import type { ScenarioName } from '../load/scenarios.ts'
import { median } from '../stage/figures.ts'
import type { Stage } from '../stage/stage.ts'

export type Plan = { scenarios: ScenarioName[]; connections: number[]; seconds: number; repeat: number }

/** The same deliveries to an empty database and to one with a history, in turn. */
export type Comparison = {
  scenario: ScenarioName
  connections: number
  empty: Row
  grown: Row
  /** Grown to empty, each round compared with itself: the median of all rounds. */
  rateRatio: number
  p99Ratio: number
}

type Stages = { empty: Stage; grown: Stage }

/** How long it takes at least, in seconds. */
export const secondsOf = ({ scenarios, connections, seconds, repeat }: Plan): number =>
  4 * (FIRST_WARM_UP.seconds + scenarios.length * connections.length * repeat * (seconds + WARM_UP_SECONDS))

/** Measures as often as asked, the two right after one another; each of them goes first in every other round. */
export async function compare(
  stages: Stages,
  plan: Plan,
  say: (line: string) => void,
): Promise<Comparison[]> {
  for (const stage of Object.values(stages)) await warmUp(stage, plan.scenarios)
  const cells = plan.scenarios.flatMap((scenario) =>
    plan.connections.map((connections) => ({
      scenario,
      connections,
      samples: { empty: [] as Sample[], grown: [] as Sample[] },
    })),
  )
  for (let round = 1; round <= plan.repeat; round += 1)
    for (const { scenario, connections, samples } of cells) {
      const burst = { scenario, connections, seconds: plan.seconds }
      for (const name of round % 2 === 1 ? (['empty', 'grown'] as const) : (['grown', 'empty'] as const))
        samples[name].push(await sample(stages[name], burst))
      const [empty, grown] = [samples.empty, samples.grown].map((all) => Math.round(all.at(-1)!.server.rate))
      say(
        `${round}/${plan.repeat} ${scenario}, ${connections} connections: empty ${empty}/s, grown ${grown}/s`,
      )
    }
  return cells.map(toComparison)
}

type Cell = { scenario: ScenarioName; connections: number; samples: { empty: Sample[]; grown: Sample[] } }

function toComparison({ scenario, connections, samples: { empty, grown } }: Cell): Comparison {
  const ratio = (of: (sample: Sample) => number) =>
    median(grown.map((sample, round) => of(sample) / of(empty[round]!)))
  return {
    scenario,
    connections,
    empty: toRow({ scenario, connections, servers: 1, samples: empty }),
    grown: toRow({ scenario, connections, servers: 1, samples: grown }),
    rateRatio: ratio(({ server }) => server.rate),
    p99Ratio: ratio(({ server }) => server.p99),
  }
}
