import { execFile } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { insertUser } from '../../server/src/people/store.ts'
import type { Db } from '../../server/src/platform/db.ts'
import { Failure } from '../../server/src/platform/failure.ts'
import type { Seed, SeededService } from '../../server/src/testing/seed/plan.ts'
import { seedHistory } from '../../server/src/testing/seed/seed.ts'
import { temporaryParent } from './folder.ts'
import { say } from './output.ts'
import type { Server } from './server.ts'
import { install } from './stage.ts'

export type Size = { incidents: number; deliveries: number }

const SERVICES = 40
const USERS = 5
const CONNECTIONS_MAX = 4

type Options = {
  size: Size
  /** The end of the history: whatever arrives later is no part of it. */
  now: Date
  signal: AbortSignal
  /** Gets the largest part of the history; without, all services are new. */
  first?: SeededService
}

/** Fills the server's database with a history of this size. */
export async function grow(server: Server, { size, now, signal, first }: Options): Promise<Seed> {
  const { deps, databaseUrl } = server
  const services = first ? [first] : []
  for (let index = services.length + 1; index <= SERVICES; index += 1)
    services.push((await install(deps, `Service ${index}`, null)).service)
  const userIds = []
  for (let index = 1; index <= USERS; index += 1) userIds.push(await addUser(deps.db, index, now))

  const beganAt = performance.now()
  let saidAt = 0
  const progress = (what: string, share: number) => {
    const seconds = (performance.now() - beganAt) / 1_000
    if (seconds - saidAt < 10) return
    saidAt = seconds
    const left = (seconds * (1 - share)) / share
    say(`Filling the database: ${Math.round(share * 100)} %, ${what}; about ${minutes(left)} more`)
  }
  await hurry(deps.db, true)
  const connections = Math.min(availableParallelism(), CONNECTIONS_MAX)
  const plan = { ...size, now, services, userIds }
  const seed = await seedHistory(deps, plan, { databaseUrl, connections, progress, signal })
  await hurry(deps.db, false)
  await sql`checkpoint`.execute(deps.db)
  await settle()
  say(`The database was filled in ${minutes((performance.now() - beganAt) / 1_000)}.`)
  return seed
}

const minutes = (seconds: number) =>
  seconds < 90 ? `${Math.round(seconds)} seconds` : `${Math.round(seconds / 60)} minutes`

/** About how long it takes to fill a database, in seconds: of 2 processors, one incident takes 0.15 ms and one delivery 0.04. */
export const secondsToGrow = ({ incidents, deliveries }: Size): number =>
  30 + incidents * 0.000_15 + deliveries * 0.000_04

async function addUser(db: Db, index: number, now: Date): Promise<string> {
  const given = {
    name: `Ana Example ${index}`,
    email: `ana-${index}@example.com`,
    role: 'responder',
  } as const
  const { id } = await db.transaction().execute((trx) => insertUser(trx, given, now))
  return id
}

/** While the history is written nothing has to last; what is measured afterwards has PostgreSQL's own settings again. */
const HASTE = {
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
  max_wal_size: '8GB',
  checkpoint_timeout: '30min',
}

async function hurry(db: Db, on: boolean): Promise<void> {
  for (const [name, value] of Object.entries(HASTE))
    await sql.raw(on ? `alter system set ${name} = '${value}'` : `alter system reset ${name}`).execute(db)
  await sql`select pg_reload_conf()`.execute(db)
}

/** What the system still has to write would be written while somebody measures. */
const settle = () => promisify(execFile)('sync').catch(() => undefined)

const BYTES_PER_INCIDENT = 2_500
const BYTES_PER_DELIVERY = 1_300
const GIB = 1024 ** 3

/** Refuses before anything is begun: a full disk in the middle harms others too. */
export function demandRoom({ incidents, deliveries }: Size): void {
  const data = incidents * BYTES_PER_INCIDENT + deliveries * BYTES_PER_DELIVERY
  const needed = 1.1 * data + Math.min(data, 10 * GIB) + 2 * GIB
  const { bavail, bsize } = statfsSync(temporaryParent())
  if (bavail * bsize >= needed) return
  const inGib = (bytes: number) => `${Math.ceil(bytes / GIB)} GiB`
  throw new Failure(
    `${temporaryParent()} has ${inGib(bavail * bsize)} free; this needs ${inGib(needed)}. Make room, set TMPDIR to a folder on a larger disk, or give smaller --incidents and --deliveries.`,
  )
}
