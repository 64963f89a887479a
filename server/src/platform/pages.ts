import { AppError } from './errors.ts'
import { isUuid } from './ids.ts'

/** One page out of rows that were read with one more than `limit`, which tells whether there is a next page. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
  toItem: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(toItem), nextCursor: rows.length > limit && last ? cursorOf(last) : null }
}

/** The cursor of lists that are ordered by id. */
export const idOf = ({ id }: { id: string }): string => id

/** The id after which a page of such a list begins; null for the first page. Throws `invalid_request` for what is no id. */
export function idOfCursor(cursor: string | undefined): string | null {
  if (!cursor) return null
  return isUuid(cursor) ? cursor : refuseCursor()
}

/** The same for lists that are ordered by a number. */
export function numberOfCursor(cursor: string | undefined): number | null {
  if (!cursor) return null
  return /^\d{1,15}$/.test(cursor) ? Number(cursor) : refuseCursor()
}

/** The cursor of lists that are ordered by name. */
export const cursorOfName = (name: string) => Buffer.from(name, 'utf8').toString('base64url')

export function nameOfCursor(cursor: string | undefined): string | null {
  if (!cursor) return null
  const name = Buffer.from(cursor, 'base64url').toString('utf8')
  // Only what such a cursor is made from comes back the same; no name holds the one character that PostgreSQL refuses.
  return cursorOfName(name) === cursor && !name.includes('\0') ? name : refuseCursor()
}

/** Throws `invalid_request` that names the cursor: beginning again from the top would show a program the same page for ever. */
export function refuseCursor(): never {
  const message = 'This is no cursor of this list. Take nextCursor from the page before.'
  throw new AppError('invalid_request', message, { errors: [{ path: 'cursor', message }] })
}
