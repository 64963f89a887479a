import { writeFileSync } from 'node:fs'
import { Failure } from '../../server/src/platform/failure.ts'
import { onLauncherGone } from '../../server/src/platform/launcher.ts'
import { checkData, differencesOf } from './checks.ts'
import { circumstances } from './circumstances.ts'
import { measure, type Plan, secondsOf, totalsOf } from './measure.ts'
import { checkLines, generatorLine, memoryLine, othersLine, tableOf } from './report.ts'
import { type Stage, setStage } from './stage.ts'

type Options = Plan & { json?: string; profile?: string }

const say = (line: string) => process.stderr.write(`${line}\n`)

/** Measures, checks, and reports. Answers the exit code: 1 when the data are not what was accepted. */
export async function benchIngest({ json, profile, ...plan }: Options): Promise<number> {
  const stopAsked = stopped(secondsOf(plan))
  // Whoever wants an end while it is still being set up hears of it when that is done, and all can be taken down.
  stopAsked.catch(() => undefined)
  await using parts = new AsyncDisposableStack()
  say(`This takes about ${Math.ceil(secondsOf(plan) / 60 + 0.5)} minutes.`)
  const stage = await setStage(parts, { profile })
  return await Promise.race([stopAsked, play(stage, plan, json)])
}

async function play(stage: Stage, plan: Plan, json: string | undefined): Promise<number> {
  const about = await circumstances(stage.deps.db)
  const memoryAtRest = stage.memory()
  const rows = await measure(stage, plan, say)
  const memoryAfter = stage.memory()
  say('Checking the data …')
  const { openKeys, ...totals } = await totalsOf(stage)
  const checks = await checkData(stage.deps.db, { openKeys, ...totals })

  console.log(
    [
      tableOf(rows),
      '',
      memoryLine(memoryAtRest, memoryAfter),
      generatorLine(rows),
      othersLine(rows),
      '',
      ...checkLines(checks),
    ].join('\n'),
  )
  const differences = differencesOf(checks)
  if (json) {
    const memory = { atRest: memoryAtRest, after: memoryAfter }
    const sent = { ...totals, openKeys: openKeys.length }
    writeFileSync(
      json,
      `${JSON.stringify({ ...about, plan, rows, memory, sent, checks, differences }, null, 2)}\n`,
    )
  }
  if (differences.length === 0) return 0
  console.error(`\n${differences.length} of the checks failed: the database does not hold what was accepted.`)
  return 1
}

const SLACK_SECONDS = 300

/** Rejects when somebody wants an end, or when it takes far longer than planned. */
function stopped(plannedSeconds: number): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (why: string) => reject(new Failure(`Stopped: ${why}`))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop(signal))
    onLauncherGone(() => stop('the launcher is gone'))
    setTimeout(() => stop('it took far too long'), (2 * plannedSeconds + SLACK_SECONDS) * 1_000).unref()
  })
}
