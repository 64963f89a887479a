import type { DeliveryRow } from './store.ts'

/** What an integration has used up of a minute. */
export type MinuteCounts = {
  newIncidents: number
  storedBodies: number
  storedBytes: number
  /** Refused deliveries that are in the log with their beginning. */
  keptRefusals: number
}

export const UNUSED: MinuteCounts = { newIncidents: 0, storedBodies: 0, storedBytes: 0, keptRefusals: 0 }

const KIBIBYTE = 1024

/** Behind the number of bodies: the default 600 a minute as long as they have 100 KiB each, ten times what Sentry usually sends. */
export const STORED_BYTES_PER_MINUTE = 64 * KIBIBYTE * KIBIBYTE
/** What is still kept of a large body beyond it: enough to see what it was about. */
export const CUT_BODY_BYTES = 64 * KIBIBYTE

/**
 * Refused deliveries of a minute that are kept, 4 KiB each at most. One address takes no more than a fifth of them, so
 * that a flood from one does not hide what is refused to others.
 */
export const REFUSALS_KEPT_PER_MINUTE = 300

/** What is stored of a delivery: its row, and as much of its body as there is room for. */
export type Kept = { row: DeliveryRow; body: Buffer | null; isCut: boolean }

/** Null when it is only counted. Moves the counts of the minute on. */
export function keep(row: DeliveryRow, count: MinuteCounts): Kept | null {
  return row.outcome === 'rejected' ? keepRefused(row, count) : keepTaken(row, count)
}

/** What is refused has room of its own: it never uses up that of what is accepted. */
function keepRefused(row: DeliveryRow, count: MinuteCounts): Kept | null {
  if (count.keptRefusals < REFUSALS_KEPT_PER_MINUTE) {
    count.keptRefusals += 1
    return { row, body: row.delivery.body, isCut: false }
  }
  return row.isUnproven ? null : { row, body: null, isCut: false }
}

function keepTaken(row: DeliveryRow, count: MinuteCounts): Kept {
  const {
    isReplay,
    delivery: { body },
    source: { storedBodiesPerMinute: limit },
  } = row
  if (!isReplay && limit !== null && count.storedBodies >= limit) return { row, body: null, isCut: false }
  const hasRoom = isReplay || count.storedBytes + body.length <= STORED_BYTES_PER_MINUTE
  const kept = hasRoom ? body : body.subarray(0, CUT_BODY_BYTES)
  count.storedBodies += 1
  count.storedBytes += kept.length
  return { row, body: kept, isCut: kept.length < body.length }
}
