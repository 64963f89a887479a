import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { keepDeliveryLog } from '../../alerts/jobs.ts'
import type { Deps } from '../../deps.ts'
import type { Db } from '../../platform/db.ts'
import { seedCounts, seedDeliveries, seedIdempotencyKeys } from './deliveries.ts'
import { seedIncidents, seedLongTimeline } from './incidents.ts'
import { DELIVERY_DAYS, partsOf, type Seed, type SeedPlan, seedOf } from './plan.ts'

const APPLICATION = 'opsknight seed'
const INCIDENTS_AT_ONCE = 50_000
const DELIVERIES_AT_ONCE = 100_000
const LONG_TIMELINE = 5_000
const DAY_MS = 24 * 3600 * 1000

type Options = {
  databaseUrl: string
  /** How many write at the same time. */
  connections: number
  /** Hears what is being done, and which share of all is done. */
  progress?(what: string, share: number): void
  signal?: AbortSignal
}

/**
 * Fills a database with a history, set by set, for measurements and tests of what many rows do: going through the front door would take days. What is
 * written looks like what the front door leaves behind; nothing of it is checked against foreign keys.
 */
export async function seedHistory(deps: Deps, plan: SeedPlan, options: Options): Promise<Seed> {
  await makeDays(deps, plan.now)
  const seed = seedOf(plan, await reserveNumbers(deps.db, plan.incidents))
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: options.connections,
    application_name: APPLICATION,
    // Without triggers: every foreign key is right by construction, and looking each up would take most of the time.
    options:
      '-c session_replication_role=replica -c synchronous_commit=off -c maintenance_work_mem=512MB -c statement_timeout=0',
  })
  // Whoever aborts ends the connections: what was running on them says so itself.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  const db: Db = new Kysely({ dialect: new PostgresDialect({ pool }) })
  const abort = () => void endWriting(deps.db)
  options.signal?.addEventListener('abort', abort)
  try {
    await write(db, seed, options)
  } finally {
    options.signal?.removeEventListener('abort', abort)
    await db.destroy()
  }
  return seed
}

/** Whoever does not want to wait any longer ends what is being written: one statement may take minutes. */
const endWriting = (db: Db) =>
  sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = ${APPLICATION}`
    .execute(db)
    .catch(() => undefined)

/** The partitions of all days, made by the chore that makes them. */
async function makeDays(deps: Deps, now: Date): Promise<void> {
  for (let days = DELIVERY_DAYS; days >= 0; days -= 1) {
    const day = new Date(now.getTime() - days * DAY_MS)
    await keepDeliveryLog({ ...deps, clock: { now: () => day } })
  }
}

async function reserveNumbers(db: Db, count: number): Promise<number> {
  const { rows } = await sql<{ first: number }>`
    select setval('incident_numbers', nextval('incident_numbers') + ${count - 1}) - ${count - 1} as first`.execute(
    db,
  )
  return rows[0]?.first ?? 1
}

type Task = {
  what: string
  /** About how long it takes, in milliseconds of a usual machine. */
  weight: number
  run(db: Db): Promise<unknown>
}

async function write(db: Db, seed: Seed, { connections, signal, progress }: Options): Promise<void> {
  // An index of words is made whole in a tenth of the time that it takes to keep one up to date.
  const index = await dropTextIndex(db)
  const phases = [incidentTasks(seed), deliveryTasks(seed), finishingTasks(seed, index)]
  const total = phases.flat().reduce((sum, { weight }) => sum + weight, 0)
  let done = 0
  for (const tasks of phases) {
    const waiting = [...tasks]
    await Promise.all(
      Array.from({ length: connections }, async () => {
        for (let task = waiting.shift(); task; task = waiting.shift()) {
          signal?.throwIfAborted()
          await task.run(db)
          done += task.weight
          progress?.(task.what, done / total)
        }
      }),
    )
  }
}

const incidentTasks = (seed: Seed): Task[] =>
  partsOf(seed.incidents, INCIDENTS_AT_ONCE).map((part) => ({
    what: 'incidents',
    weight: 0.2 * (part.to - part.from + 1),
    run: (db) => db.transaction().execute((trx) => seedIncidents(trx, seed, part)),
  }))

const deliveryTasks = (seed: Seed): Task[] => [
  ...daysOf(seed).map(({ table, from, to }) => ({
    what: 'deliveries',
    weight: 0.06 * (to - from + 1),
    async run(db: Db) {
      for (const part of partsOf(to - from + 1, DELIVERIES_AT_ONCE))
        await db
          .transaction()
          .execute((trx) => seedDeliveries(trx, seed, { from: from + part.from - 1, to: from + part.to - 1 }))
      await vacuum(db, table)
    },
  })),
  {
    what: 'keys of messages',
    weight: 0.03 * (seed.deliveries / DELIVERY_DAYS),
    run: (db) =>
      db.transaction().execute((trx) =>
        seedIdempotencyKeys(trx, seed, {
          from: seed.deliveries - Math.floor(seed.deliveries / DELIVERY_DAYS) + 1,
          to: seed.deliveries,
        }),
      ),
  },
]

/** The deliveries of each calendar day, and the partition that they lie in. */
function daysOf({ now, deliveries }: Seed): { table: string; from: number; to: number }[] {
  const start = now.getTime() - DELIVERY_DAYS * DAY_MS
  const firstAfter = (ms: number) =>
    Math.min(Math.max(Math.ceil(((ms - start) / (DELIVERY_DAYS * DAY_MS)) * deliveries), 1), deliveries + 1)
  return Array.from({ length: DELIVERY_DAYS + 1 }, (_, index) => {
    const day = (Math.floor(start / DAY_MS) + index) * DAY_MS
    const table = `deliveries_${new Date(day).toISOString().slice(0, 10).replaceAll('-', '')}`
    return { table, from: firstAfter(day), to: firstAfter(day + DAY_MS) - 1 }
  })
}

const finishingTasks = (seed: Seed, index: string | null): Task[] => [
  {
    what: 'index of words',
    weight: 0.05 * seed.incidents,
    run: async (db) => {
      if (index) await sql.raw(index).execute(db)
      await vacuum(db, 'incident_texts')
    },
  },
  {
    what: 'statistics',
    weight: 0.01 * seed.incidents,
    async run(db) {
      await db.transaction().execute((trx) => seedCounts(trx, seed))
      await db.transaction().execute((trx) => seedLongTimeline(trx, seed, LONG_TIMELINE))
      for (const table of TABLES) await vacuum(db, table)
    },
  },
]

const TABLES = [
  ...['incidents', 'timeline_entries', 'incident_aliases', 'escalations', 'idempotency_keys'],
  ...['integration_minutes', 'integration_kinds', 'services', 'integrations'],
]

/** What PostgreSQL does by itself in time: otherwise it would do it while somebody measures. */
const vacuum = (db: Db, table: string) => sql`vacuum (analyze) ${sql.table(table)}`.execute(db)

/** Answers how to make it again; null where PostgreSQL has no trigrams. */
async function dropTextIndex(db: Db): Promise<string | null> {
  const { rows } = await sql<{ definition: string }>`
    select pg_get_indexdef(to_regclass('incident_texts_by_trigram')) as definition`.execute(db)
  await sql`drop index if exists incident_texts_by_trigram`.execute(db)
  return rows[0]?.definition ?? null
}
