import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
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
  /** What has been appended and not been removed. */
  readonly waiting: { count: number; bytes: number }
  /** It has refused an entry, and has neither taken nor given one away since. */
  readonly isFull: boolean
  /** Resolves when it is on the disk. Throws `JournalFull`. Everything of one turn of the event loop shares one sync. */
  append(record: string, body: Uint8Array): Promise<void>
  /** The oldest entries on the disk, at most so many and, beyond the first, so many bytes. They stay until they are removed. */
  read(limit: number, maxBytes: number): JournalEntry[]
  remove(entries: readonly JournalEntry[]): void
  /** Takes an entry that cannot be applied out of the queue and keeps it, so that it neither holds up others nor is lost. */
  setAside(entry: JournalEntry, reason: string): void
  close(): void
}

export class JournalFull extends Error {
  override name = 'JournalFull'
}

type Options = {
  /** How much may wait, so that an outage does not fill the disk. */
  maxBytes: number
  /** A file that cannot be read is kept under this other name; a new one takes its place. */
  onDamaged(file: string): void
}

// SQLite's primary result codes (https://sqlite.org/rescode.html): held by somebody else, damaged, no database.
const SQLITE_BUSY = 5
const DAMAGED = [11, 26]

/** Throws when the folder cannot be written. */
export function openJournal(folder: string, options: Options): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const database = takeFirstFree(folder, options)
  adoptOthers(folder, database, options)
  return journalOn(database, options.maxBytes)
}

type Waiting = { record: string; body: Uint8Array; resolve(): void; reject(error: unknown): void }

function journalOn(database: DatabaseSync, maxBytes: number): Journal {
  const insert = database.prepare('insert into entries (record, body) values (?, ?)')
  const inOrder = database.prepare('select id, record, body from entries order by id limit ?')
  const removeOne = database.prepare('delete from entries where id = ?')
  const keepAside = database.prepare('insert into aside (record, body, reason) values (?, ?, ?)')
  const held = totals(database)
  let waiting: Waiting[] = []
  let isFull = false

  const add = (count: number, bytes: number) => {
    held.count += count
    held.bytes += bytes
  }

  function flush(): void {
    const group = waiting
    waiting = []
    try {
      inTransaction(database, () => {
        for (const { record, body } of group) insert.run(record, body)
      })
      isFull = false
      for (const { resolve } of group) resolve()
    } catch (error) {
      isFull = true
      for (const entry of group) add(-1, -sizeOf(entry))
      for (const { reject } of group) reject(error)
    }
  }

  function remove(entries: readonly JournalEntry[], before: () => void = () => {}): void {
    inTransaction(database, () => {
      before()
      for (const { id } of entries) removeOne.run(id)
    })
    for (const entry of entries) add(-1, -sizeOf(entry))
    isFull = false
  }

  return {
    get isEmpty() {
      return held.count === 0
    },
    get waiting() {
      return { ...held }
    },
    get isFull() {
      return isFull
    },
    append(record, body) {
      const size = sizeOf({ record, body })
      if (held.bytes + size > maxBytes) {
        isFull = true
        throw new JournalFull(`The journal holds ${held.bytes} bytes and takes no more`)
      }
      add(1, size)
      if (waiting.length === 0) setImmediate(flush)
      return new Promise((resolve, reject) => waiting.push({ record, body, resolve, reject }))
    },
    read: (limit, bytes) => prefixOf(inOrder.iterate(limit) as Iterable<JournalEntry>, bytes),
    remove: (entries) => remove(entries),
    setAside: (entry, reason) => remove([entry], () => keepAside.run(entry.record, entry.body, reason)),
    close: () => database.close(),
  }
}

const sizeOf = ({ record, body }: { record: string; body: Uint8Array }) =>
  Buffer.byteLength(record) + body.length

function prefixOf(entries: Iterable<JournalEntry>, maxBytes: number): JournalEntry[] {
  const taken: JournalEntry[] = []
  let bytes = 0
  for (const entry of entries) {
    bytes += sizeOf(entry)
    if (taken.length > 0 && bytes > maxBytes) break
    taken.push(entry)
  }
  return taken
}

function totals(database: DatabaseSync): { count: number; bytes: number } {
  const row = database
    .prepare(
      'select count(*) as count, coalesce(sum(octet_length(record) + octet_length(body)), 0) as bytes from entries',
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

function takeFirstFree(folder: string, options: Options): DatabaseSync {
  for (let number = 1; ; number += 1) {
    const database = openUndamaged(path.join(folder, `${number}.db`), options)
    if (database) return database
  }
}

function openUndamaged(file: string, { onDamaged }: Options): DatabaseSync | null {
  try {
    return tryOpen(file)
  } catch (error) {
    if (!DAMAGED.includes(primaryCode(error))) throw error
    const kept = `${file}.damaged-${Date.now()}`
    renameSync(file, kept)
    onDamaged(kept)
    return tryOpen(file)
  }
}

/** Null while another process has it. The lock is the kernel's, so it ends with its process. */
function tryOpen(file: string): DatabaseSync | null {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    chmodSync(file, 0o600)
    database.exec('pragma locking_mode = exclusive; pragma journal_mode = delete; pragma synchronous = full')
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

/** Moves over what processes that are gone could not finish. */
function adoptOthers(folder: string, own: DatabaseSync, options: Options): void {
  const ownFile = own.location()
  for (const name of readdirSync(folder).filter((name) => /^\d+\.db$/.test(name))) {
    const file = path.join(folder, name)
    const other = path.resolve(file) === ownFile ? null : openUndamaged(file, options)
    if (!other) continue
    inTransaction(own, () => {
      copy(other, own, 'entries', 'record, body')
      copy(other, own, 'aside', 'record, body, reason')
    })
    other.close()
    rmSync(file, { force: true })
  }
}

function copy(from: DatabaseSync, to: DatabaseSync, table: string, columns: string): void {
  const places = columns.split(', ').map(() => '?')
  const insert = to.prepare(`insert into ${table} (${columns}) values (${places.join(', ')})`)
  for (const row of from.prepare(`select ${columns} from ${table} order by id`).iterate()) {
    insert.run(...Object.values(row))
  }
}
