import { Command, Option } from 'commander'
import { Role, Scope } from '#contract/people.ts'
import type { Deps } from './deps.ts'
import { AppError } from './platform/errors.ts'
import { Failure } from './platform/failure.ts'
import type { Runtime } from './runtime.ts'
import type { ServeRole } from './serve.ts'

// Commands load what they need when they run: `--help` and `send` need neither a database nor a web server.
const program = new Command('opsknight')
  .description('Incident response: takes alerts, makes one incident per problem, reaches the right person.')
  .showHelpAfterError()
  .addHelpText('after', '\nSettings come from the environment; docs/configuration.md lists them.')

program
  .command('serve')
  .description('Run the server')
  .addOption(
    new Option('--role <role>', 'what this process does').choices(['all', 'api', 'worker']).default('all'),
  )
  .action(async ({ role }: { role: ServeRole }) => {
    const { serve } = await import('./serve.ts')
    await serve(process.env, role)
  })

program
  .command('migrate')
  .description("Bring the database to this release's schema")
  .action(() => withDeps(async () => console.log('The database is up to date.')))

const apiKey = program.command('api-key').description('API keys')
apiKey
  .command('create')
  .description('Make an API key and print it, alone, on stdout')
  .requiredOption('--name <name>', 'what it is for')
  .addOption(
    new Option('--scope <scope...>', 'what it may do; can be given more than once')
      .choices(Scope.options)
      .default(['admin']),
  )
  .action(({ name, scope }: { name: string; scope: Scope[] }) =>
    withDeps(async (deps) => {
      const { createApiKeyByCommand } = await import('./cli/create.ts')
      console.log(await createApiKeyByCommand(deps, name, scope))
    }),
  )

const user = program.command('user').description('People')
user
  .command('create')
  .description('Add a person and print a one-time link with which they set their password')
  .requiredOption('--email <email>', 'their e-mail address, with which they sign in')
  .addOption(new Option('--role <role>', 'what they may do').choices(Role.options).makeOptionMandatory())
  .option('--name <name>', 'their name')
  .action((given: { email: string; role: Role; name?: string }) =>
    withDeps(async (deps) => {
      const { createUserByCommand } = await import('./cli/create.ts')
      console.log(await createUserByCommand(deps, given))
    }),
  )

program
  .command('send')
  .description('Deliver a body to an integration, as its tool would: signed, through HTTP')
  .requiredOption('--integration <id>', 'the Integration ID')
  .option('--file <file>', 'the body, JSON; "-" reads stdin; left out: a test alert')
  .action((given: { integration: string; file?: string }) =>
    withDeps(async (deps) => {
      const { send } = await import('./cli/send.ts')
      process.exitCode = await send(deps, given)
    }, 'as-is'),
  )

program
  .command('coverage')
  .description('Prove that incidents reach somebody at every moment, or list when they would not')
  .option('--days <days>', 'how far to look ahead', '90')
  .option('--json', 'print what GET /api/v1/coverage answers')
  .action((given: { days: string; json?: true }) =>
    withDeps(async (deps) => {
      const { coverage } = await import('./cli/coverage.ts')
      const { text, exitCode } = await coverage(deps, given)
      console.log(text)
      process.exitCode = exitCode
    }, 'as-is'),
  )

program
  .command('backup')
  .description('Write a backup of everything, encrypted under a passphrase, while the server runs or not')
  .requiredOption('--to <file>', 'where to; "-" writes to stdout')
  .option('--passphrase-file <file>', 'holds the passphrase; left out: OPSKNIGHT_BACKUP_PASSPHRASE, or asked')
  .action((given: { to: string; passphraseFile?: string }) =>
    withRuntime(async (runtime) => {
      const { backup } = await import('./cli/backup.ts')
      await backup(runtime, given)
    }, 'as-is'),
  )

program
  .command('restore')
  .description('Bring a backup back into an empty installation, while no server runs on it')
  .requiredOption('--from <file>', 'the backup; "-" reads stdin')
  .option('--passphrase-file <file>', 'holds the passphrase; left out: OPSKNIGHT_BACKUP_PASSPHRASE, or asked')
  .option('--check', 'read all of the backup and restore nothing')
  .option('--overwrite', 'delete what the installation holds')
  .action(async (given: { from: string; passphraseFile?: string; check?: true; overwrite?: true }) => {
    const { restore } = await import('./cli/restore.ts')
    await restore(process.env, given)
  })

program
  .command('doctor')
  .description('Look for what is wrong with this installation, and say how to mend it')
  .action(async () => {
    const { doctor } = await import('./cli/doctor.ts')
    process.exitCode = await doctor(process.env)
  })

/** A command beside the server, or alone: its log goes to stderr, as stdout is its answer. */
function withDeps(action: (deps: Deps) => Promise<void>, data: 'update' | 'as-is' = 'update'): Promise<void> {
  return withRuntime(({ deps }) => action(deps), data)
}

async function withRuntime(
  action: (runtime: Runtime) => Promise<void>,
  data: 'update' | 'as-is',
): Promise<void> {
  const { openRuntime } = await import('./runtime.ts')
  const runtime = await openRuntime(process.env, {
    owner: 'command',
    logTo: process.stderr,
    logLevel: 'warn',
    data,
  })
  try {
    await action(runtime)
  } finally {
    await runtime.close()
  }
}

function explain(error: unknown): string {
  if (error instanceof Failure || error instanceof AppError) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

program.parseAsync().catch((error: unknown) => {
  console.error(explain(error))
  process.exit(1)
})
