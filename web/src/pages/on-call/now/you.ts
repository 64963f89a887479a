import type { OnCallEntry } from '#contract/schedules.ts'

/** How a person stands with all schedules: on call of these until then, or next from then on. */
export type Standing =
  | { state: 'on call'; entries: OnCallEntry[]; until: Date | null }
  | { state: 'next'; entry: OnCallEntry; from: Date }
  | { state: 'free' }

export function standingOf(entries: readonly OnCallEntry[], userId: string): Standing {
  const current = entries.filter(({ now }) => now.some((person) => person.userId === userId))
  if (current.length > 0) return { state: 'on call', entries: current, until: latest(current, userId) }
  const upcoming = entries
    .filter(({ next }) => next?.people.some((person) => person.userId === userId))
    .toSorted((one, other) => one.next!.start.localeCompare(other.next!.start))
  const first = upcoming[0]
  return first ? { state: 'next', entry: first, from: new Date(first.next!.start) } : { state: 'free' }
}

/** When the last of these ends for them; null when one has no end in sight. */
function latest(entries: readonly OnCallEntry[], userId: string): Date | null {
  const ends = entries.map(({ until, next }) => {
    const goesOn = until !== null && next?.start === until && next.people.some((one) => one.userId === userId)
    return goesOn ? next.end : until
  })
  return ends.includes(null) ? null : new Date(Math.max(...ends.map((end) => Date.parse(end!))))
}
