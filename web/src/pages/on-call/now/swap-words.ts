import type { ShiftSwapView } from '#contract/schedules.ts'

/** Who has to agree: the other one than whoever asked. */
export const waitsFor = ({ from, to, requestedBy }: ShiftSwapView) => {
  const { userId: id, name } = requestedBy === from.userId ? to : from
  return { id, name }
}

/** What is asked, for whoever reads it. */
export function questionOf(swap: ShiftSwapView, me: string): string {
  const { from, to, requestedBy } = swap
  const isGiven = requestedBy === from.userId
  if (waitsFor(swap).id === me)
    return isGiven ? `${from.name} asks you to take a shift` : `${to.name} offers to take your shift`
  return isGiven ? `You asked ${to.name} to take your shift` : `You offered to take a shift of ${from.name}`
}
