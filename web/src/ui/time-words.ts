const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A length of time in one unit, as short as it can be read: `12 s`, `4 min`, `3 h`, `2 d`. */
export function durationWords(milliseconds: number): string {
  const length = Math.max(0, milliseconds)
  if (length < MINUTE) return `${Math.floor(length / 1_000)} s`
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`
  if (length < DAY) return `${Math.floor(length / HOUR)} h`
  return `${Math.floor(length / DAY)} d`
}

/** How long ago, for lists and sentences: `now`, `4 min ago`, `in 2 h`; after four weeks the day: `12 Mar 2026`. */
export function agoWords(at: Date, now: Date): string {
  const length = now.getTime() - at.getTime()
  if (Math.abs(length) >= 28 * DAY) return dayWords(at)
  if (length < 0) return -length < 1_000 ? 'now' : `in ${durationWords(-length)}`
  return length < 5_000 ? 'now' : `${durationWords(length)} ago`
}

/** Age in a column: `now`, `4 min`; after four weeks the day. */
export function ageWords(at: Date, now: Date): string {
  const length = now.getTime() - at.getTime()
  if (length >= 28 * DAY) return dayWords(at)
  return length < 5_000 ? 'now' : durationWords(length)
}

/** A moment near now, as people say it: `14:30`, `tomorrow 09:00`, `Mon 09:00`, `12 Mar 2026, 09:00`. */
export function momentWords(at: Date, now: Date): string {
  const time = clock.format(at)
  const days = Math.round((startOfDay(at) - startOfDay(now)) / DAY)
  if (days === 0) return time
  if (days === 1) return `tomorrow ${time}`
  if (days === -1) return `yesterday ${time}`
  return Math.abs(days) < 7 ? `${weekday.format(at)} ${time}` : `${dayWords(at)}, ${time}`
}

const startOfDay = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()

/** The exact time in the reader's own zone, to the second, with the zone. */
export const exactWords = (at: Date): string => exact.format(at)

/** When the words of this moment change next, in milliseconds. */
export const wordsLast = (at: Date, now: Date): number =>
  Math.abs(now.getTime() - at.getTime()) < MINUTE ? 1_000 : 15_000

const dayWords = (at: Date) => day.format(at)

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat('en-GB', { weekday: 'short' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const exact = new Intl.DateTimeFormat('en-GB', {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
})
