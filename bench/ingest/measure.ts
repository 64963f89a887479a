import { availableParallelism } from 'node:os'
import type { Totals } from '../load/ledger.ts'
import type { Burst, BurstResult, LoadAnswer, LoadRequest } from '../load/load.ts'
import { type ScenarioName, SIGNED } from '../load/scenarios.ts'
import { ask } from '../stage/children.ts'
import { median } from '../stage/figures.ts'
import type { Stage } from '../stage/stage.ts'

export type Plan = {
  scenarios: ScenarioName[]
  connections: number[]
  /** Among how many server processes on one database the connections are shared out. */
  servers: number[]
  seconds: number
  repeat: number
}

/** One measurement of the server and one of the bare server, right after one another. */
export type Sample = {
  floor: BurstResult
  server: BurstResult
  /** Processor time for one delivery, in microseconds; null where the system does not say. */
  cpu: { server: number | null; postgres: number | null }
  /** Which share of the machine's processors was taken by anything else: near 0 where the figures are to be trusted. */
  others: number | null
}

export type Row = {
  scenario: ScenarioName
  connections: number
  servers: number
  samples: Sample[]
  /** Medians of the samples; `worst` is the worst of all. */
  rate: number
  share: number
  floorRate: number
  p50: number
  p99: number
  worst: number
  cpu: { server: number | null; postgres: number | null }
}

export const WARM_UP_SECONDS = 0.5
/** Until the compiler knows the code: cold, a delivery costs the server half as much again. */
export const FIRST_WARM_UP = { connections: 64, seconds: 20 }

/** How long a run takes at least, in seconds. */
export const secondsOf = ({ scenarios, connections, servers, seconds, repeat }: Plan): number => {
  const cells = scenarios.length * connections.length * servers.length
  return 2 * (FIRST_WARM_UP.seconds + cells * repeat * (seconds + WARM_UP_SECONDS))
}

/** Measures everything as often as asked, the bare server between; what is slow for a while is so for both. */
export async function measure(stage: Stage, plan: Plan, say: (line: string) => void): Promise<Row[]> {
  await warmUp(stage, plan.scenarios)
  const cells = plan.scenarios.flatMap((scenario) =>
    plan.connections.flatMap((connections) =>
      plan.servers.map((servers) => ({ scenario, connections, servers, samples: [] as Sample[] })),
    ),
  )
  for (let round = 1; round <= plan.repeat; round += 1)
    for (const { scenario, connections, servers, samples } of cells) {
      const { seconds } = plan
      samples.push(await sample(stage, { scenario, connections, seconds }, servers))
      const { rate } = samples.at(-1)!.server
      const among = servers === 1 ? '' : `, ${servers} servers`
      say(`${round}/${plan.repeat} ${scenario}, ${connections} connections${among}: ${Math.round(rate)}/s`)
    }
  return cells.map(toRow)
}

export async function warmUp(stage: Stage, scenarios: readonly ScenarioName[]): Promise<void> {
  const { connections, seconds } = FIRST_WARM_UP
  for (const scenario of scenarios)
    await sample(stage, { scenario, connections, seconds: seconds / scenarios.length })
}

/** The bare server, and right after it the server. */
export async function sample(
  stage: Stage,
  burst: Omit<Burst, 'target' | 'warmUpSeconds'>,
  servers?: number,
): Promise<Sample> {
  const all = SIGNED.includes(burst.scenario) ? stage.signed : stage.unsigned
  const target = { ...all, ports: all.ports.slice(0, servers) }
  const startedAt = performance.now()
  const before = stage.cpu()
  const floor = await fire(stage, {
    ...burst,
    target: { ...target, ports: [stage.floorPort], isFloor: true },
  })
  const between = stage.cpu()
  const server = await fire(stage, { ...burst, target: { ...target, isFloor: false } })
  const after = stage.cpu()
  const available = (availableParallelism() * (performance.now() - startedAt)) / 1_000
  const ours = difference(before.ours, after.ours)
  return {
    floor,
    server,
    cpu: {
      server: each(difference(between.server, after.server), server.answers),
      postgres: each(difference(between.postgres, after.postgres), server.answers),
    },
    others: ours === null ? null : Math.max(0, after.machine - before.machine - ours) / available,
  }
}

const difference = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to - from

const each = (seconds: number | null, times: number): number | null =>
  seconds === null ? null : (seconds * 1_000_000) / times

async function fire(stage: Stage, burst: Omit<Burst, 'warmUpSeconds'>): Promise<BurstResult> {
  const answer = await askLoad(stage, { burst: { ...burst, warmUpSeconds: WARM_UP_SECONDS } })
  if (!('result' in answer)) throw new Error('A burst was not answered with its result')
  return answer.result
}

/** What the sender remembers, when all is over. */
export async function totalsOf(stage: Stage): Promise<Totals> {
  const answer = await askLoad(stage, { finish: true })
  if (!('totals' in answer)) throw new Error('The end was not answered with totals')
  return answer.totals
}

async function askLoad(stage: Stage, request: LoadRequest): Promise<LoadAnswer> {
  const answer = await ask<LoadAnswer>(stage.load, request)
  if ('failed' in answer) throw new Error(`The measurement was broken off: ${answer.failed}`)
  return answer
}

export function toRow(cell: Pick<Row, 'scenario' | 'connections' | 'servers' | 'samples'>): Row {
  const { samples } = cell
  const of = (value: (sample: Sample) => number) => median(samples.map(value))
  const cpuOf = (value: (sample: Sample) => number | null) => {
    const known = samples.map(value).filter((microseconds) => microseconds !== null)
    return known.length === 0 ? null : median(known)
  }
  return {
    ...cell,
    rate: of(({ server }) => server.rate),
    share: of(({ server, floor }) => server.rate / floor.rate),
    floorRate: of(({ floor }) => floor.rate),
    p50: of(({ server }) => server.p50),
    p99: of(({ server }) => server.p99),
    worst: Math.max(...samples.map(({ server }) => server.worst)),
    cpu: { server: cpuOf(({ cpu }) => cpu.server), postgres: cpuOf(({ cpu }) => cpu.postgres) },
  }
}
