import { chownSync, openSync, renameSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Opens a file to append to, which nobody but the owner of its folder can read; made when missing. */
export function openPrivate(file: string): number {
  const descriptor = openSync(file, 'a', 0o600)
  giveToFolderOwner(file)
  return descriptor
}

/** Replaces a file, whole or not at all, with one that nobody but the owner of its folder can read. */
export function writePrivate(file: string, content: string): void {
  const unfinished = `${file}.${process.pid}`
  writeFileSync(unfinished, content, { mode: 0o600 })
  giveToFolderOwner(unfinished)
  renameSync(unfinished, file)
}

/** So that one start as root does not lock out the ordinary user whose folder it is. */
function giveToFolderOwner(file: string): void {
  if (process.getuid?.() !== 0) return
  const folder = statSync(path.dirname(file))
  chownSync(file, folder.uid, folder.gid)
}
