import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { type Config, ConfigError, publicUrlOf, readConfig } from '../config.ts'
import type { Deps } from '../deps.ts'
import { Failure } from '../platform/failure.ts'
import { pendingMigrations } from '../platform/migrate.ts'
import { openOrNull } from '../platform/secrets.ts'
import { isNeverStarted, openRuntime } from '../runtime.ts'
import { channelFindings } from './doctor-channels.ts'

export type Finding = { ok: boolean; what: string; fix?: string }

/** Prints a line for everything that was looked at. Returns the exit code: 0 when nothing is wrong. */
export async function doctor(environment: NodeJS.ProcessEnv): Promise<number> {
  let findings: Finding[]
  try {
    const config = readConfig(environment)
    findings = [
      { ok: true, what: 'The settings are valid' },
      runtimeFinding(),
      webFinding(),
      ...(isNeverStarted(config) ? [noDatabaseYet(config)] : await inspect(environment)),
    ]
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    findings = [{ ok: false, what: error.message }]
  }
  for (const { ok, what, fix } of findings)
    console.log(`${ok ? 'ok   ' : 'WRONG'} ${what}${fix ? `\n      → ${fix}` : ''}`)
  return findings.every(({ ok }) => ok) ? 0 : 1
}

const NODE_MAJOR_MIN = 26

function runtimeFinding(): Finding {
  const major = Number(process.versions.node.split('.')[0])
  const ok = major >= NODE_MAJOR_MIN
  return {
    ok,
    what: `Node.js ${process.versions.node}`,
    ...(ok ? {} : { fix: 'Start with npm, which brings the right one.' }),
  }
}

function webFinding(): Finding {
  const ok = existsSync(fileURLToPath(new URL('../../../dist/web/index.html', import.meta.url)))
  return ok
    ? { ok, what: 'The web app is built' }
    : { ok, what: 'The web app is not built', fix: 'npm run build' }
}

const noDatabaseYet = ({ dataFolder }: Config): Finding => ({
  ok: true,
  what: `No database in ${dataFolder} yet: the first start makes it`,
})

async function inspect(environment: NodeJS.ProcessEnv): Promise<Finding[]> {
  try {
    const runtime = await openRuntime(environment, {
      owner: 'command',
      logTo: process.stderr,
      logLevel: 'error',
      data: 'as-is',
    })
    try {
      const pending = await pendingMigrations(runtime.databaseUrl)
      return [
        await databaseFinding(runtime.deps, pending),
        // Their tables may be one of those that are still to be made.
        ...(pending.length === 0 ? await storedFindings(runtime.deps) : []),
        await serverFinding(runtime.deps),
      ]
    } finally {
      await runtime.close()
    }
  } catch (error) {
    if (error instanceof Failure) return [{ ok: false, what: error.message }]
    throw error
  }
}

const storedFindings = async (deps: Deps): Promise<Finding[]> => [
  await secretsFinding(deps),
  ...(await tokensFinding(deps)),
  ...(await channelFindings(deps)),
]

async function databaseFinding({ db, config }: Deps, pending: readonly string[]): Promise<Finding> {
  const { rows } = await sql<{
    version: string
  }>`select current_setting('server_version') as version`.execute(db)
  const where = config.databaseUrl ? 'of DATABASE_URL' : `embedded, in ${config.dataFolder}`
  const schema =
    pending.length === 0
      ? 'schema up to date'
      : `migrations pending: ${pending.join(', ')} (the next start of the server runs them, or: opsknight migrate)`
  return { ok: true, what: `PostgreSQL ${rows[0]?.version} (${where}), ${schema}` }
}

/** A signing secret that was sealed under another key cannot be read: its deliveries could not be checked. */
async function secretsFinding({ db, secrets }: Deps): Promise<Finding> {
  const rows = await db
    .selectFrom('integrations')
    .select(['name', 'signing_secret', 'previous_signing_secret'])
    .where('deleted_at', 'is', null)
    .where('signing_secret', 'is not', null)
    .execute()
  const unreadable = rows.filter(({ signing_secret, previous_signing_secret }) =>
    [signing_secret, previous_signing_secret].some(
      (sealed) => sealed && openOrNull(secrets, sealed) === null,
    ),
  )
  if (unreadable.length === 0)
    return { ok: true, what: `The secret key opens all ${rows.length} signing secrets` }
  return {
    ok: false,
    what: `The secret key does not open the signing secret of: ${unreadable.map(({ name }) => name).join(', ')}`,
    fix: 'Start with the OPSKNIGHT_SECRET_KEY (or secret.key) they were stored with, or set these secrets again.',
  }
}

/** The same of the tokens by which Sentry is asked and told. */
async function tokensFinding({ db, secrets }: Deps): Promise<Finding[]> {
  const rows = await db
    .selectFrom('sentry_connections')
    .innerJoin('integrations', 'integrations.id', 'sentry_connections.integration_id')
    .select(['integrations.name', 'sentry_connections.token'])
    .execute()
  const unreadable = rows.filter(({ token }) => openOrNull(secrets, token) === null)
  if (unreadable.length === 0) return []
  return [
    {
      ok: false,
      what: `The secret key does not open the token for Sentry of: ${unreadable.map(({ name }) => name).join(', ')}`,
      fix: 'Start with the OPSKNIGHT_SECRET_KEY (or secret.key) it was stored with, or enter the token again under "Both ways".',
    },
  ]
}

const ANSWER_WITHIN_MS = 3_000

async function serverFinding({ config }: Deps): Promise<Finding> {
  const url = publicUrlOf(config)
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) })
    return answer.ok
      ? { ok: true, what: `The server at ${url} is ready` }
      : {
          ok: false,
          what: `The server at ${url} answers ${answer.status}`,
          fix: 'Its log says why it is not ready.',
        }
  } catch {
    return { ok: true, what: `No server answers at ${url} (none is running, or it listens elsewhere)` }
  }
}
