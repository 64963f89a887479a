import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type Amount, NOTHING, type OnDamaged, putAway, save, unlessDamaged } from './journal-damage.ts'
import { inTransaction, isBusy } from './sqlite.ts'

// Where journals lie: `1.db`, `2.db`, … in one folder, one for each process that runs at the same time. A `-wal` beside
// a file is part of it: it holds what was written last.

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
    if (!isBusy(error)) throw error
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
    const file = path.join(folder, `${number}.db`)
    const database = unlessDamaged(() => openWhole(file)) ?? startAnew(file, onDamaged)
    if (database !== 'taken') return database
  }
}

/** Looked through as a whole: damage that shows only when its entry is due would hold up all that follow. Null when there is any. */
function openWhole(file: string): DatabaseSync | 'taken' | null {
  const database = tryOpen(file)
  if (!database) return 'taken'
  const found = unlessDamaged(() => database.prepare('pragma quick_check(1)').get())
  if (found?.quick_check === 'ok') return database
  database.close()
  return null
}

/** A new file, with what can still be read of the damaged one. */
function startAnew(file: string, onDamaged: OnDamaged): DatabaseSync | 'taken' {
  const kept = putAway(file)
  const database = tryOpen(file)
  if (!database) return 'taken'
  save(kept, database, onDamaged)
  return database
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
    if (isBusy(error)) return null
    throw error
  }
}

type Adopting = { onDamaged: OnDamaged; maxBytes: number }

/** Moves over what processes that are gone could not finish. */
function adoptOthers(folder: string, own: DatabaseSync, { onDamaged, maxBytes }: Adopting): Amount {
  const ownFile = own.location()
  const moved = { ...NOTHING }
  for (const name of readdirSync(folder).filter((name) => /^\d+\.db$/.test(name))) {
    const file = path.join(folder, name)
    const taken =
      path.resolve(file) === ownFile
        ? null
        : adoptOne(file, own, { onDamaged, maxBytes: maxBytes - moved.bytes })
    if (!taken) continue
    moved.count += taken.count
    moved.bytes += taken.bytes
    if (!taken.isAll) break
    for (const part of ['', '-wal', '-journal']) rmSync(`${file}${part}`, { force: true })
  }
  return moved
}

type Part = Amount & { isAll: boolean }

/** Null while the process lives that has it. */
function adoptOne(file: string, own: DatabaseSync, { onDamaged, maxBytes }: Adopting): Part | null {
  const moved = unlessDamaged(() => {
    const other = tryOpen(file)
    if (!other) return 'taken'
    try {
      return moveOver(other, own, maxBytes)
    } finally {
      other.close()
    }
  })
  if (moved === 'taken') return null
  return moved ?? { ...save(putAway(file), own, onDamaged), isAll: true }
}

/** What a crash leaves in both is applied once all the same, by its id. */
function moveOver(from: DatabaseSync, to: DatabaseSync, maxBytes: number): Part {
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
