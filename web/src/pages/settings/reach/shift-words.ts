import { durationWords, momentWords } from '../../../ui/time-words.ts'

/** `until tomorrow 09:00 (9 h to go)`, `Mon 09:00 – 7 Dec 2026, 09:00 (7 d)`. */
export function shiftWords({ start, end }: { start: string; end: string }, now: Date): string {
  const [from, to] = [new Date(start), new Date(end)]
  const lasts = (since: Date) => durationWords(to.getTime() - since.getTime())
  if (from <= now) return `until ${momentWords(to, now)} (${lasts(now)} to go)`
  return `${momentWords(from, now)} – ${momentWords(to, now)} (${lasts(from)})`
}
