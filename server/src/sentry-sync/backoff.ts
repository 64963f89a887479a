/** `spread` is how much of the wait chance may take off, from 0 to 1. */
type Backoff = { firstSeconds: number; longestSeconds: number; spread: number }

/**
 * How long to wait after so many attempts that failed, from 0: twice as long each time, and never the same for all, so that after an
 * outage not everybody comes at once.
 */
export function backoffSeconds(attempts: number, { firstSeconds, longestSeconds, spread }: Backoff): number {
  const longest = Math.min(firstSeconds * 2 ** attempts, longestSeconds)
  return longest * (1 - spread + Math.random() * spread)
}

const MOST_SECONDS = 15 * 60

/** Of what concerns one issue. */
export const ISSUE_BACKOFF: Backoff = { firstSeconds: 5, longestSeconds: MOST_SECONDS, spread: 0.5 }
/** Of a check that could not be finished. */
export const CHECK_BACKOFF: Backoff = { firstSeconds: 60, longestSeconds: MOST_SECONDS, spread: 0.25 }
/** Of the one try at a host that is left alone. */
export const HOST_BACKOFF: Backoff = { firstSeconds: 15, longestSeconds: 5 * 60, spread: 0.25 }
