import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { Failure } from '../failure.ts'
import type { AddEntry } from './archive.ts'
import { quoted, quotedList, readSequences, readTables } from './catalogue.ts'
import { entries, FORMAT, type Manifest, type Summary, type Table } from './manifest.ts'
import { prepareSession } from './session.ts'

/** A part is held in memory: rows up to this size, or one row that is larger. */
const PART_BYTES = 4 * 1024 * 1024
const SNAPSHOT_ATTEMPTS = 5
const UNDEFINED_TABLE = '42P01'

export type DumpOptions = {
  opsknight: string
  createdAt: Date
  /** 32 bytes in base64. */
  secretKey: string
  /** Tables whose rows are of the moment only. */
  withoutRows: readonly string[]
  /** Called after every part with what has been read so far. */
  onProgress?(table: string, bytes: number): void
}

/** Adds everything that is in the database, as it is at one moment, while others go on reading and writing it. */
export async function dump(url: string, options: DumpOptions, add: AddEntry): Promise<Summary> {
  const client = new pg.Client({ connectionString: url, application_name: 'opsknight backup' })
  // A connection that breaks fails the statement that it runs; the event itself needs no answer.
  client.on('error', () => {})
  try {
    await client.connect()
    await prepareSession(client)
    const tables = await openSnapshot(client, options.withoutRows)
    await add(entries.manifest, json(await manifestOf(client, tables, options)))
    await add(entries.secretKey, `${options.secretKey}\n`)
    const sequences = await readSequences(client)
    const counts: Summary['tables'] = []
    let bytes = 0
    for (const table of tables.filter(({ hasRows }) => hasRows)) {
      const before = bytes
      const rows = await dumpTable(client, table, async (part, number) => {
        await add(entries.part(table.name, number), part)
        bytes += part.length
        options.onProgress?.(table.name, bytes)
      })
      counts.push({ name: table.name, rows, bytes: bytes - before })
    }
    const summary = { tables: counts, sequences }
    await add(entries.summary, json(summary))
    return summary
  } finally {
    await client.end()
  }
}

const json = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`

/**
 * Locks come before the snapshot: a table that is rewritten or dropped in between would be seen empty. They hold nobody up
 * but who changes tables; the days of the delivery log come and go again when the backup is done.
 */
async function openSnapshot(client: pg.Client, withoutRows: readonly string[]): Promise<Table[]> {
  for (let attempt = 1; attempt <= SNAPSHOT_ATTEMPTS; attempt += 1) {
    const before = (await readTables(client)).map(({ name }) => name)
    if (!before.includes('schema_migrations'))
      throw new Failure('There is nothing of OpsKnight in this database. Start the server on it once.')
    await client.query('begin isolation level repeatable read read only')
    if (await locks(client, before)) {
      const tables = await readTables(client)
      if (String(tables.map(({ name }) => name)) === String(before))
        return tables.map((table) => ({ ...table, hasRows: !withoutRows.includes(table.name) }))
    }
    await client.query('rollback')
  }
  throw new Failure('The tables of the database keep changing. Is a migration running? Try again later.')
}

/** False when one of them is gone. */
async function locks(client: pg.Client, tables: readonly string[]): Promise<boolean> {
  try {
    await client.query(`lock table ${quotedList(tables)} in access share mode`)
    return true
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === UNDEFINED_TABLE) return false
    throw error
  }
}

async function manifestOf(client: pg.Client, tables: Table[], options: DumpOptions): Promise<Manifest> {
  const version = await client.query<{ version: string }>(
    "select current_setting('server_version') as version",
  )
  const applied = await client.query<{ name: string }>('select name from schema_migrations order by name')
  return {
    format: FORMAT,
    createdAt: options.createdAt.toISOString(),
    opsknight: options.opsknight,
    postgres: version.rows[0]!.version,
    migrations: applied.rows.map(({ name }) => name),
    tables,
  }
}

/** Returns how many rows there were. Every part holds whole rows, so that it can be loaded by itself. */
async function dumpTable(
  client: pg.Client,
  { name, columns }: Table,
  take: (part: Buffer, number: number) => Promise<void>,
): Promise<number> {
  const copy = client.query(copyTo(`copy ${quoted(name)} (${quotedList(columns)}) to stdout`))
  let number = 0
  for await (const part of partsOf(copy)) {
    number += 1
    await take(part, number)
  }
  // The count comes after the last row; the answer to another statement comes after the count.
  await client.query('select 1')
  return copy.rowCount
}

const LINE_FEED = 0x0a

/** In the text format of COPY a line feed always ends a row. */
export async function* partsOf(
  chunks: AsyncIterable<Buffer>,
  partBytes = PART_BYTES,
): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    const end = bytes + chunk.length < partBytes ? -1 : chunk.lastIndexOf(LINE_FEED)
    if (end < 0) {
      held.push(chunk)
      bytes += chunk.length
      continue
    }
    yield Buffer.concat([...held, chunk.subarray(0, end + 1)])
    held = [chunk.subarray(end + 1)]
    bytes = chunk.length - end - 1
  }
  if (bytes > 0) yield Buffer.concat(held)
}
