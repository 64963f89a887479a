const MINUTE = 60_000
const HOUR = 60 * MINUTE
const MORNING_HOUR = 9

export type SnoozePreset = { label: string; until: Date }

/** Until when people usually want to be left alone. Mornings are at nine, in the reader's own zone. */
export function snoozePresets(now: Date): SnoozePreset[] {
  const monday = nextMonday(now)
  const tomorrow = morning(now, 1)
  return [
    { label: '30 minutes', until: new Date(now.getTime() + 30 * MINUTE) },
    { label: '1 hour', until: new Date(now.getTime() + HOUR) },
    { label: '4 hours', until: new Date(now.getTime() + 4 * HOUR) },
    { label: 'Tomorrow morning', until: tomorrow },
    ...(monday.getTime() === tomorrow.getTime() ? [] : [{ label: 'Monday morning', until: monday }]),
  ]
}

function morning(now: Date, days: number): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING_HOUR)
}

function nextMonday(now: Date): Date {
  const days = (8 - now.getDay()) % 7 || 7
  return morning(now, days)
}

/** A moment as `<input type="datetime-local">` writes it: local, to the minute. */
export function toLocalInput(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE)
  return local.toISOString().slice(0, 16)
}
