import { Command, InvalidArgumentError } from 'commander'
import { startTemporaryPostgres } from '../../server/src/platform/embedded-postgres/index.ts'
import { Failure } from '../../server/src/platform/failure.ts'
import { stopped } from '../stage/stop.ts'
import { tableOf } from './report.ts'
import { countPoints, type Death, type Round, runRound } from './run.ts'
import { openWorld } from './world.ts'

const SECONDS_OF_A_ROUND = 2
const POINTS = 300
/** Every message of a round is one at whose arrival the worker may die. */
const ARRIVALS = 8

new Command('page-faults')
  .description(
    'Kills a worker between every two steps of the life of a page, and looks whether everybody was paged. See docs/reliability.md.',
  )
  .option('--every <number>', 'only every so many points', whole, 1)
  .showHelpAfterError()
  .action(async ({ every }: { every: number }) => {
    const parts = new AsyncDisposableStack()
    const rounds: Round[] = []
    try {
      await Promise.race([
        stopped((POINTS / every) * SECONDS_OF_A_ROUND),
        killEverywhere(every, parts, (round) => rounds.push(round)),
      ])
    } finally {
      // Who is stopped tells what it has found so far.
      console.log(`\n${tableOf(rounds)}`)
      if (rounds.some(({ differences }) => differences.length > 0)) process.exitCode = 1
      await parts.disposeAsync()
    }
  })
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Failure ? error.message : error)
    process.exit(1)
  })

async function killEverywhere(
  every: number,
  parts: AsyncDisposableStack,
  note: (round: Round) => void,
): Promise<void> {
  const postgres = await startTemporaryPostgres()
  parts.defer(() => postgres.stop())
  const world = await openWorld(postgres.url, parts)
  const points = await countPoints(world)
  console.log(`A worker passes ${points} points and ${ARRIVALS} arrivals at the provider.`)
  const deaths: Death[] = [
    ...Array.from({ length: ARRIVALS }, (_, index) => ({ arrival: index + 1 })),
    ...Array.from({ length: Math.ceil(points / every) }, (_, index) => ({ point: index * every + 1 })),
  ]
  for (const death of deaths) {
    const round = await runRound(world, death)
    note(round)
    for (const difference of round.differences)
      console.log(`${JSON.stringify(death)}, after ${round.phase}: ${difference}`)
  }
}

function whole(value: string): number {
  const number = Number(value)
  if (!(Number.isInteger(number) && number > 0)) throw new InvalidArgumentError('Give a whole number.')
  return number
}
