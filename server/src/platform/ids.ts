import { randomBytes } from 'node:crypto'
import { v7 } from 'uuid'

/** Sorts by time, so that the newest rows of a table lie together; the time is the clock's, not the machine's. */
export const newId = (at: Date): string => v7({ msecs: at.getTime() })

/** 256 random bits, URL-safe. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Ids come from outside as any string; one that is no UUID cannot be in the database and must not reach it. */
export const isUuid = (value: string): boolean => UUID.test(value)

/** When a UUIDv7 was made, to the millisecond. */
export const timeOfId = (id: string): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))
