import { sql } from 'kysely'
import { connect, type Db } from '../../server/src/platform/db.ts'
import type { Seed } from '../../server/src/testing/seed/plan.ts'
import { checkData, type Past } from '../ingest/checks.ts'
import { totalsOf } from '../ingest/measure.ts'
import { type Check, checkLines, exitCodeOf } from '../stage/checks.ts'
import { circumstances } from '../stage/circumstances.ts'
import { demandRoom, grow, type Size, secondsToGrow } from '../stage/grow.ts'
import { say, writeResult } from '../stage/output.ts'
import { type Stage, setStage } from '../stage/stage.ts'
import { stopped } from '../stage/stop.ts'
import { compare, type Plan, secondsOf } from './measure.ts'
import { growthReport } from './report.ts'

type Options = Size & Plan & { json?: string }
type Stages = { empty: Stage; grown: Stage }

/** Everything that a run has found: what `--json` writes, and what the tables are made from. */
export type GrowthResult = Awaited<ReturnType<typeof play>>

/** What looking at everything afterwards takes, in seconds. */
const secondsToCheck = ({ incidents, deliveries }: Size) => 10 + (incidents + deliveries) * 0.000_002

/** Measures, checks, and reports. Answers the exit code: 1 when the data are not what was accepted. */
export async function benchGrowth({ json, incidents, deliveries, ...plan }: Options): Promise<number> {
  const size = { incidents, deliveries }
  demandRoom(size)
  const planned = secondsToGrow(size) + secondsOf(plan) + secondsToCheck(size)
  const stopAsked = stopped(planned)
  await using parts = new AsyncDisposableStack()
  const stopping = new AbortController()
  say(`This takes about ${Math.ceil(planned / 60)} minutes.`)
  const stages = {
    empty: await setStage(parts, { pastIssues: incidents }),
    grown: await setStage(parts, { pastIssues: incidents }),
  }
  parts.defer(() => stopping.abort())
  const result = await Promise.race([stopAsked, play(stages, size, plan, stopping.signal)])
  console.log([growthReport(result), '', ...checkLines(result.checks)].join('\n'))
  writeResult(json, result)
  return exitCodeOf(result.checks)
}

async function play(stages: Stages, size: Size, plan: Plan, signal: AbortSignal) {
  const { deps } = stages.grown.server
  const about = await circumstances(deps.db)
  const [now, beganAt] = [deps.clock.now(), performance.now()]
  const seed = await grow(stages.grown.server, { size, now, signal, first: stages.grown.service })
  const grown = { seconds: (performance.now() - beganAt) / 1_000, bytes: await bytesOf(deps.db) }
  const rows = await compare(stages, plan, say)
  say('Checking the data …')
  return { ...about, size, grown, plan, rows, checks: await check(stages, seed) }
}

/** Counting tens of millions of rows takes longer than the server's own connections wait. */
const COUNT_WITHIN_MS = 15 * 60_000

async function check({ empty, grown }: Stages, seed: Seed): Promise<Check[]> {
  const patient = connect(grown.server.databaseUrl, () => {}, { silentMs: COUNT_WITHIN_MS })
  try {
    return [
      ...named('empty', await checkData(empty.server.deps.db, await totalsOf(empty))),
      ...named('grown', await checkData(patient, await totalsOf(grown), pastOf(seed))),
      ...named('grown', await checkPast(patient, seed)),
    ]
  } finally {
    await patient.destroy()
  }
}

const named = (name: string, checks: readonly Check[]): Check[] =>
  checks.map(({ what, ...check }) => ({ what: `${name}: ${what}`, ...check }))

const pastOf = ({ now, firstNumber, incidents }: Seed): Past => ({
  until: now,
  firstNumber,
  lastNumber: firstNumber + incidents - 1,
})

/** The history is still there, whole. */
async function checkPast(db: Db, seed: Seed): Promise<Check[]> {
  const { until, firstNumber, lastNumber } = pastOf(seed)
  const { rows } = await sql<{ incidents: number; deliveries: number }>`
    select (select count(*) from incidents where number between ${firstNumber} and ${lastNumber}) as incidents,
      (select count(*) from deliveries where received_at <= ${until}) as deliveries`.execute(db)
  return [
    { what: 'incidents of the past', expected: seed.incidents, found: rows[0]?.incidents ?? 0 },
    { what: 'deliveries of the past', expected: seed.deliveries, found: rows[0]?.deliveries ?? 0 },
  ]
}

async function bytesOf(db: Db): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`
    select pg_database_size(current_database()) as bytes`.execute(db)
  return rows[0]?.bytes ?? 0
}
