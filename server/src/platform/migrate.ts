import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { Failure } from './failure.ts'

const FOLDER = new URL('../../migrations/', import.meta.url)
/** Any number, the same in every process: whoever holds it migrates, the others wait. */
export const MIGRATION_LOCK = 7_205_011

const LEDGER =
  'create table if not exists schema_migrations (name text primary key, applied_at timestamptz not null default now())'

/** Brings the database to this release's schema and returns the names of the migrations that it ran. */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK])
    await refuseOldServer(client)
    await client.query(LEDGER)
    const pending = await notApplied(client)
    for (const name of pending) await applyMigration(client, name)
    return pending
  } finally {
    await client.end()
  }
}

/** Makes the schema of exactly these migrations in an empty database, without a note of them. The transaction is the caller's. */
export async function makeSchema(client: pg.Client, names: readonly string[]): Promise<void> {
  await refuseOldServer(client)
  await client.query(LEDGER)
  for (const name of names.toSorted()) await client.query(readMigration(name))
}

/** The names of the migrations that this release has and the database has not. Changes nothing. */
export async function pendingMigrations(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await refuseOldServer(client)
    const table = await client.query<{ oid: string | null }>("select to_regclass('schema_migrations') as oid")
    if (!table.rows[0]?.oid) return migrationNames()
    return await notApplied(client)
  } finally {
    await client.end()
  }
}

async function notApplied(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select name from schema_migrations')
  const applied = new Set(rows.map(({ name }) => name))
  return migrationNames().filter((name) => !applied.has(name))
}

export const migrationNames = () =>
  readdirSync(FOLDER)
    .filter((file) => file.endsWith('.sql'))
    .sort()

export const readMigration = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8')

async function applyMigration(client: pg.Client, name: string): Promise<void> {
  await client.query('begin')
  try {
    await client.query(readMigration(name))
    await client.query('insert into schema_migrations (name) values ($1)', [name])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw new Failure(`Migration ${name} failed: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}

async function refuseOldServer(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version_num') as version",
  )
  const major = Math.floor(Number(rows[0]?.version) / 10_000)
  if (major < 16) throw new Failure(`OpsKnight needs PostgreSQL 16 or newer; this server is ${major}.`)
}
