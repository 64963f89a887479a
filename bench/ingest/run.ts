import { checkLines, exitCodeOf } from '../stage/checks.ts'
import { circumstances } from '../stage/circumstances.ts'
import { say, writeResult } from '../stage/output.ts'
import { type Stage, setStage } from '../stage/stage.ts'
import { stopped } from '../stage/stop.ts'
import { checkData } from './checks.ts'
import { measure, type Plan, secondsOf, totalsOf } from './measure.ts'
import { ingestReport } from './report.ts'

type Options = Plan & { json?: string; profile?: string }

/** Everything that a run has found: what `--json` writes, and what the tables are made from. */
export type IngestResult = Awaited<ReturnType<typeof play>>

/** Measures, checks, and reports. Answers the exit code: 1 when the data are not what was accepted. */
export async function benchIngest({ json, profile, ...plan }: Options): Promise<number> {
  const stopAsked = stopped(secondsOf(plan))
  await using parts = new AsyncDisposableStack()
  say(`This takes about ${Math.ceil(secondsOf(plan) / 60 + 0.5)} minutes.`)
  const stage = await setStage(parts, { profile, servers: Math.max(...plan.servers) })
  const result = await Promise.race([stopAsked, play(stage, plan)])
  console.log([ingestReport(result), '', ...checkLines(result.checks)].join('\n'))
  writeResult(json, result)
  return exitCodeOf(result.checks)
}

async function play(stage: Stage, plan: Plan) {
  const { deps, memory } = stage.server
  const about = await circumstances(deps.db)
  const atRest = memory()
  const rows = await measure(stage, plan, say)
  const after = memory()
  say('Checking the data …')
  const totals = await totalsOf(stage)
  const checks = await checkData(deps.db, totals)
  const sent = { ...totals, openKeys: totals.openKeys.length }
  return { ...about, plan, rows, memory: { atRest, after }, sent, checks }
}
