import { useNameOf } from '../../../api/directory.ts'
import { useMe } from '../../../api/me.ts'
import { dayIn, formatIn } from '../../../time/zones.ts'

const MOMENT: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
}
const CLOCK: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }

/** `Mon 23 Nov, 09:00` on the clocks of a zone. */
export const momentIn = (zone: string, at: Date): string => formatIn(zone, MOMENT).format(at)

/** `Mon 23 Nov, 09:00 – 17:00`, or with both days where they differ. */
export function spanIn(zone: string, start: Date, end: Date): string {
  const isOneDay = dayIn(zone, start) === dayIn(zone, end)
  return `${momentIn(zone, start)} – ${isOneDay ? formatIn(zone, CLOCK).format(end) : momentIn(zone, end)}`
}

/** `Mon 23 Nov` of a day of the calendar. */
export const dayWords = (day: string): string =>
  formatIn('UTC', { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(`${day}T00:00Z`))

/** `23 – 29 November 2026` from the first to the last day. */
export const daysWords = (first: string, last: string): string =>
  formatIn('UTC', { day: 'numeric', month: 'long', year: 'numeric' })
    .formatRange(new Date(`${first}T00:00Z`), new Date(`${last}T00:00Z`))
    // Which spaces stand around the dash differs between browsers.
    .replace(/\s*–\s*/, ' – ')

/** `November 2026` of any day in it. */
export const monthWords = (day: string): string =>
  formatIn('UTC', { month: 'long', year: 'numeric' }).format(new Date(`${day}T00:00Z`))

/** `2 d 4 h`, `9 h`, `30 min`: how long something lasts, in the two units that matter. */
export function lengthWords(start: Date, end: Date): string {
  const minutes = Math.round((end.getTime() - start.getTime()) / 60_000)
  const units = [
    [Math.floor(minutes / 1_440), 'd'],
    [Math.floor((minutes % 1_440) / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const
  const first = units.findIndex(([count]) => count > 0)
  if (first < 0) return '0 min'
  return units
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}

/** `DO` of Dana Okonjo, `DO +1` with somebody else, `You` of oneself: for where names have no room. */
export function shortOf(names: readonly string[]): string {
  const [first = '!', ...others] = names
  return others.length > 0 ? `${initialsOf(first)} +${others.length}` : initialsOf(first)
}

const initialsOf = (name: string): string =>
  name === 'You' || name === '!'
    ? name
    : name
        .split(/\s+/)
        .slice(0, 2)
        .map((word) => word[0]?.toUpperCase() ?? '')
        .join('')

/** The verb after names: `You are`, `Dana Okonjo is`, `Dana Okonjo, Bo Sandvik are`. */
export const isAre = (names: string, count: number): string => (names === 'You' || count > 1 ? 'are' : 'is')

/** How people are called: oneself is "You". */
export function usePeopleWords() {
  const me = useMe()
  const nameOf = useNameOf()
  const called = (userId: string) => (userId === me.id ? 'You' : nameOf(userId))
  return {
    nameOf: called,
    /** `Dana Okonjo, Bo Sandvik`; without anybody, that. */
    namesOf: (userIds: readonly string[]) => userIds.map(called).join(', ') || 'Nobody',
  }
}
