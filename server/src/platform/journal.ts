import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** A record with the bytes that belong to it, and its place in the order. */
export type JournalEntry = { id: number; record: string; body: Uint8Array }

/**
 * A durable first-in-first-out queue on the local disk, for what has to be kept while the database is away. It
 * belongs to one process; what a process that is gone left behind is taken over by the next one that opens the folder.
 */
export type Journal = {
  readonly isEmpty: boolean
  /** Resolves when it is on the disk. Throws `JournalFull`. Everything of one turn of the event loop shares one sync. */
  append(record: string, body: Uint8Array): Promise<void>
  /** The oldest entries; they stay until they are removed. */
  read(limit: number): JournalEntry[]
  remove(ids: readonly number[]): void
  close(): void
}

export class JournalFull extends Error {
  override name = 'JournalFull'
}

// SQLite's primary result code for "somebody else holds it" (https://sqlite.org/rescode.html#busy).
const SQLITE_BUSY = 5

/** `maxBytes`: how much may wait, so that an outage does not fill the disk. Throws when the folder cannot be written. */
export function openJournal(folder: string, maxBytes: number): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = takeFirstFree(folder)
  adoptOthers(folder, database)
  return journalOn(database, maxBytes)
}

function journalOn(database: DatabaseSync, maxBytes: number): Journal {
  const insert = database.prepare('insert into entries (record, body) values (?, ?)')
  const oldest = database.prepare('select id, record, body from entries order by id limit ?')
  const removeOne = database.prepare('delete from entries where id = ?')
  let { count, bytes } = totals(database)
  let waiting: { record: string; body: Uint8Array; resolve(): void; reject(error: unknown): void }[] = []

  function flush(): void {
    const group = waiting
    waiting = []
    try {
      inTransaction(database, () => {
        for (const { record, body } of group) insert.run(record, body)
      })
      for (const { resolve } of group) resolve()
    } catch (error) {
      for (const { record, body } of group) {
        count -= 1
        bytes -= sizeOf(record, body)
      }
      for (const { reject } of group) reject(error)
    }
  }

  return {
    get isEmpty() {
      return count === 0
    },
    append(record, body) {
      const size = sizeOf(record, body)
      if (bytes + size > maxBytes) throw new JournalFull(`The journal holds ${bytes} bytes and takes no more`)
      count += 1
      bytes += size
      if (waiting.length === 0) setImmediate(flush)
      return new Promise((resolve, reject) => waiting.push({ record, body, resolve, reject }))
    },
    read: (limit) => oldest.all(limit) as JournalEntry[],
    remove(ids) {
      inTransaction(database, () => {
        for (const id of ids) removeOne.run(id)
      })
      ;({ count, bytes } = totals(database))
      count += waiting.length
      bytes += waiting.reduce((sum, { record, body }) => sum + sizeOf(record, body), 0)
    },
    close: () => database.close(),
  }
}

const sizeOf = (record: string, body: Uint8Array) => record.length + body.length

function totals(database: DatabaseSync): { count: number; bytes: number } {
  const row = database
    .prepare(
      'select count(*) as count, coalesce(sum(length(record) + length(body)), 0) as bytes from entries',
    )
    .get()
  return { count: Number(row?.count), bytes: Number(row?.bytes) }
}

function inTransaction(database: DatabaseSync, action: () => void): void {
  database.exec('begin immediate')
  try {
    action()
    database.exec('commit')
  } catch (error) {
    database.exec('rollback')
    throw error
  }
}

function takeFirstFree(folder: string): DatabaseSync {
  for (let number = 1; ; number += 1) {
    const database = tryOpen(path.join(folder, `${number}.db`))
    if (database) return database
  }
}

/** Null while another process has it. The lock is the kernel's, so it ends with its process. */
function tryOpen(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    chmodSync(file, 0o600)
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = delete; pragma synchronous = full')
    database.exec(
      'begin exclusive; create table if not exists entries (id integer primary key autoincrement, record text not null, body blob not null); commit',
    )
    return database
  } catch (error) {
    database.close()
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return null
    throw error
  }
}

/** Moves over what processes that are gone could not finish. */
function adoptOthers(folder: string, own: DatabaseSync): void {
  const ownFile = own.location()
  for (const name of readdirSync(folder).filter((name) => /^\d+\.db$/.test(name))) {
    const file = path.join(folder, name)
    const other = path.resolve(file) === ownFile ? null : tryOpen(file)
    if (!other) continue
    const insert = own.prepare('insert into entries (record, body) values (?, ?)')
    inTransaction(own, () => {
      for (const row of other.prepare('select record, body from entries order by id').iterate()) {
        insert.run(row.record as string, row.body as Uint8Array)
      }
    })
    other.exec('delete from entries')
    other.close()
    rmSync(file, { force: true })
  }
}
