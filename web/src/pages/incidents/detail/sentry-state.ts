import type { SentryDetails } from '#contract/sentry.ts'

/** How the issue stands in Sentry, in its words: `Unresolved, regressed`, `Archived until it escalates`; null when nobody knows. */
export function stateWords({
  status,
  substatus,
}: Pick<SentryDetails, 'status' | 'substatus'>): string | null {
  if (!status) return null
  const words = capitalized(status === 'ignored' ? 'archived' : wordsOf(status))
  if (!substatus) return words
  const archived = howArchived.get(substatus)
  return archived ? `${words} ${archived}` : `${words}, ${wordsOf(substatus)}`
}

const howArchived = new Map([
  ['archived_until_escalating', 'until it escalates'],
  ['archived_until_condition_met', 'until a condition is met'],
  ['archived_forever', 'for good'],
])

export const capitalized = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

const wordsOf = (name: string) => name.replaceAll('_', ' ')
