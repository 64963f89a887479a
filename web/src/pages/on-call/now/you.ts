import type { OnCallEntry } from '#contract/schedules.ts'

/** Of which schedules a person is on call, and until when; null: of none. */
export function onCallOf(
  entries: readonly OnCallEntry[],
  userId: string,
): { entries: OnCallEntry[]; until: Date | null } | null {
  const own = entries.filter(({ now }) => now.some((person) => person.userId === userId))
  return own.length > 0 ? { entries: own, until: lastEnd(own, userId) } : null
}

/** When the last of these ends for them; null when one has no end in sight. */
function lastEnd(entries: readonly OnCallEntry[], userId: string): Date | null {
  const ends = entries.map(({ until, next }) => {
    const goesOn = until !== null && next?.start === until && next.people.some((one) => one.userId === userId)
    return goesOn ? next.end : until
  })
  return ends.includes(null) ? null : new Date(Math.max(...ends.map((end) => Date.parse(end!))))
}
