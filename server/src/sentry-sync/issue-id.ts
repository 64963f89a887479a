/** The id of the Sentry issue that goes by this dedup key; null for what is no issue: a metric alert, a storm, an event alone. */
export const issueIdOf = (dedupKey: string): string | null =>
  /^sentry-(\d{1,30})$/.exec(dedupKey)?.[1] ?? null
