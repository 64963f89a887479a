import { randomInt } from 'node:crypto'
import { Command, InvalidArgumentError } from 'commander'
import { Failure } from '../../server/src/platform/failure.ts'
import { stopped } from '../stage/stop.ts'
import { FAULTS } from './faults.ts'
import { failedRounds, tableOf } from './report.ts'
import { Houses, type Plan, runFaults } from './run.ts'

/** Roughly. */
const SECONDS_OF_A_ROUND = 25
const SEEDS = 1_000_000

new Command('faults')
  .description(
    'Kills, stops and starves real servers and their databases under load, and compares what is in the database with what senders were told. See docs/reliability.md.',
  )
  .option('--seed <number>', 'repeats the order, the times and the load of a run', whole, randomInt(SEEDS))
  .option(
    '--rounds <number>',
    'how many faults; each kind comes before any comes twice',
    whole,
    FAULTS.length,
  )
  .option('--seconds <number>', 'how long a fault lasts at most, roughly', positive, 4)
  .option('--senders <number>', 'how many deliver at the same time', whole, 24)
  .option('--only <words>', 'only the faults with these words in their name')
  .showHelpAfterError()
  .action(async ({ only, ...rest }: Omit<Plan, 'faults'> & { only?: string }) => {
    const faults = FAULTS.filter(({ name }) => name.includes(only ?? ''))
    if (faults.length === 0) throw new Failure(`There are: ${FAULTS.map(({ name }) => name).join('; ')}`)
    const plan = { ...rest, faults }
    console.log(`Seed ${plan.seed}`)
    await using houses = new Houses()
    const report = await Promise.race([
      stopped(plan.rounds * SECONDS_OF_A_ROUND),
      runFaults(plan, houses, console.log),
    ])
    console.log(`\n${tableOf(report)}\n\nThe full disk was ${report.diskWay}.`)
    const failed = failedRounds(report)
    if (failed === 0) return
    console.log(
      `\n${failed} rounds FAILED. To do them again: npm run faults -- --seed ${plan.seed} --rounds ${plan.rounds}`,
    )
    process.exitCode = 1
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Failure ? error.message : error)
    process.exit(1)
  })

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 100_000_000)) throw new InvalidArgumentError('Give a positive number.')
  return value
}

function whole(text: string): number {
  const value = positive(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Give a whole number.')
  return value
}
