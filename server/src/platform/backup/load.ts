import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { z } from 'zod'
import { Failure } from '../failure.ts'
import { makeSchema, migrationNames } from '../migrate.ts'
import type { Entry } from './archive.ts'
import { quoted, quotedList, readDetours, readTables } from './catalogue.ts'
import { entries, FORMAT, Manifest, Summary, type Table, tableOfPart } from './manifest.ts'

export type Archive = AsyncGenerator<Entry>

/** What the archive says of itself before the first row. Throws a `Failure` when this release cannot restore it. */
export async function readOpening(archive: Archive): Promise<{ manifest: Manifest; secretKey: string }> {
  const manifest = parsed(Manifest, await readEntry(archive, entries.manifest))
  const unknown = manifest.migrations.filter((name) => !migrationNames().includes(name))
  if (manifest.format > FORMAT || unknown.length > 0)
    throw new Failure(
      `This backup was made by a newer release of OpsKnight (${manifest.opsknight}), which changed the database ` +
        `in ways that this one does not know${unknown.length > 0 ? ` (${unknown.join(', ')})` : ''}. Restore it with that release.`,
    )
  return { manifest, secretKey: (await readEntry(archive, entries.secretKey)).trim() }
}

async function readEntry(archive: Archive, name: string): Promise<string> {
  const { value, done } = await archive.next()
  if (done || value.name !== name) throw incomplete(`it has no ${name} where one belongs`)
  return text(value.content)
}

const incomplete = (what: string) => new Failure(`This is no whole backup of OpsKnight: ${what}.`)

function parsed<T>(schema: z.ZodType<T>, json: string): T {
  const { data, error } = schema.safeParse(JSON.parse(json))
  if (error) throw incomplete(error.message)
  return data as T
}

type TakePart = (table: Table, rows: AsyncIterable<Buffer>) => Promise<number>

/** Reads the rest of an archive, whose parts `take` counts, and returns what it says has come, when that is true. */
export async function readRest(archive: Archive, manifest: Manifest, take: TakePart): Promise<Summary> {
  const tables = new Map(manifest.tables.map((table) => [table.name, table]))
  const counts = new Map<string, number>()
  let summary: Summary | null = null
  for await (const { name, content } of archive) {
    const table = tables.get(tableOfPart(name) ?? '')
    if (table) counts.set(table.name, (counts.get(table.name) ?? 0) + (await take(table, content)))
    else if (name === entries.summary) summary = parsed(Summary, await text(content))
    else throw incomplete(`it has an entry ${name}`)
  }
  if (!summary) throw incomplete('its summary is missing')
  for (const { name, rows } of summary.tables)
    if (rows !== (counts.get(name) ?? 0))
      throw incomplete(`of the ${rows} rows of ${name} it has ${counts.get(name) ?? 0}`)
  return summary
}

/** For whoever wants to know only whether all of it is there. */
export async function countRows(_table: Table, rows: AsyncIterable<Buffer>): Promise<number> {
  let lines = 0
  for await (const chunk of rows)
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) lines += 1
  return lines
}

export type Loaded = {
  summary: Summary
  /** Tables that somebody else had put beside ours. */
  leftOut: string[]
}

/** Makes the schema that the backup was taken from and loads its rows. The transaction is the caller's. */
export async function load(
  client: pg.Client,
  manifest: Manifest,
  archive: Archive,
  onProgress: (table: string, bytes: number) => void,
): Promise<Loaded> {
  await makeSchema(client, manifest.migrations)
  await makePartitions(client, manifest.tables)
  const leftOut = await compareTables(client, manifest)
  const detours = await readDetours(client)
  for (const { takeAway } of detours) await client.query(takeAway)
  // Migrations may have added rows, which are in the backup too.
  await client.query(`truncate ${quotedList((await readTables(client)).map(({ name }) => name))}`)

  let bytes = 0
  const summary = await readRest(archive, manifest, (table, rows) =>
    leftOut.includes(table.name)
      ? countRows(table, rows)
      : copyInto(client, table, rows, (length) => {
          bytes += length
          onProgress(table.name, bytes)
        }),
  )
  for (const { name, value, isCalled } of summary.sequences)
    await client.query('select setval($1::regclass, $2, $3)', [quoted(name), value, isCalled])
  for (const { putBack } of detours) await client.query(putBack)
  return { summary, leftOut }
}

async function copyInto(
  client: pg.Client,
  { name, columns }: Table,
  rows: AsyncIterable<Buffer>,
  onBytes: (length: number) => void,
): Promise<number> {
  const copy = client.query(copyFrom(`copy ${quoted(name)} (${quotedList(columns)}) from stdin`))
  await pipeline(
    rows,
    async function* (source) {
      for await (const chunk of source) {
        onBytes(chunk.length)
        yield chunk
      }
    },
    copy,
  )
  return copy.rowCount
}

/** As PostgreSQL writes the bounds of a range of days. */
const BOUNDS = /^(DEFAULT|FOR VALUES FROM \('[^']+'\) TO \('[^']+'\))$/

async function makePartitions(client: pg.Client, tables: readonly Table[]): Promise<void> {
  const present = new Set((await readTables(client)).map(({ name }) => name))
  for (const { name, partition } of tables) {
    if (!partition || present.has(name)) continue
    if (!BOUNDS.test(partition.bounds)) throw incomplete(`the partition ${name} is for ${partition.bounds}`)
    await client.query(
      `create table ${quoted(name)} partition of ${quoted(partition.of)} ${partition.bounds}`,
    )
  }
}

/** The names of tables that are not OpsKnight's. Throws where the same migrations once made other tables than they do now. */
async function compareTables(client: pg.Client, { tables, migrations }: Manifest): Promise<string[]> {
  const present = new Map((await readTables(client)).map(({ name, columns }) => [name, columns]))
  for (const { name, columns } of tables) {
    const unknown = present.has(name) ? columns.filter((column) => !present.get(name)?.includes(column)) : []
    if (unknown.length > 0)
      throw new Failure(
        `The table ${name} of this backup has ${unknown.join(', ')}, which the migrations up to ${migrations.at(-1)} do not make. ` +
          'Start this release once on the installation it comes from, and back that up again.',
      )
  }
  return tables.map(({ name }) => name).filter((name) => !present.has(name))
}
