import { z } from 'zod'

/** Raised when an older release could not read the archive any more. */
export const FORMAT = 1

const Table = z.object({
  name: z.string(),
  columns: z.array(z.string()),
  /** Of a partition: of which table, and for which values. */
  partition: z.object({ of: z.string(), bounds: z.string() }).nullable(),
  /** False for what is of the moment only, like sessions: the table comes back empty. */
  hasRows: z.boolean(),
})

/** The first entry of the archive: what it is, and what has to be there before rows can be loaded. */
export const Manifest = z.object({
  format: z.number(),
  createdAt: z.iso.datetime(),
  /** The releases that made it. */
  opsknight: z.string(),
  postgres: z.string(),
  migrations: z.array(z.string()),
  tables: z.array(Table),
})

/** The last entry: what has to have come by then. */
export const Summary = z.object({
  tables: z.array(z.object({ name: z.string(), rows: z.number(), bytes: z.number() })),
  sequences: z.array(z.object({ name: z.string(), value: z.string(), isCalled: z.boolean() })),
})

export type Manifest = z.infer<typeof Manifest>
export type Summary = z.infer<typeof Summary>
export type Table = z.infer<typeof Table>

/** The names of the entries, in their order. */
export const entries = {
  manifest: 'manifest.json',
  secretKey: 'secret.key',
  part: (table: string, number: number) => `tables/${table}/${String(number).padStart(6, '0')}.copy`,
  summary: 'summary.json',
}

/** Null for an entry that is no part of a table. */
export const tableOfPart = (entry: string): string | null =>
  /^tables\/([^/]+)\/\d+\.copy$/.exec(entry)?.[1] ?? null
