import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs'
import path from 'node:path'

/** The disk on which the servers' journals lie, and how it is filled. */
export type JournalDisk = {
  way: 'a small file system of its own' | 'a limit on the size of files' | 'none on this system'
  /** Nothing can be written any more. */
  fill(pids: readonly number[]): void
  free(pids: readonly number[]): void
  /** How many there are: one for each server that runs, and for each that left something behind. */
  journals(): number
  remove(): void
}

const MEBIBYTE = 1024 * 1024
const DISK_MEBIBYTES = 256

/** Where mounting is allowed it is a file system in memory; elsewhere the kernel's limit on the size of a process's files. */
export function journalDiskAt(folder: string): JournalDisk {
  // PostgreSQL's account has to pass through the data folder.
  mkdirSync(path.dirname(folder), { recursive: true, mode: 0o711 })
  mkdirSync(folder, { mode: 0o700 })
  if (succeeds('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MEBIBYTES}m,mode=0700`, 'none', folder]))
    return smallFileSystem(folder)
  if (succeeds('prlimit', ['--pid', String(process.pid)])) return limitedFiles(folder)
  return { ...NOTHING_FULL, journals: () => journalsIn(folder) }
}

const journalsIn = (folder: string) => readdirSync(folder).filter((name) => /^\d+\.db$/.test(name)).length

const succeeds = (program: string, args: readonly string[]) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0

function smallFileSystem(folder: string): JournalDisk {
  const ballast = path.join(folder, 'ballast')
  return {
    way: 'a small file system of its own',
    fill: () => writeUntilFull(ballast),
    free: () => rmSync(ballast, { force: true }),
    journals: () => journalsIn(folder),
    remove: () => void succeeds('umount', ['-l', folder]),
  }
}

function writeUntilFull(file: string): void {
  const handle = openSync(file, 'a')
  for (let bytes = MEBIBYTE; bytes >= 512; bytes = Math.floor(bytes / 2))
    try {
      for (;;) writeSync(handle, Buffer.alloc(bytes))
    } catch {
      // Perhaps less still fits.
    }
  closeSync(handle)
}

function limitedFiles(folder: string): JournalDisk {
  const limit = (pids: readonly number[], bytes: number | 'unlimited') => {
    for (const pid of pids) succeeds('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
  }
  const largest = () =>
    Math.max(0, ...readdirSync(folder).map((name) => statSync(path.join(folder, name)).size))
  return {
    way: 'a limit on the size of files',
    fill: (pids) => limit(pids, largest()),
    free: (pids) => limit(pids, 'unlimited'),
    journals: () => journalsIn(folder),
    remove: () => {},
  }
}

const NOTHING_FULL = { way: 'none on this system', fill() {}, free() {}, remove() {} } as const
