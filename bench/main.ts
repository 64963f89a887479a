import { Command, InvalidArgumentError, Option } from 'commander'
import { Failure } from '../server/src/platform/failure.ts'
import { GROWTH_SCENARIOS, INGEST_SCENARIOS, type ScenarioName } from './load/scenarios.ts'

const program = new Command('bench')
  .description('Measures OpsKnight on this machine. See docs/benchmarks.md.')
  .showHelpAfterError()

type IngestArguments = {
  scenario: ScenarioName[]
  connections: number[]
  servers: number[]
  seconds: number
  repeat: number
  json?: string
  profile?: string
}

program
  .command('ingest')
  .description('How fast deliveries are accepted, beside a bare web server; fails when anything was lost')
  .addOption(
    new Option('--scenario <scenario...>', 'what is sent')
      .choices(INGEST_SCENARIOS)
      .default(INGEST_SCENARIOS),
  )
  .option(
    '--connections <list>',
    'how many connections, with commas between',
    positiveIntegers,
    [1, 16, 64, 256],
  )
  .option(
    '--servers <list>',
    'among how many server processes on one database the connections are shared out, with commas between',
    positiveIntegers,
    [1],
  )
  .option('--seconds <seconds>', 'how long each measurement takes', positiveNumber, 3)
  .option('--repeat <times>', 'how often everything is measured; medians are shown', positiveInteger, 3)
  .option('--json <file>', 'write everything that was measured there')
  .option('--profile <folder>', "write a CPU profile of the server's process there")
  .action(async ({ scenario, ...rest }: IngestArguments) => {
    const { benchIngest } = await import('./ingest/run.ts')
    process.exitCode = await benchIngest({ scenarios: scenario, ...rest })
  })

type GrowthArguments = Omit<IngestArguments, 'profile' | 'servers'> & {
  incidents: number
  deliveries: number
}

program
  .command('growth')
  .description(
    'What it costs to accept deliveries when millions are there already, beside an empty database; fails when anything was lost',
  )
  .addOption(
    new Option('--scenario <scenario...>', 'what is sent')
      .choices(GROWTH_SCENARIOS)
      .default(GROWTH_SCENARIOS),
  )
  .option('--incidents <count>', 'how many there are', positiveCount, 5_000_000)
  .option('--deliveries <count>', 'how many there are, of the last 30 days', positiveCount, 20_000_000)
  .option('--connections <list>', 'how many connections, with commas between', positiveIntegers, [64])
  .option('--seconds <seconds>', 'how long each measurement takes', positiveNumber, 5)
  .option('--repeat <times>', 'how many rounds; medians are shown', positiveInteger, 5)
  .option('--json <file>', 'write everything that was measured there')
  .action(async ({ scenario, ...rest }: GrowthArguments) => {
    const { benchGrowth } = await import('./growth/run.ts')
    process.exitCode = await benchGrowth({ scenarios: scenario, ...rest })
  })

type ReadsArguments = {
  incidents: number
  deliveries: number
  samples: number
  repeat: number
  json?: string
}

program
  .command('reads')
  .description(
    'How fast lists, search and pages answer when there are many incidents; fails when an answer is wrong',
  )
  .option('--incidents <count>', 'how many there are', positiveCount, 1_000_000)
  .option('--deliveries <count>', 'how many there are, of the last 30 days', positiveCount, 2_000_000)
  .option('--samples <count>', 'how often each kind of request is sent in a round', positiveCount, 200)
  .option('--repeat <times>', 'how many rounds; medians are shown', positiveInteger, 3)
  .option('--json <file>', 'write everything that was measured there')
  .action(async (given: ReadsArguments) => {
    const { benchReads } = await import('./reads/run.ts')
    process.exitCode = await benchReads(given)
  })

type PagingArguments = { samples: number; incidents: number; people: number; json?: string }

program
  .command('paging')
  .description(
    'How long it takes from an alert to the mail about it, alone and when everything breaks at once; fails when a page is lost or sent twice',
  )
  .option('--samples <count>', 'how many alerts at rest', positiveInteger, 200)
  .option('--incidents <count>', 'how many incidents at once', positiveInteger, 500)
  .option('--people <count>', 'how many people they are for', positiveInteger, 50)
  .option('--json <file>', 'write everything that was measured there')
  .action(async (given: PagingArguments) => {
    const { benchPaging } = await import('./paging/run.ts')
    process.exitCode = await benchPaging(given)
  })

program
  .command('report')
  .description('Puts the results in docs/benchmarks/*.json into the tables of docs/benchmarks.md')
  .action(async () => {
    const { writeReport } = await import('./report/run.ts')
    writeReport()
  })

type CrowdArguments = {
  incidents: number
  deliveries: number
  senders: number
  readers: number
  seconds: number
  repeat: number
  json?: string
}

program
  .command('crowd')
  .description('How long deliveries take while many people read; fails when one is refused or kept waiting')
  .option('--incidents <count>', 'how many there are', positiveCount, 50_000)
  .option('--deliveries <count>', 'how many there are, of the last 30 days', positiveCount, 50_000)
  .option('--senders <number>', 'connections that deliver', positiveInteger, 16)
  .option('--readers <number>', 'connections that read', positiveInteger, 64)
  .option('--seconds <seconds>', 'how long each measurement takes', positiveNumber, 5)
  .option('--repeat <times>', 'how often everything is measured', positiveInteger, 2)
  .option('--json <file>', 'write everything that was measured there')
  .action(async (given: CrowdArguments) => {
    const { benchCrowd } = await import('./crowd/run.ts')
    process.exitCode = await benchCrowd(given)
  })

function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value <= 600)) throw new InvalidArgumentError('Give a number between 0 and 600.')
  return value
}

function positiveInteger(text: string): number {
  const value = positiveNumber(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('Give a whole number.')
  return value
}

/** At least as many as the history needs to have something of everything. */
function positiveCount(text: string): number {
  const value = Number(text.replaceAll('_', ''))
  if (!(Number.isInteger(value) && value >= 100 && value <= 50_000_000))
    throw new InvalidArgumentError('Give a whole number between 100 and 50,000,000.')
  return value
}

function positiveIntegers(text: string): number[] {
  return text.split(',').map(positiveInteger)
}

program.parseAsync().catch((error: unknown) => {
  console.error(error instanceof Failure ? error.message : error)
  process.exit(1)
})
