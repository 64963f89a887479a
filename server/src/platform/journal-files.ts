import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

// Where journals lie: `1.db`, `2.db`, … in one folder, one for each process that runs at the same time. A `-wal` beside
// a file is part of it: it holds what was written last.

type OnDamaged = (file: string) => void

// SQLite's primary result codes (https://sqlite.org/rescode.html): held by somebody else, damaged, no database.
const SQLITE_BUSY = 5
const DAMAGED = [11, 26]
/** How long a process that starts waits for another one that takes over what it has found. */
const LOCK_WITHIN_MS = 20_000

/** A file of our own, with what processes that are gone could not finish. Throws when the folder cannot be written. */
export function openFile(folder: string, onDamaged: OnDamaged): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return holdingFolder(folder, LOCK_WITHIN_MS, () => {
    const own = takeFirstFree(folder, onDamaged)
    adoptOthers(folder, own, { onDamaged, maxBytes: Number.POSITIVE_INFINITY })
    return own
  })
}

/**
 * Takes over what processes have left behind since, of one of them and little more than so many bytes at a time; answers how
 * much that was. Nothing while somebody else looks.
 */
export function adoptLater(own: DatabaseSync, options: Adopting): Amount {
  const folder = path.dirname(own.location() ?? '')
  try {
    return holdingFolder(folder, 0, () => adoptOthers(folder, own, options))
  } catch (error) {
    if (primaryCode(error) !== SQLITE_BUSY) throw error
    return NOTHING
  }
}

/** One process at a time looks for files, as one might remove what another one has just opened. */
function holdingFolder<Result>(folder: string, timeout: number, action: () => Result): Result {
  const lock = new DatabaseSync(path.join(folder, 'lock'), { timeout })
  try {
    lock.exec('begin exclusive')
    return action()
  } finally {
    lock.close()
  }
}

function takeFirstFree(folder: string, onDamaged: OnDamaged): DatabaseSync {
  for (let number = 1; ; number += 1) {
    const database = openUndamaged(path.join(folder, `${number}.db`), onDamaged)
    if (database) return database
  }
}

function openUndamaged(file: string, onDamaged: OnDamaged): DatabaseSync | null {
  try {
    return tryOpen(file)
  } catch (error) {
    if (!DAMAGED.includes(primaryCode(error))) throw error
    const kept = `${file}.damaged-${Date.now()}`
    // In this order: SQLite would take the rest for what it belongs to, or throw it away.
    for (const part of ['-wal', '-journal', ''])
      if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${kept}${part}`)
    onDamaged(kept)
    return tryOpen(file)
  }
}

/** Null while another process has it. The lock is the kernel's, so it ends with its process. */
function tryOpen(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    chmodSync(file, 0o600)
    // Held alone, a write-ahead log needs no shared memory beside it.
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full')
    database.exec(`begin exclusive;
      create table if not exists entries (id integer primary key autoincrement, record text not null, body blob not null);
      create table if not exists aside (id integer primary key, record text not null, body blob not null, reason text not null);
      commit`)
    return database
  } catch (error) {
    database.close()
    if (primaryCode(error) === SQLITE_BUSY) return null
    throw error
  }
}

const PRIMARY_CODE_MASK = 0xff
const primaryCode = (error: unknown) => Number((error as { errcode?: number }).errcode) & PRIMARY_CODE_MASK

type Adopting = { onDamaged: OnDamaged; maxBytes: number }
type Amount = { count: number; bytes: number }
const NOTHING: Amount = { count: 0, bytes: 0 }

/** Moves over what processes that are gone could not finish. */
function adoptOthers(folder: string, own: DatabaseSync, { onDamaged, maxBytes }: Adopting): Amount {
  const ownFile = own.location()
  let moved = NOTHING
  for (const name of readdirSync(folder).filter((name) => /^\d+\.db$/.test(name))) {
    const file = path.join(folder, name)
    const other = path.resolve(file) === ownFile ? null : openUndamaged(file, onDamaged)
    if (!other) continue
    const { count, bytes, isAll } = moveOver(other, own, maxBytes - moved.bytes)
    other.close()
    moved = { count: moved.count + count, bytes: moved.bytes + bytes }
    if (!isAll) break
    for (const part of ['', '-wal', '-journal']) rmSync(`${file}${part}`, { force: true })
  }
  return moved
}

/** What a crash leaves in both is applied once all the same, by its id. */
function moveOver(from: DatabaseSync, to: DatabaseSync, maxBytes: number): Amount & { isAll: boolean } {
  const moved = { count: 0, bytes: 0, isAll: true }
  let last = 0
  inTransaction(to, () => {
    const insert = to.prepare('insert into entries (record, body) values (?, ?)')
    for (const row of from.prepare('select id, record, body from entries order by id').iterate()) {
      const { id, record, body } = row as { id: number; record: string; body: Uint8Array }
      moved.isAll = moved.bytes < maxBytes
      if (!moved.isAll) return
      insert.run(record, body)
      last = id
      moved.count += 1
      moved.bytes += Buffer.byteLength(record) + body.length
    }
    const keepAside = to.prepare('insert into aside (record, body, reason) values (?, ?, ?)')
    for (const row of from.prepare('select record, body, reason from aside order by id').iterate())
      keepAside.run(...Object.values(row))
  })
  if (!moved.isAll)
    inTransaction(from, () => void from.prepare('delete from entries where id <= ?').run(last))
  return moved
}

/** All of it or nothing. */
export function inTransaction(database: DatabaseSync, action: () => void): void {
  try {
    database.exec('begin immediate')
    action()
    database.exec('commit')
  } finally {
    // A disk that is full ends some transactions by itself; one that stayed open would be in the way of all later ones.
    if (database.isTransaction) database.exec('rollback')
  }
}
