import type { Message, PagedIncident } from './types.ts'

/** What every channel says of an incident in the same words. */

const SEVERITY = { critical: 'CRITICAL', error: 'Error', warning: 'Warning', info: 'Info' } as const

/** `#42 CRITICAL Checkout: Checkout is down` */
export const incidentLine = ({ number, severity, serviceName, title }: PagedIncident): string =>
  `#${number} ${SEVERITY[severity]} ${serviceName}: ${oneLine(title)}`

export const severityWord = (incident: Pick<PagedIncident, 'severity'>): string => SEVERITY[incident.severity]

/** What a message is about, in one line. */
export function subjectOf(message: Message): string {
  switch (message.kind) {
    case 'page':
      return pageSubject(message.incidents)
    case 'code':
      return 'Your OpsKnight code'
    case 'test':
      return 'OpsKnight test page'
    case 'invitation':
      return `${message.inviterName} invites you to OpsKnight`
    case 'notice':
      return oneLine(message.title)
  }
}

function pageSubject([first, ...more]: PagedIncident[]): string {
  if (!first) return 'OpsKnight'
  return more.length === 0
    ? incidentLine(first)
    : `${more.length + 1} incidents, first ${incidentLine(first)}`
}

/** Sentences of a message that lists no incidents. */
export function bodyOf(message: Exclude<Message, { kind: 'page' }>): string {
  switch (message.kind) {
    case 'code':
      return `${message.code} is your code for OpsKnight. It proves that pages reach ${message.person.name} here, and is valid for 10 minutes. If you did not ask for it, ignore this message.`
    case 'test':
      return `This is a test, ${message.person.name}: pages of OpsKnight reach you here. Nothing is wrong and nothing needs to be done.`
    case 'invitation':
      return `${message.inviterName} invites you to OpsKnight, which tells the right person when something breaks. Choose your password to start.`
    case 'notice':
      return message.text
  }
}

/** `25 Nov 2026, 23:19 GMT+1`: where the person is, in their language. */
export function momentIn(at: Date, { timeZone, locale }: { timeZone: string; locale: string }): string {
  const style = { dateStyle: 'medium', timeStyle: 'short' } as const
  for (const [language, zone] of [
    [locale, timeZone],
    ['en', timeZone],
  ]) {
    try {
      const text = new Intl.DateTimeFormat(language, { ...style, timeZone: zone }).format(at)
      return `${text} (${zone})`
    } catch {
      // A language or zone that this machine does not know.
    }
  }
  return at.toISOString()
}

/**
 * Control characters, and those that turn the direction of what follows: a title could disguise itself with them. Of the last two
 * no XML may hold one, so that nobody could be called.
 */
const DISGUISE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]+/gu

/** Titles and names come from whoever sends alerts: line breaks would end a subject or forge another line. */
export const oneLine = (text: string): string => text.replace(DISGUISE, ' ').replace(/\s+/g, ' ').trim()

/** At most so many code points, the last of them an ellipsis where something was cut. */
export function cut(text: string, maximum: number): string {
  const points = Array.from(text)
  return points.length <= maximum
    ? text
    : `${points
        .slice(0, maximum - 1)
        .join('')
        .trimEnd()}…`
}
