import type { Urgency } from '#contract/common.ts'

/** What follows a page of the same person within so many seconds is gathered into one that is sent at the end of them. */
export const GATHER_SECONDS = 30

/** When a person was last paged at once, and how urgently. */
export type PageWindow = { openedAt: Date; urgency: Urgency }

const rank = { high: 0, medium: 1, low: 2 } as const satisfies Record<Urgency, number>
export const isMoreUrgent = (a: Urgency, b: Urgency) => rank[a] < rank[b]

/** The most urgent first; otherwise as they came. */
export const byUrgency = (a: { urgency: Urgency }, b: { urgency: Urgency }) =>
  rank[a.urgency] - rank[b.urgency]

/**
 * When somebody who was paged moments ago is paged again, and the window from then on. What is more urgent breaks through. What
 * should have gone out long ago, as no worker ran, is gathered by having waited: all of it goes at once, as one page.
 */
export function gather(
  window: PageWindow | null,
  { urgency, dueAt }: { urgency: Urgency; dueAt: Date },
  now: Date,
): { at: Date; window: PageWindow } {
  const closesAt = window ? window.openedAt.getTime() + GATHER_SECONDS * 1_000 : Number.NEGATIVE_INFINITY
  // A window that opens in the future was opened by a clock that is ahead.
  const isOpen = window !== null && closesAt > now.getTime() && window.openedAt <= now
  if (!isOpen || isMoreUrgent(urgency, window.urgency)) return { at: now, window: { openedAt: now, urgency } }
  const isLate = now.getTime() - dueAt.getTime() > GATHER_SECONDS * 1_000
  return { at: isLate ? now : new Date(closesAt), window }
}
