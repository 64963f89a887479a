import type { IncidentView } from '#contract/incidents.ts'
import type { PageView } from '#contract/pages.ts'
import { channelWords } from '../../ui/channels.ts'

export type NextPage = { at: Date; who: string }

/** What happens next by itself: whom it reaches, by which way, and when. Null when nothing is due. */
export function nextPage(
  { paging }: Pick<IncidentView, 'paging'>,
  pages: readonly PageView[],
): NextPage | null {
  const waiting = pages
    .filter(({ status }) => status === 'due' || status === 'sending')
    .toSorted((one, other) => Date.parse(one.dueAt) - Date.parse(other.dueAt))[0]
  const step = paging.next
  if (waiting && !(step && Date.parse(step.at) < Date.parse(waiting.dueAt)))
    return { at: new Date(waiting.dueAt), who: wayWords(waiting) }
  return step ? { at: new Date(step.at), who: step.who } : null
}

const wayWords = ({ userName, channel }: PageView) =>
  channel ? `${userName} ${channelWords[channel].by}` : userName

/** What is left until then: `now`, `32 s`, `2 min 05 s`, `12 min`, `3 h`. */
export function countdownWords(at: Date, now: Date): string {
  const seconds = Math.ceil((at.getTime() - now.getTime()) / 1_000)
  if (seconds <= 0) return 'now'
  if (seconds < 60) return `in ${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return `in ${minutes} min ${String(seconds % 60).padStart(2, '0')} s`
  return minutes < 60 ? `in ${minutes} min` : `in ${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
