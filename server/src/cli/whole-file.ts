import {
  closeSync,
  createWriteStream,
  fsyncSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import type { Writable } from 'node:stream'
import { isAlive } from '../platform/embedded-postgres/processes.ts'
import { Failure } from '../platform/failure.ts'

type Write<T> = (to: Writable) => Promise<T>

const UNFINISHED = '.partial-'

/**
 * Writes a file that only its owner can read, so that it is there whole or not at all: under another name, synced, then
 * renamed, in place of what had the name. `-` is stdout; a device or a pipe is written as it is.
 */
export async function writeWholeFile<T>(file: string, write: Write<T>): Promise<T> {
  if (file === '-') return write(process.stdout)
  const present = statSync(file, { throwIfNoEntry: false })
  if (present && !present.isFile()) return writeTo(file, file, write)
  const target = present ? realpathSync(file) : path.resolve(file)
  removeLeftovers(target)
  const unfinished = `${target}${UNFINISHED}${process.pid}`
  try {
    return await writeTo(unfinished, target, write)
  } catch (error) {
    rmSync(unfinished, { force: true })
    throw error
  }
}

async function writeTo<T>(file: string, target: string, write: Write<T>): Promise<T> {
  const isItself = file === target
  const to = createWriteStream(file, { flags: isItself ? 'w' : 'wx', mode: 0o600, flush: !isItself })
  try {
    const result = await write(to)
    if (!isItself) renameSync(file, target)
    if (!isItself) syncFolder(path.dirname(target))
    return result
  } catch (error) {
    throw error === to.errored || isAboutRenaming(error) ? unwritable(target, error) : error
  }
}

const isAboutRenaming = (error: unknown) => (error as NodeJS.ErrnoException).syscall === 'rename'

const unwritable = (file: string, error: unknown) =>
  new Failure(
    `${file} cannot be written: ${error instanceof Error ? error.message : error}.\nNothing new is there.`,
    { cause: error },
  )

/** What a killed process left there; another one may be at work beside us. */
function removeLeftovers(target: string): void {
  const folder = path.dirname(target)
  const start = `${path.basename(target)}${UNFINISHED}`
  for (const name of namesIn(folder).filter((name) => name.startsWith(start)))
    if (!isAlive(Number(name.slice(start.length)))) rmSync(path.join(folder, name), { force: true })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    // Opening the file says what is wrong with it.
    return []
  }
}

/** So that the new name is on the disk too. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
