/** From `start` until just before `end`, in milliseconds since 1970. */
export type Stretch = { start: number; end: number }

/** The same time in as few stretches as possible, in order. */
export function joined(stretches: readonly Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const { start, end } of stretches.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last && start <= last.end) last.end = Math.max(last.end, end)
    else result.push({ start, end })
  }
  return result
}

/** What of `pieces` lies within `times`; both are in order, and `times` do not overlap. */
export function within<Piece extends Stretch>(pieces: readonly Piece[], times: readonly Stretch[]): Piece[] {
  const result: Piece[] = []
  let first = 0
  for (const piece of pieces) {
    while (first < times.length && times[first]!.end <= piece.start) first += 1
    for (let index = first; index < times.length && times[index]!.start < piece.end; index += 1) {
      const { start, end } = times[index]!
      result.push({ ...piece, start: Math.max(piece.start, start), end: Math.min(piece.end, end) })
    }
  }
  return result
}

/** The rest of a window beside these stretches, which are in order and do not overlap. */
export function gapsBetween(stretches: readonly Stretch[], window: Stretch): Stretch[] {
  const gaps: Stretch[] = []
  let { start } = window
  for (const stretch of stretches) {
    if (stretch.start > start) gaps.push({ start, end: Math.min(stretch.start, window.end) })
    start = Math.max(start, stretch.end)
  }
  if (start < window.end) gaps.push({ start, end: window.end })
  return gaps
}
