import { closeSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { openPrivate } from './files.ts'

export type Lock = { release(): void }

// SQLite's primary result code for "somebody else holds it" (https://sqlite.org/rescode.html#busy).
const SQLITE_BUSY = 5

/**
 * Takes a lock on a file that the kernel frees when the process ends, however it ends; null while somebody else holds it.
 * Node has no flock, but SQLite's locks on a database file are exactly that, on every system.
 */
export function tryLock(file: string, mode: 'shared' | 'exclusive'): Lock | null {
  closeSync(openPrivate(file))
  const holder = new DatabaseSync(file, { timeout: 0 })
  try {
    holder.exec(mode === 'exclusive' ? 'begin exclusive' : 'begin; select count(*) from sqlite_master')
  } catch (error) {
    holder.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null
    throw error
  }
  return { release: () => holder.close() }
}

/** As `tryLock`, but waits; null when it is still held after `timeoutMs`. */
export async function waitForLock(
  file: string,
  mode: 'shared' | 'exclusive',
  timeoutMs: number,
): Promise<Lock | null> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const lock = tryLock(file, mode)
    if (lock || Date.now() >= deadline) return lock
    await delay(25)
  }
}
