import type { DatabaseSync } from 'node:sqlite'

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

// Primary result codes (https://sqlite.org/rescode.html).
const BUSY = 5
const CORRUPT = 11
const NOT_A_DATABASE = 26
const PRIMARY_CODE_MASK = 0xff

const primaryCode = (error: unknown) => Number((error as { errcode?: number }).errcode) & PRIMARY_CODE_MASK

/** Somebody else holds it. */
export const isBusy = (error: unknown): boolean => primaryCode(error) === BUSY

export const isDamaged = (error: unknown): boolean => [CORRUPT, NOT_A_DATABASE].includes(primaryCode(error))
