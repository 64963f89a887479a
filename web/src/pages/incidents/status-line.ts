import type { IncidentSummary, IncidentView } from '#contract/incidents.ts'
import type { PageView } from '#contract/pages.ts'
import { agoWords, durationWords, momentWords } from '../../ui/time-words.ts'
import { countdownWords, nextPage } from './next-page.ts'

/**
 * Where an incident stands, in plain words, as the parts of one line: since when, who has it, who is paged.
 * `isLoud` marks what somebody should worry about.
 */
export function statusLine(
  incident: IncidentView,
  now: Date,
  pages: readonly PageView[] = [],
): { text: string; isLoud?: boolean }[] {
  return [
    { text: sinceWhen(incident, now) },
    ...whoHasIt(incident),
    ...pagingWords(incident),
    ...nextWords(incident, now, pages),
  ]
}

function sinceWhen(incident: IncidentView, now: Date): string {
  const ago = (at: string | null) => {
    const words = agoWords(new Date(at ?? incident.createdAt), now)
    return words === 'now' ? 'just now' : words
  }
  switch (incident.status) {
    case 'open':
      return `Open for ${durationWords(now.getTime() - Date.parse(incident.createdAt))}`
    case 'acknowledged':
      return `Acknowledged ${ago(incident.acknowledgedAt)} by ${nameOf(incident.acknowledgedBy)}`
    case 'snoozed':
      return incident.snoozedUntil
        ? `Snoozed until ${momentWords(new Date(incident.snoozedUntil), now)}`
        : 'Snoozed'
    case 'suppressed':
      return incident.suppressedUntil
        ? `In maintenance until ${momentWords(new Date(incident.suppressedUntil), now)}`
        : 'In maintenance'
    case 'resolved':
      return `Resolved ${ago(incident.resolvedAt)} by ${nameOf(incident.resolvedBy)}, after ${lasted(incident)}`
  }
}

function whoHasIt({ status, assignedTo, acknowledgedBy }: IncidentView): { text: string }[] {
  if (status === 'resolved') return []
  if (assignedTo && assignedTo.id !== acknowledgedBy?.id) return [{ text: `assigned to ${assignedTo.name}` }]
  return status === 'open' ? [{ text: 'nobody has acknowledged' }] : []
}

function pagingWords({ status, paging }: IncidentView): { text: string; isLoud?: boolean }[] {
  if (status === 'resolved') return []
  if (paging.problem && paging.state === 'ended')
    return [{ text: paging.problem.replace(/\.$/, ''), isLoud: true }]
  if (paging.problem) return [{ text: `nobody is paged: ${asClause(paging.problem)}`, isLoud: true }]
  if (status === 'snoozed') return [{ text: 'opens and pages again then' }]
  if (status === 'suppressed') return [{ text: 'nobody is paged before that' }]
  return []
}

function nextWords(incident: IncidentView, now: Date, pages: readonly PageView[]): { text: string }[] {
  const next = nextPage(incident, pages)
  return next ? [{ text: `next: ${next.who} ${countdownWords(next.at, now)}` }] : []
}

/** "This service has …." within a sentence. */
const asClause = (sentence: string) =>
  (/^[A-Z][a-z]/.test(sentence) ? sentence[0]!.toLowerCase() + sentence.slice(1) : sentence).replace(
    /\.$/,
    '',
  )

const nameOf = (actor: { name: string } | null) => actor?.name ?? 'somebody'

const lasted = ({ createdAt, resolvedAt }: IncidentSummary) =>
  durationWords(Date.parse(resolvedAt ?? createdAt) - Date.parse(createdAt))
