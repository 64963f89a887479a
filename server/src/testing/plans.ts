import { sql } from 'kysely'
import type pg from 'pg'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import { createMetrics, type Metrics } from '../platform/metrics/index.ts'

type Node = {
  'Node Type': string
  'Relation Name'?: string | undefined
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number | undefined
  'Rows Removed by Index Recheck'?: number | undefined
  Plans?: Node[] | undefined
}

const Node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Actual Rows': z.number(),
    'Actual Loops': z.number(),
    'Rows Removed by Filter': z.number().optional(),
    'Rows Removed by Index Recheck': z.number().optional(),
    Plans: z.array(Node).optional(),
  }),
)

const Explained = z.object({ 'Query Text': z.string(), Plan: Node })

/** How one table was read by one statement that ran. */
export type TableRead = {
  /** Of a partitioned one, the partition. */
  table: string
  /** `Seq Scan`, `Index Scan`, … */
  way: string
  /** How many rows it looked at, also those that it then threw away. */
  rows: number
}

export type Statement = { query: string; reads: TableRead[] }

/** Every statement's plan with what it really did; of the checks of foreign keys too. The extension is part of PostgreSQL. */
const EXPLAIN = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
}

/** What a server is started with to tell how each of its statements reads the tables, on whichever connection. */
export function watchPlans(databaseUrl: string, clock: Clock) {
  const url = new URL(databaseUrl)
  const settings = Object.entries(EXPLAIN).map(([name, value]) => `-c ${name}=${value}`)
  url.searchParams.set('options', settings.join(' '))
  let statements: Statement[] = []
  const hear = ({ message }: { message?: string | undefined }) => {
    const json = /^duration: .*? plan:\n(\{[\s\S]*\})$/.exec(message ?? '')?.[1]
    if (json) statements.push(statementOf(Explained.parse(JSON.parse(json))))
  }
  const metrics: Metrics = {
    ...createMetrics(clock),
    watchPool: (_name, pool) => void (pool as pg.Pool).on('connect', (client) => client.on('notice', hear)),
  }
  return {
    databaseUrl: url.href,
    metrics,
    /** What has run since the last call. */
    take(): Statement[] {
      const taken = statements
      statements = []
      return taken
    },
  }
}

function statementOf({ 'Query Text': query, Plan }: z.infer<typeof Explained>): Statement {
  const nodesOf = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)]
  const reads = nodesOf(Plan).flatMap((node) => {
    const { 'Node Type': way, 'Relation Name': table, 'Actual Loops': loops } = node
    if (!table || way === 'ModifyTable' || loops === 0) return []
    const thrownAway = (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0)
    return [{ table, way, rows: Math.round((node['Actual Rows'] + thrownAway) * loops) }]
  })
  return { query, reads }
}

/** What takes longer the more there is: whole tables gone through, and looking at more than so many rows of one table. */
export function tooMuch(
  { query, reads }: Statement,
  large: ReadonlySet<string>,
  rowsMax: (table: string) => number,
): string[] {
  const scans = reads.filter(({ table, way }) => way === 'Seq Scan' && large.has(table))
  const sums = [...Map.groupBy(reads, ({ table }) => familyOf(table)).values()]
    .map((same) => ({ ...same[0]!, rows: same.reduce((sum, { rows }) => sum + rows, 0) }))
    .filter(({ rows, table }) => rows > rowsMax(table))
  return [...scans, ...sums].map(
    ({ way, rows, table }) =>
      `${way}, ${rows} rows of ${table}: ${query.replaceAll(/\s+/g, ' ').slice(0, 1_500)}`,
  )
}

/** All days of the delivery log are one table. */
const familyOf = (table: string) => table.replace(/_\d{8}$|_default$/, '')

/** The tables of more than so many rows, as their statistics say. */
export async function tablesLargerThan(db: Db, rows: number): Promise<Set<string>> {
  const found = await sql<{ name: string }>`
    select relname as name from pg_class where relkind = 'r' and reltuples > ${rows}`.execute(db)
  return new Set(found.rows.map(({ name }) => name))
}
