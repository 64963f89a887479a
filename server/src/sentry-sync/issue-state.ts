import { type Fields, line, list, object, time } from '../integrations/sentry/payload.ts'
import { addMilliseconds } from '../platform/clock.ts'

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
  /** When the problem last showed. */
  lastSeen: Date | null
}

/** By whose clock Sentry has answered, and which app is OpsKnight's there. */
export type Answered = {
  /** How far Sentry's clock is ahead of ours. */
  aheadMs: number
  appSlug: string | null
}

/**
 * An issue as Sentry shows it, with when, by our clock, and by whom that came about. Sentry's source: `types/activity.py` names the
 * kinds of its log, `api/serializers/models/activity.py` who has acted; the newest entry is the first.
 */
export function stateOf(issue: Fields, { aheadMs, appSlug }: Answered): IssueState {
  const ours = (value: unknown) => {
    const at = time(value)
    return at ? addMilliseconds(at, -aheadMs) : null
  }
  const log = list(issue.activity).map(object)
  const last = (kinds: RegExp) => {
    const entry = log.find(({ type }) => kinds.test(line(type, 100) ?? ''))
    const at = entry ? ours(entry.dateCreated) : null
    return entry && at ? toChange(entry, at, appSlug) : null
  }
  const status = line(issue.status, 50)?.toLowerCase() ?? ''
  return {
    status: isStatus(status) ? status : null,
    statusChange: last(/^set_(resolved|unresolved|ignored|regression|escalating)/),
    assigneeChange: last(/^(un)?assigned$/),
    lastSeen: ours(issue.lastSeen),
  }
}

const isStatus = (status: string): status is NonNullable<IssueState['status']> =>
  status === 'unresolved' || status === 'resolved' || status === 'ignored'

function toChange({ type, user, sentry_app }: Fields, at: Date, appSlug: string | null): Change {
  const slug = line(object(sentry_app).slug, 200)
  return {
    at,
    kind: line(type, 100) ?? '',
    // Without a name of one's own any integration may be oneself.
    isOurs: slug !== undefined && (appSlug === null || slug === appSlug),
    by: line(object(user).name, 200) ?? null,
  }
}

/** How far Sentry's clock is ahead, told from the `Date` of its answer, which names whole seconds. */
export function aheadMsOf(headers: Record<string, string>, now: Date): number {
  const date = Date.parse(headers.date ?? '')
  if (Number.isNaN(date)) return 0
  const ahead = date - now.getTime()
  return ahead > -1_000 && ahead <= 0 ? 0 : ahead
}
