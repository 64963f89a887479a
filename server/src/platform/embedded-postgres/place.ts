import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { Failure } from '../failure.ts'
import { type Account, canEnter, postgresAccount, runTool } from './account.ts'
import { usableBinaries } from './binaries.ts'
import { writePrivate } from './files.ts'
import { endProcesses } from './processes.ts'

/** Where things are that PostgreSQL's account can reach although the data folder cannot be. */
export const SHARED_FOLDER = '/var/lib/opsknight'

export type Place = {
  /** `<data>/postgres`: locks, connection facts, PostgreSQL's log; and the cluster, unless its account cannot reach it there. */
  folder: string
  /** PostgreSQL's own data directory. */
  cluster: string
  account: Account | null
  /** The folder with PostgreSQL's `bin`, `lib` and `share`. */
  binaries: string
}

type Pointer = { home: string; dataFolder: string }

/** The folder of a data folder that is ours; made when missing. */
export function postgresFolder(dataFolder: string): string {
  // Root lets PostgreSQL's account pass through; everything inside has modes of its own.
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700
  mkdirSync(path.join(dataFolder, 'postgres'), { recursive: true, mode })
  const folder = path.join(realpathSync(dataFolder), 'postgres')
  refuseForeign(folder)
  return folder
}

/** What another account has started, it alone (or root) can start again. */
function refuseForeign(folder: string): void {
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid
  const user = process.getuid?.()
  if (owner === undefined || user === undefined || user === 0 || user === owner) return
  throw new Failure(
    `${folder} belongs to another account (user id ${owner}), which OpsKnight ran as before. Start it as that one, ` +
      `give the folder to this one (sudo chown -R ${user} ${path.dirname(folder)}), or use another data folder (OPSKNIGHT_DATA).`,
  )
}

/** Finds or chooses where the cluster of this folder lives and who runs it. Call it with the change lock held. */
export async function findPlace(folder: string): Promise<Place> {
  const cluster = path.join(await findHome(folder), 'cluster')
  refuseForeign(cluster)
  const account = postgresAccount(cluster)
  const copies = account ? SHARED_FOLDER : folder
  return { folder, cluster, account, binaries: usableBinaries(account, copies) }
}

async function findHome(folder: string): Promise<string> {
  const inFolder = path.join(folder, 'cluster')
  const pointer = readPointer(folder)
  if (!pointer && canEnter(postgresAccount(inFolder), folder)) return folder

  const home = pointer?.home ?? chooseHome(folder, postgresAccount(inFolder))
  const outside = path.join(home, 'cluster')
  if (existsSync(inFolder) && !existsSync(outside)) await moveCluster(inFolder, outside)
  return home
}

/** Makes a home that the account can reach, and leaves a pointer to it. */
function chooseHome(folder: string, account: Account | null): string {
  const dataFolder = path.dirname(folder)
  mkdirSync(SHARED_FOLDER, { recursive: true, mode: 0o711 })
  // A new one each time: whoever deletes the data folder to start afresh must not meet the old database again.
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 12)
  const home = mkdtempSync(path.join(SHARED_FOLDER, `${hash}-`))
  chmodSync(home, 0o711)
  if (!canEnter(account, home))
    throw new Failure(
      `PostgreSQL runs as the account "${account?.name}", which can reach neither ${folder} nor ${home}. ` +
        'Set OPSKNIGHT_DATA to a folder that it can pass into, or start OpsKnight as an ordinary user.',
    )
  writePointer(folder, { home, dataFolder })
  return home
}

async function moveCluster(from: string, to: string): Promise<void> {
  await endProcesses(from)
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const unfinished = `${to}.moving`
    rmSync(unfinished, { recursive: true, force: true })
    // cp keeps the owner, which Node's own copy does not.
    await runTool(null, 'cp', ['-a', from, unfinished])
    renameSync(unfinished, to)
    rmSync(from, { recursive: true })
  }
}

const pointerFile = (folder: string) => path.join(folder, 'database-location.json')

function readPointer(folder: string): Pointer | null {
  if (!existsSync(pointerFile(folder))) return null
  const pointer: Pointer = JSON.parse(readFileSync(pointerFile(folder), 'utf8'))
  const dataFolder = path.dirname(folder)
  if (pointer.dataFolder === dataFolder) return pointer

  if (existsSync(pointerFile(path.join(pointer.dataFolder, 'postgres'))))
    throw new Failure(
      `${dataFolder} is a copy of ${pointer.dataFolder}, whose database is kept in ${pointer.home} and was not copied with it. ` +
        'Start with an empty data folder, or remove the one that is not needed.',
    )
  const moved = { home: pointer.home, dataFolder }
  writePointer(folder, moved)
  return moved
}

function writePointer(folder: string, pointer: Pointer): void {
  writePrivate(pointerFile(folder), `${JSON.stringify(pointer, null, 2)}\n`)
}
