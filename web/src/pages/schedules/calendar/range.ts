import { addDays, mondayOf } from '../../../time/zones.ts'
import { daysWords, monthWords } from './words.ts'

export type CalendarView = 'week' | 'month'

/** The days that are shown around a day, from a Monday on, and how they are called. */
export function rangeOf(view: CalendarView, day: string): { first: string; count: number; title: string } {
  if (view === 'week') {
    const first = mondayOf(day)
    return { first, count: 7, title: daysWords(first, addDays(first, 6)) }
  }
  const first = mondayOf(`${day.slice(0, 7)}-01`)
  const last = addDays(firstOfMonth(day, 1), -1)
  const days = (Date.parse(mondayOf(last)) - Date.parse(first)) / 86_400_000 + 7
  return { first, count: days, title: monthWords(day) }
}

/** The same view, one further or back. */
export const step = (view: CalendarView, day: string, by: 1 | -1): string =>
  view === 'week' ? addDays(day, 7 * by) : firstOfMonth(day, by)

/** The first day of a month that is so many months away. */
function firstOfMonth(day: string, by: number): string {
  const [year, month] = [Number(day.slice(0, 4)), Number(day.slice(5, 7))]
  return new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 10)
}
