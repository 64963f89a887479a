import { randomBytes, randomFillSync } from 'node:crypto'
import { v7 } from 'uuid'

let made = 0

/**
 * A UUIDv7 of the clock's time, so that the newest rows of a table lie together. Ids of one process sort in the
 * order in which they were made, also within a millisecond.
 */
export function newId(at: Date): string {
  made = (made + 1) % 0x1_0000_0000
  return v7({ msecs: at.getTime(), seq: made, random: nextRandom() })
}

const RANDOM_BYTES = 16
/** Asked of the system for many ids at once: that costs as much as for one. */
const stock = new Uint8Array(256 * RANDOM_BYTES)
let used = stock.length

function nextRandom(): Uint8Array {
  if (used === stock.length) {
    randomFillSync(stock)
    used = 0
  }
  used += RANDOM_BYTES
  return stock.subarray(used - RANDOM_BYTES, used)
}

/** 256 random bits, URL-safe. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
/** Ids come from outside as any string; one that is no UUID cannot be in the database and must not reach it. */
export const isUuid = (value: string): boolean => UUID.test(value)

/** When a UUIDv7 was made, to the millisecond. */
export const timeOfId = (id: string): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16))
