import { type Fields, line, list, object, time } from '../integrations/sentry/payload.ts'

/** What Sentry's log of an issue says of the last change of one kind. */
export type Change = {
  at: Date
  /** `set_resolved_in_release`, `assigned`, … */
  kind: string
  /** OpsKnight made it, with the token of this connection. */
  isOurs: boolean
  /** Null when Sentry did it itself. */
  by: string | null
}

export type IssueState = {
  status: 'unresolved' | 'resolved' | 'ignored' | null
  /** Null when nobody has changed it yet. */
  statusChange: Change | null
  assigneeChange: Change | null
}

/**
 * An issue as Sentry shows it, with when and by whom that came about. Sentry's source: `types/activity.py` names the kinds of its
 * log, `api/serializers/models/activity.py` who has acted; the newest entry is the first.
 */
export function stateOf(issue: Fields, appSlug: string | null): IssueState {
  const log = list(issue.activity).map(object)
  const last = (kinds: RegExp) => {
    const entry = log.find(({ type }) => kinds.test(line(type, 100) ?? ''))
    return entry ? toChange(entry, appSlug) : null
  }
  const status = line(issue.status, 50)?.toLowerCase() ?? ''
  return {
    status: isStatus(status) ? status : null,
    statusChange: last(/^set_(resolved|unresolved|ignored|regression|escalating)/),
    assigneeChange: last(/^(un)?assigned$/),
  }
}

const isStatus = (status: string): status is NonNullable<IssueState['status']> =>
  status === 'unresolved' || status === 'resolved' || status === 'ignored'

function toChange({ type, dateCreated, user, sentry_app }: Fields, appSlug: string | null): Change | null {
  const at = time(dateCreated)
  if (!at) return null
  const slug = line(object(sentry_app).slug, 200)
  return {
    at,
    kind: line(type, 100) ?? '',
    // Without a name of one's own any integration may be oneself.
    isOurs: slug !== undefined && (appSlug === null || slug === appSlug),
    by: line(object(user).name, 200) ?? null,
  }
}
