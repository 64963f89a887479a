import type { Shift } from '#contract/schedules.ts'
import { addDays, startOfDayIn } from '../../../time/zones.ts'

/** One column of a calendar. Columns are equally wide, whether their day has 23, 24 or 25 hours. */
export type Day = { day: string; start: Date; end: Date }

export const daysFrom = (zone: string, first: string, count: number): Day[] =>
  Array.from({ length: count }, (_, index) => {
    const day = addDays(first, index)
    return { day, start: startOfDayIn(zone, day), end: startOfDayIn(zone, addDays(day, 1)) }
  })

/** A stretch of time in which the same people are on call, or nobody. */
export type Stretch = { start: Date; end: Date; userIds: readonly string[]; kind: Shift['source'] | 'gap' }

/** The shifts with what is between them, from one moment to another. */
export function withGaps(shifts: readonly Shift[], from: Date, to: Date): Stretch[] {
  const stretches: Stretch[] = []
  let covered = from
  for (const shift of shifts) {
    const [start, end] = [new Date(shift.start), new Date(shift.end)]
    if (end <= from || start >= to) continue
    if (start > covered) stretches.push(gap(covered, start))
    const isEmpty = shift.userIds.length === 0
    stretches.push({ start, end, userIds: shift.userIds, kind: isEmpty ? 'gap' : shift.source })
    if (end > covered) covered = end
  }
  if (covered < to) stretches.push(gap(covered, to))
  return joined(stretches)
}

const gap = (start: Date, end: Date): Stretch => ({ start, end, userIds: [], kind: 'gap' })

/** Gaps that touch are one. */
function joined(stretches: Stretch[]): Stretch[] {
  const result: Stretch[] = []
  for (const stretch of stretches) {
    const last = result.at(-1)
    if (last?.kind === 'gap' && stretch.kind === 'gap' && last.end.getTime() === stretch.start.getTime())
      result[result.length - 1] = gap(last.start, stretch.end)
    else result.push(stretch)
  }
  return result
}

/** Where a stretch is drawn: in shares of the width of the days. */
export type Piece = Stretch & { left: number; width: number; isCutLeft: boolean; isCutRight: boolean }

/** What of the stretches lies within these days. */
export function piecesOf(days: readonly Day[], stretches: readonly Stretch[]): Piece[] {
  const [from, to] = [days[0]!.start, days.at(-1)!.end]
  return stretches
    .filter(({ start, end }) => end > from && start < to)
    .map((stretch) => {
      const [left, right] = [shareOf(days, stretch.start), shareOf(days, stretch.end)]
      return {
        ...stretch,
        left,
        width: right - left,
        isCutLeft: stretch.start < from,
        isCutRight: stretch.end > to,
      }
    })
}

/** How far from the left edge of the days a moment is: 0 to 1. */
export function shareOf(days: readonly Day[], at: Date): number {
  const index = days.findIndex(({ end }) => at < end)
  if (index < 0) return 1
  const { start, end } = days[index]!
  const within = Math.max(0, at.getTime() - start.getTime()) / (end.getTime() - start.getTime())
  return (index + within) / days.length
}
