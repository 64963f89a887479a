import type { DatabaseSync } from 'node:sqlite'
import type { OnDamaged } from './journal-damage.ts'
import { adoptLater, openFile } from './journal-files.ts'
import { inTransaction } from './sqlite.ts'

/** A record with the bytes that belong to it, and its place in the order. */
export type JournalEntry = { id: number; record: string; body: Uint8Array }

/**
 * A durable first-in-first-out queue on the local disk, for what has to be kept while the database is away. It
 * belongs to one process; what a process that is gone left behind is taken over by the others of the same folder.
 */
export type Journal = {
  readonly isEmpty: boolean
  /** What has been appended and not been removed. */
  readonly waiting: { count: number; bytes: number }
  /** How many entries could not be applied and are kept aside. */
  readonly setAsideCount: number
  /** It has refused an entry a moment ago, and has neither taken nor given one away since. */
  readonly isFull: boolean
  /** Resolves when it is on the disk. Throws `JournalFull`. Everything of one turn of the event loop shares one sync. */
  append(record: string, body: Uint8Array): Promise<void>
  /** The oldest entries on the disk, at most so many and, beyond the first, so many bytes. They stay until they are removed. */
  read(limit: number, maxBytes: number): JournalEntry[]
  /**
   * Takes the oldest entries out. Throws when the disk cannot be written: then the next process reads them again, this
   * one does not, so that a full disk does not keep a database that is back waiting.
   */
  remove(oldest: readonly JournalEntry[]): void
  /** Takes the oldest entry out, as it cannot be applied, and keeps it: it neither holds up others nor is lost. */
  setAside(oldest: JournalEntry, reason: string): void
  /** Takes over what a process that has ended since left in the same folder, a part at a time. */
  adopt(): void
  close(): void
}

export class JournalFull extends Error {
  override name = 'JournalFull'
}

type Options = {
  /** How much may wait, so that an outage does not fill the disk. */
  maxBytes: number
  /** A damaged file is kept under this other name; a new one takes its place, with what could be read of it. */
  onDamaged: OnDamaged
}

/** Throws when the folder cannot be written. */
export function openJournal(folder: string, options: Options): Journal {
  return journalOn(openFile(folder, options.onDamaged), options)
}

/** After this it is worth trying again: the disk may have room now, or the next entry may be smaller. */
const FULL_FOR_MS = 5_000

/** So much is taken over at a time, as nothing else happens meanwhile. */
const ADOPTED_BYTES = 8 * 1024 * 1024
/** A file of this size is worth shrinking when it is empty again, in SQLite's pages of 4 KiB. */
const LARGE_PAGES = 2_048

type Waiting = { record: string; body: Uint8Array; resolve(): void; reject(error: unknown): void }

function journalOn(database: DatabaseSync, { maxBytes, onDamaged }: Options): Journal {
  const insert = database.prepare('insert into entries (record, body) values (?, ?)')
  const inOrder = database.prepare('select id, record, body from entries where id > ? order by id limit ?')
  const removeUpTo = database.prepare('delete from entries where id <= ?')
  const keepAside = database.prepare('insert into aside (record, body, reason) values (?, ?, ?)')
  const held = totals(database)
  let setAsideCount = countOf(database, 'aside')
  let waiting: Waiting[] = []
  /** The newest entry that was taken out; the older ones are, too, even if the disk could not be written then. */
  let takenOut = 0
  let refusedAt = Number.NEGATIVE_INFINITY

  const add = (count: number, bytes: number) => {
    held.count += count
    held.bytes += bytes
  }

  function flush(): void {
    const group = waiting
    waiting = []
    try {
      inTransaction(database, () => {
        removeUpTo.run(takenOut)
        for (const { record, body } of group) insert.run(record, body)
      })
      refusedAt = Number.NEGATIVE_INFINITY
      for (const { resolve } of group) resolve()
    } catch (error) {
      refusedAt = performance.now()
      for (const entry of group) add(-1, -sizeOf(entry))
      for (const { reject } of group) reject(error)
    }
  }

  function remove(oldest: readonly JournalEntry[]): void {
    for (const entry of oldest) add(-1, -sizeOf(entry))
    takenOut = oldest.at(-1)?.id ?? takenOut
    inTransaction(database, () => void removeUpTo.run(takenOut))
    refusedAt = Number.NEGATIVE_INFINITY
    if (held.count === 0) giveBackDisk(database)
  }

  return {
    get isEmpty() {
      return held.count === 0
    },
    get waiting() {
      return { ...held }
    },
    get setAsideCount() {
      return setAsideCount
    },
    get isFull() {
      return performance.now() - refusedAt < FULL_FOR_MS
    },
    append(record, body) {
      const size = sizeOf({ record, body })
      if (held.bytes + size > maxBytes) {
        refusedAt = performance.now()
        throw new JournalFull(`The journal holds ${held.bytes} bytes and takes no more`)
      }
      add(1, size)
      if (waiting.length === 0) setImmediate(flush)
      return new Promise((resolve, reject) => waiting.push({ record, body, resolve, reject }))
    },
    read: (limit, bytes) => prefixOf(inOrder.iterate(takenOut, limit) as Iterable<JournalEntry>, bytes),
    remove,
    setAside(entry, reason) {
      inTransaction(database, () => {
        keepAside.run(entry.record, entry.body, reason)
        removeUpTo.run(entry.id)
      })
      takenOut = entry.id
      setAsideCount += 1
      add(-1, -sizeOf(entry))
    },
    adopt() {
      const { count, bytes } = adoptLater(database, { maxBytes: ADOPTED_BYTES, onDamaged })
      add(count, bytes)
      setAsideCount = countOf(database, 'aside')
    },
    close: () => database.close(),
  }
}

/** An outage that is over has left a large file behind; a disk that is full keeps it. */
function giveBackDisk(database: DatabaseSync): void {
  const pages = Number(database.prepare('pragma page_count').get()?.page_count)
  if (pages < LARGE_PAGES) return
  database.exec('vacuum; pragma wal_checkpoint(truncate)')
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

const countOf = (database: DatabaseSync, table: string): number =>
  Number(database.prepare(`select count(*) as count from ${table}`).get()?.count)
