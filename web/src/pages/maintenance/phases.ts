import type { MaintenanceWindowView } from '#contract/services.ts'

export type Phase = 'now' | 'planned' | 'over'

export function phaseOf({ start, end }: Pick<MaintenanceWindowView, 'start' | 'end'>, now: Date): Phase {
  if (Date.parse(end) <= now.getTime()) return 'over'
  return Date.parse(start) <= now.getTime() ? 'now' : 'planned'
}

/** What is under way ends soonest first, what is planned starts soonest first, what is over ended last first. */
export function byPhase<Window extends MaintenanceWindowView>(windows: readonly Window[], now: Date) {
  const of = (phase: Phase) => windows.filter((window) => phaseOf(window, now) === phase)
  return {
    now: of('now').toSorted((a, b) => a.end.localeCompare(b.end)),
    planned: of('planned').toSorted((a, b) => a.start.localeCompare(b.start)),
    over: of('over').toSorted((a, b) => b.end.localeCompare(a.end)),
  } satisfies Record<Phase, Window[]>
}

const two = (number: number) => String(number).padStart(2, '0')

/** A moment as a date field of the browser holds it: local time, without a zone. */
export const toField = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`

/** What stands in such a field, as a moment; empty when it is no whole date yet. */
export function fromField(text: string): string {
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? '' : at.toISOString()
}
