import { Command, InvalidArgumentError } from 'commander'
import { Failure } from '../../server/src/platform/failure.ts'
import { stopped } from '../stage/stop.ts'
import { heapGrowth, linesOf } from './report.ts'
import { fuzz, type Plan } from './run.ts'

const program = new Command('fuzz')
  .description(
    'Sends mutated requests to every webhook and API route of a real server; see docs/reliability.md',
  )
  .option('--requests <number>', 'how many', wholeNumber, 200_000)
  .option('--seed <number>', 'the same seed makes the same mutations', wholeNumber, Date.now() % 1_000_000)
  .option('--connections <number>', 'how many at a time', wholeNumber, 24)
  .option('--seconds <number>', 'ends earlier when it takes this long', wholeNumber, 1_800)
  .showHelpAfterError()
  .action(async (plan: Plan) => {
    const say = (line: string) => void process.stderr.write(`${line}\n`)
    say(`Seed ${plan.seed}.`)
    const report = await Promise.race([stopped(plan.seconds), fuzz(plan, say)])
    console.log(linesOf(plan, report).join('\n'))
    const hasFailed = report.faults.length > 0 || heapGrowth(report) !== null
    process.exit(hasFailed ? 1 : 0)
  })

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Failure ? error.message : error)
  process.exit(1)
})
