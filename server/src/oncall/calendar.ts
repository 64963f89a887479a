import ical, { escape as escapeText, ICalCalendarMethod, ICalEventTransparency } from 'ical-generator'

/** One entry of a calendar. Times are written in UTC, which every calendar shows in the reader's own zone. */
export type CalendarEntry = {
  /** The same for the same entry in every copy of the calendar. */
  id: string
  start: Date
  end: Date
  title: string
  url: string
  changedAt: Date
}

const REFRESH_SECONDS = 3_600

/** An iCalendar file (RFC 5545). The same entries make the same bytes. */
export function calendarOf(name: string, entries: readonly CalendarEntry[]): string {
  const calendar = ical({
    // The library writes this as it comes, unlike the texts of entries.
    name: escapeText(name, false),
    prodId: { company: 'OpsKnight', product: 'On-call' },
    method: ICalCalendarMethod.PUBLISH,
    ttl: REFRESH_SECONDS,
  })
  for (const { id, start, end, title, url, changedAt } of entries) {
    calendar.createEvent({
      ...{ id: `${id}@opsknight`, start, end, summary: title, url, stamp: changedAt },
      // Who is on call can still meet others.
      transparency: ICalEventTransparency.TRANSPARENT,
    })
  }
  return calendar.toString()
}
