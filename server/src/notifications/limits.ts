/** How long a channel may take to send. The lease outlives it, so that nobody takes over what is still being sent. */
export const SEND_WITHIN_MS = 20_000
export const LEASE_MS = 35_000

/** Messages that one process sends on one channel at a time: one that hangs holds up none of the others for long. */
export const AT_ONCE_PER_CHANNEL = 20

/** So many pages are leased at a time; what there is beyond them follows in the next message. */
export const PAGES_AT_ONCE = 5_000

/** After so many attempts the next contact method is used as well: whoever is to act cannot wait for a provider to mend itself. */
export const NEXT_METHOD_AFTER = 3
/** A provider that asks for more patience than this is not waited for either. */
export const PATIENCE_SECONDS = 30
/** Then a page counts as failed: after some three quarters of an hour. */
export const ATTEMPTS_MAX = 15

const PAUSES_SECONDS = [3, 6, 15, 30, 60, 120, 240]
const LONGEST_PAUSE_SECONDS = 300
const JITTER = 0.2

/** When to try again after so many attempts, in seconds. Spread a little, so that what failed together does not return together. */
export function pauseAfter(attempts: number, afterSeconds = 0, random = Math.random()): number {
  const pause = PAUSES_SECONDS[attempts - 1] ?? LONGEST_PAUSE_SECONDS
  return Math.max(afterSeconds, pause * (1 - JITTER / 2 + JITTER * random))
}
