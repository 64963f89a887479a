import { Connection } from '../stage/connection.ts'
import { type Figures, figuresOf } from '../stage/figures.ts'
import { Ledger, type Totals } from './ledger.ts'
import type { Target } from './messages.ts'
import { SCENARIOS, type Scenario, type ScenarioName } from './scenarios.ts'

/** One measurement: as many requests at a time as there are connections, each sent when the one before is answered. */
export type Burst = {
  scenario: ScenarioName
  connections: number
  seconds: number
  /** Not measured, but entered in the books like everything else. */
  warmUpSeconds: number
  /** Of a bare server nothing is entered. */
  target: Target & { isFloor: boolean }
}

export type BurstResult = Figures & {
  /** Of everything that was sent, the warm-up too. */
  answers: number
  /** How much of one processor it took to send it: 1 when this process can send no more. */
  generatorShare: number
}

export type LoadRequest = { burst: Burst } | { finish: true }
export type LoadAnswer = { result: BurstResult } | { totals: Totals } | { failed: string }

/** How many issues the history has that the server is given. */
const PAST_ISSUES = Number(process.env.PAST_ISSUES ?? 0)
const LAST_ANSWERS_WITHIN_MS = 30_000

const ledger = new Ledger()
const scenarios = new Map<ScenarioName, Scenario>()
let issues = 0
const newIssue = () => {
  issues += 1
  return issues
}

// A process of its own: what it costs to send is not on the server's account.
process.on('message', (request: LoadRequest) => {
  answer(request).then(tell, (error: unknown) => tell({ failed: String(error) }))
})
process.on('disconnect', () => process.exit(0))

const tell = (message: LoadAnswer) => process.send?.(message)

async function answer(request: LoadRequest): Promise<LoadAnswer> {
  return 'burst' in request ? { result: await fire(request.burst) } : { totals: ledger.totals }
}

async function fire({ target, ...burst }: Burst): Promise<BurstResult> {
  // What goes to the bare server must not change what the real one is sent next.
  const scenario = target.isFloor
    ? SCENARIOS[burst.scenario](newIssue, PAST_ISSUES)
    : scenarioOf(burst.scenario)
  const connections = await Promise.all(
    Array.from({ length: burst.connections }, (_, index) =>
      Connection.open(target.ports[index % target.ports.length]!),
    ),
  )
  const latencies: number[] = []
  let answers = 0
  const begin = performance.now() + burst.warmUpSeconds * 1_000
  const end = begin + burst.seconds * 1_000

  async function keepSending(connection: Connection): Promise<void> {
    for (let sentAt = performance.now(); sentAt < end; ) {
      const shot = scenario.next()
      const answer = await connection.send(shot.message.request(shot.issue, target))
      const answeredAt = performance.now()
      answers += 1
      if (!target.isFloor) ledger.enter(shot, answer)
      if (answer.status === 202) {
        scenario.accepted(shot)
        if (answeredAt >= begin && answeredAt < end) latencies.push(answeredAt - sentAt)
      }
      sentAt = answeredAt
    }
  }

  const cpuBefore = process.cpuUsage()
  const startedAt = performance.now()
  try {
    await within(Promise.all(connections.map(keepSending)), end - startedAt + LAST_ANSWERS_WITHIN_MS)
  } finally {
    for (const connection of connections) connection.close()
  }
  const { user, system } = process.cpuUsage(cpuBefore)
  const elapsedMs = performance.now() - startedAt
  return {
    ...figuresOf(latencies, burst.seconds),
    answers,
    generatorShare: (user + system) / 1_000 / elapsedMs,
  }
}

function scenarioOf(name: ScenarioName): Scenario {
  const known = scenarios.get(name) ?? SCENARIOS[name](newIssue, PAST_ISSUES)
  scenarios.set(name, known)
  return known
}

async function within(work: Promise<unknown>, milliseconds: number): Promise<void> {
  const silence = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => silence.reject(new Error('Requests were not answered within 30 seconds')),
    milliseconds,
  )
  try {
    await Promise.race([work, silence.promise])
  } finally {
    clearTimeout(timer)
  }
}
