import { id, line, list, object } from './payload.ts'

/** An issue in a list: how it stands now, and nothing of when it came to that. */
export type ListedIssue = { id: string; status: string | null }

/**
 * `project=-1` is all projects that the token reaches; with `group` the query counts for nothing. The collapsed parts are what takes
 * Sentry long. Sentry's source: `issues/endpoints/organization_group_index.py`, `api/bases/organization.py`.
 */
export function listingQuery(issueIds: readonly string[], cursor: string | null): string {
  const query = new URLSearchParams({ project: '-1' })
  for (const part of ['stats', 'lifetime', 'filtered', 'unhandled']) query.append('collapse', part)
  for (const issueId of issueIds) query.append('group', issueId)
  if (cursor) query.set('cursor', cursor)
  return query.toString()
}

export const readListed = (json: unknown): ListedIssue[] =>
  list(json)
    .map(object)
    .flatMap((issue) => {
      const issueId = id(issue.id)
      return issueId ? [{ id: issueId, status: line(issue.status, 50)?.toLowerCase() ?? null }] : []
    })

/** The cursor of the next page; null on the last one. https://docs.sentry.io/api/pagination/ */
export function nextCursor(link: string | undefined): string | null {
  const next = (link ?? '').split(/,\s*(?=<)/).find((one) => /;\s*rel="next"/.test(one))
  if (!next || !/;\s*results="true"/.test(next)) return null
  return /;\s*cursor="([^"]{1,200})"/.exec(next)?.[1] ?? null
}
