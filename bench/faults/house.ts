import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { acquireEmbeddedPostgres, type Log } from '../../server/src/platform/embedded-postgres/index.ts'
import { clusterProcesses, runningPostmaster } from '../../server/src/platform/embedded-postgres/processes.ts'
import { ADMIN, signedIn, WITH_ADMIN } from '../../server/src/testing/http-client.ts'
import { type Line, openLine } from '../../server/src/testing/open-line.ts'
import { newDataFolder, type ServerProcess, startServer } from '../../server/src/testing/server-process.ts'
import { type JournalDisk, journalDiskAt } from './journal-disk.ts'

/** One server, which may be killed and started again; its address changes then. */
export type Member = {
  name: string
  /** Null while it does not run. */
  process: ServerProcess | null
  start(): Promise<void>
  kill(): Promise<void>
  /** How far its clock is from the right one. */
  shiftClock(milliseconds: number): void
}

/** Servers with their database, and everything by which harm can be done to them. */
export type House = {
  members: Member[]
  /** Between the servers and their database; null where the server has a database of its own. */
  line: Line | null
  disk: JournalDisk
  /** To look into the database with, past the line. */
  databaseUrl(): string
  postgres: { postmaster(): number | null; processes(): number[] }
  /** What all of its servers have printed so far. */
  output(): string
  close(): Promise<void>
}

export type HouseKind = 'one server with its own database' | 'two servers on one database'

const CLOCK = new URL('./shifted-clock.ts', import.meta.url).href

export const openHouse = (kind: HouseKind): Promise<House> =>
  kind === 'one server with its own database' ? alone() : pair()

async function alone(): Promise<House> {
  const { folder, cluster, remove } = newDataFolder()
  const disk = journalDiskAt(path.join(folder, 'journal'))
  const settings = { OPSKNIGHT_DATA: folder, ...WITH_ADMIN }
  return furnish([memberOf('A', settings)], {
    disk,
    line: null,
    cluster,
    databaseUrl: () => ownDatabaseUrl(folder),
    close: async () => {
      disk.remove()
      await remove()
    },
  })
}

/** This process sees to it that PostgreSQL runs, as a service manager would. */
async function pair(): Promise<House> {
  const database = newDataFolder()
  const servers = newDataFolder()
  const disk = journalDiskAt(path.join(servers.folder, 'journal'))
  const postgres = await acquireEmbeddedPostgres({
    dataFolder: database.folder,
    owner: 'server',
    log: SILENT,
  })
  const line = await openLine(postgres.url)
  const settings = {
    OPSKNIGHT_DATA: servers.folder,
    DATABASE_URL: line.url,
    OPSKNIGHT_SECRET_KEY: randomBytes(32).toString('base64'),
    ...WITH_ADMIN,
  }
  return furnish([memberOf('A', settings), memberOf('B', settings)], {
    disk,
    line,
    cluster: database.cluster,
    databaseUrl: () => postgres.url,
    close: async () => {
      await line.close()
      await postgres.release()
      disk.remove()
      await Promise.all([database.remove(), servers.remove()])
    },
  })
}

const SILENT: Log = { info() {}, warn() {}, error() {} }

type Furniture = Pick<House, 'disk' | 'line' | 'databaseUrl' | 'close'> & { cluster: string }

async function furnish(
  members: (Member & { output(): string })[],
  { cluster, close, ...rest }: Furniture,
): Promise<House> {
  const house: House = {
    ...rest,
    members,
    postgres: {
      postmaster: () => runningPostmaster(cluster),
      processes: () => clusterProcesses(cluster),
    },
    output: () => members.map(({ output }) => output()).join(''),
    async close() {
      for (const member of members) await member.process?.stop()
      await close()
    },
  }
  try {
    for (const member of members) await member.start()
    return house
  } catch (error) {
    await house.close()
    throw error
  }
}

function memberOf(name: string, settings: Record<string, string>): Member & { output(): string } {
  let printedBefore = ''
  const member: Member & { output(): string } = {
    name,
    process: null,
    output: () => printedBefore + (member.process?.output() ?? ''),
    async start() {
      member.process = await startServer(settings, [], undefined, ['--import', CLOCK])
    },
    async kill() {
      const { process } = member
      if (!process) return
      member.process = null
      await process.kill()
      printedBefore += process.output()
    },
    shiftClock: (shiftMs) => member.process?.tell({ shiftMs }),
  }
  return member
}

/** Where the server's own PostgreSQL listens; see `acquireEmbeddedPostgres`. */
function ownDatabaseUrl(folder: string): string {
  const file = path.join(folder, 'postgres', 'connection.json')
  if (!existsSync(file)) throw new Error(`There is no ${file}: the server has never run`)
  const { port, password } = JSON.parse(readFileSync(file, 'utf8')) as { port: number; password: string }
  return `postgres://opsknight:${password}@127.0.0.1:${port}/opsknight`
}

/** Somebody who is signed in on the first server that runs. */
export function administrator({ members }: House) {
  const { url } = running(members)[0]!
  return signedIn(url, ADMIN)
}

export const running = (members: readonly Member[]): ServerProcess[] =>
  members.flatMap(({ process }) => (process ? [process] : []))
