import pg from 'pg'
import type { Config } from '../config.ts'
import { quoted } from '../platform/backup/catalogue.ts'
import { dropEverything, readEverything } from '../platform/backup/empty.ts'
import { type Archive, type Loaded, load } from '../platform/backup/load.ts'
import type { Manifest } from '../platform/backup/manifest.ts'
import { prepareSession } from '../platform/backup/session.ts'
import { Failure } from '../platform/failure.ts'
import { MIGRATION_LOCK } from '../platform/migrate.ts'
import { counted } from './progress.ts'
import type { KeyPlan } from './restored-key.ts'

type Options = {
  config: Config
  overwrite: boolean
  key: KeyPlan
  onProgress(table: string, bytes: number): void
}

/** Empties what may be emptied and loads the backup, in one transaction: until its end everything is as it was. */
export async function restoreInto(
  url: string,
  manifest: Manifest,
  archive: Archive,
  { config, overwrite, key, onProgress }: Options,
): Promise<Loaded> {
  const client = new pg.Client({ connectionString: url, application_name: 'opsknight restore' })
  // A connection that breaks fails the statement that it runs; the event itself needs no answer.
  client.on('error', () => {})
  try {
    await client.connect()
    await prepareSession(client)
    await client.query('begin')
    // A server that is started now waits in its migrations until the end.
    await client.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK])
    await refuseServers(client)
    await makeRoom(client, config, overwrite)
    const loaded = await load(client, manifest, archive, onProgress)
    const takeBack = key.place()
    try {
      await client.query('commit')
    } catch (error) {
      takeBack()
      throw error
    }
    // Until it is analyzed, queries are planned for empty tables. PostgreSQL does it by itself too, a little later.
    await client.query('analyze').catch(() => undefined)
    return loaded
  } catch (error) {
    if (error instanceof Failure || !(error instanceof Error)) throw error
    throw new Failure(`The database did not take the backup: ${error.message}.\nNothing was restored.`, {
      cause: error,
    })
  } finally {
    await client.end()
  }
}

async function refuseServers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ count: number }>(`
    select count(*)::int as count from pg_stat_activity
    where datname = current_database() and application_name like 'opsknight%' and pid <> pg_backend_pid()`)
  const count = rows[0]?.count ?? 0
  if (count > 0)
    throw new Failure(
      `OpsKnight is at work on this database (${counted(count, 'connection')}). Stop every server first.`,
    )
}

async function makeRoom(client: pg.Client, config: Config, overwrite: boolean): Promise<void> {
  const present = await readEverything(client)
  if (present.length === 0) return
  const where = config.databaseUrl ? 'The database of DATABASE_URL' : `The database in ${config.dataFolder}`
  if (!present.includes('schema_migrations'))
    throw new Failure(
      `${where} holds things that are not OpsKnight's (${present.slice(0, 5).join(', ')}). Give OpsKnight a database of its own.`,
    )
  const held = `${where} holds an installation already, with ${await holdings(client, present)}`
  if (!overwrite)
    throw new Failure(
      `${held}. A restore needs an empty one. With --overwrite all of that is deleted for good; back it up first.`,
    )
  console.error(`${held}. It is replaced, as --overwrite says.`)
  await dropEverything(client)
}

/** In words: what would be lost. */
async function holdings(client: pg.Client, present: readonly string[]): Promise<string> {
  const counts = []
  for (const table of ['incidents', 'services', 'users'].filter((name) => present.includes(name))) {
    const { rows } = await client.query<{ count: string }>(`select count(*) from ${quoted(table)}`)
    counts.push(counted(Number(rows[0]?.count), table.slice(0, -1)))
  }
  return counts.join(', ') || 'nothing in it yet'
}
