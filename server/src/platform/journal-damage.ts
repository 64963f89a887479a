import { existsSync, renameSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { inTransaction, isDamaged } from './sqlite.ts'

export type Amount = { count: number; bytes: number }
export const NOTHING: Amount = { count: 0, bytes: 0 }

/** Hears under which name a damaged file is kept, how much of it could be read all the same, and how much could not. */
export type OnDamaged = (file: string, entries: { saved: number; lost: number }) => void

type Entry = { record: string; body: Uint8Array }

/** Gives a damaged file another name. */
export function putAway(file: string): string {
  const kept = `${file}.damaged-${Date.now()}`
  // In this order: SQLite would take the rest for what it belongs to, or throw it away.
  for (const part of ['-wal', '-journal', ''])
    if (existsSync(`${file}${part}`)) renameSync(`${file}${part}`, `${kept}${part}`)
  return kept
}

/**
 * Takes over what can be read of a damaged file, entry by entry, as damage to one says nothing of the next. What is in both
 * files in the end is applied once all the same, by its id.
 */
export function save(damaged: string, to: DatabaseSync, onDamaged: OnDamaged): Amount {
  const from = new DatabaseSync(damaged)
  const saved = { ...NOTHING }
  let lost = 0
  try {
    from.exec('pragma locking_mode = exclusive')
    const insert = to.prepare('insert into entries (record, body) values (?, ?)')
    inTransaction(to, () => {
      for (const entry of unlessDamaged(() => entriesIn(from)) ?? []) {
        if (entry) {
          insert.run(entry.record, entry.body)
          saved.count += 1
          saved.bytes += Buffer.byteLength(entry.record) + entry.body.length
        } else lost += 1
      }
    })
  } finally {
    from.close()
  }
  onDamaged(damaged, { saved: saved.count, lost })
  return saved
}

/** In order; null for one that cannot be read. */
function entriesIn(database: DatabaseSync): Iterable<Entry | null> {
  const least = unlessDamaged(() => database.prepare('select min(id) as id from entries').get())
  // Where SQLite counts them, as the last entry itself may be the damaged one.
  const counted = database.prepare("select seq from sqlite_sequence where name = 'entries'").get()
  const entry = database.prepare('select record, body from entries where id = ?')
  const read = (id: number) => unlessDamaged(() => entry.all(id) as Entry[]) ?? [null]
  return numbers(Number(least?.id ?? 1), Number(counted?.seq ?? 0)).flatMap<Entry | null>(read)
}

function* numbers(first: number, last: number): Generator<number> {
  for (let number = first; number <= last; number += 1) yield number
}

/** Null when what it does meets a damaged file. */
export function unlessDamaged<Result>(action: () => Result): Result | null {
  try {
    return action()
  } catch (error) {
    if (!isDamaged(error)) throw error
    return null
  }
}
