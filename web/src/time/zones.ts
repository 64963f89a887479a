// Wall clocks of other places, by Intl: not every browser has Temporal yet.

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** The zone of whoever looks at the page. */
export const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone

const formats = new Map<string, Intl.DateTimeFormat>()

/** Formatters are slow to make, and a calendar asks for the same few some hundred times. */
export function formatIn(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options)
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone })
  formats.set(key, made)
  return made
}

const WALL_CLOCK: Intl.DateTimeFormatOptions = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
}

/** How far the clocks of a zone are ahead of UTC at a moment, in milliseconds. */
export function offsetIn(zone: string, at: Date): number {
  const parts = Object.fromEntries(
    formatIn(zone, WALL_CLOCK)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  ) as Record<'year' | 'month' | 'day' | 'hour' | 'minute' | 'second', number>
  const { year, month, day, hour, minute, second } = parts
  const shown = Date.UTC(year, month - 1, day, hour, minute, second)
  return shown - Math.floor(at.getTime() / 1_000) * 1_000
}

/** What the clocks of a zone show: `2026-11-23T09:00`. */
export const localIn = (zone: string, at: Date): string =>
  new Date(at.getTime() + offsetIn(zone, at)).toISOString().slice(0, 16)

/** The day there: `2026-11-23`. */
export const dayIn = (zone: string, at: Date): string => localIn(zone, at).slice(0, 10)

/**
 * The moment at which the clocks of a zone show a time, `2026-11-23T09:00`. One that they skip is as much later as they
 * skip, one that they show twice is the first: the server reads local times the same way.
 */
export function momentIn(zone: string, local: string): Date {
  const shown = Date.parse(`${local}Z`)
  const offsets = [offsetIn(zone, new Date(shown - DAY_MS)), offsetIn(zone, new Date(shown + DAY_MS))]
  const fitting = offsets
    .map((offset) => new Date(shown - offset))
    .filter((at) => at.getTime() + offsetIn(zone, at) === shown)
    .sort((one, other) => one.getTime() - other.getTime())
  return fitting[0] ?? new Date(shown - offsets[0]!)
}

/** Days are counted on the calendar, whatever their length. */
export const addDays = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00Z`) + count * DAY_MS).toISOString().slice(0, 10)

/** When a day begins there; where midnight is skipped, a little later. */
export const startOfDayIn = (zone: string, day: string): Date => momentIn(zone, `${day}T00:00`)

/** The Monday of the week that a day belongs to. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00Z`).getUTCDay()
  return addDays(day, -((weekday + 6) % 7))
}

/** `1 h ahead of you`, `5 h 30 min behind you`; null where clocks show the same. */
export function differenceWords(zone: string, own: string, at: Date): string | null {
  const minutes = Math.round((offsetIn(zone, at) - offsetIn(own, at)) / 60_000)
  if (minutes === 0) return null
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const length = [hours && `${hours} h`, rest && `${rest} min`].filter(Boolean).join(' ')
  return `${length} ${minutes > 0 ? 'ahead of' : 'behind'} you`
}
