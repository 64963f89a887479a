import type { Shown } from '../incidents/model.ts'
import type { ListedIssue } from '../integrations/sentry/listing.ts'
import { type Fields, line } from '../integrations/sentry/payload.ts'
import { addSeconds } from '../platform/clock.ts'
import type { SentryWriting } from '../platform/schema.ts'
import { type Answered, type Change, type IssueState, stateOf } from './issue-state.ts'

/** An incident that is not resolved, and the issue that it is about. */
export type ActiveIncident = {
  id: string
  number: number
  issueId: string
  dedupKey: string
  status: string
  isHeldByTool: boolean
  /** When it was opened, or the issue was linked to it. */
  knownSince: Date
  /** A person has opened it from the issue, or linked the two: they have seen how the issue stood. */
  isByHand: boolean
  /** Somebody has linked the issue to it, and its alerts are about something else. */
  isLinked: boolean
}

/** Whether an incident may have to follow its issue. Cheap, so that only few issues are asked for when they changed. */
export function mayDiffer(
  { status, isHeldByTool }: Pick<ActiveIncident, 'status' | 'isHeldByTool'>,
  issue: ListedIssue,
): boolean {
  if (issue.status === 'resolved') return true
  if (issue.status === 'ignored') return status !== 'acknowledged'
  return issue.status === 'unresolved' && isHeldByTool
}

export type Asked = Answered & {
  now: Date
  /** What OpsKnight has set of this issue lately. */
  written: readonly SentryWriting[]
}

/** A message about it may still be on its way: Sentry waits five seconds for an answer, and queues. */
const MAY_STILL_COME_SECONDS = 60

/** What an incident is to follow; or from when on, as a message may still bring it; or nothing. */
export function sightingOf(
  issue: Fields,
  { knownSince, isByHand }: Pick<ActiveIncident, 'knownSince' | 'isByHand'>,
  asked: Asked,
): Shown | { notBefore: Date } | null {
  const { status, statusChange, lastSeen } = stateOf(issue, asked)
  // A status that no activity tells of came by itself: issues may resolve after some days without events.
  const change = statusChange && statusAfter(statusChange) === status ? statusChange : null
  const state = followedState(status, issue, change)
  if (!status || !state) return null
  const since = change?.at ?? null
  if (since && addSeconds(since, MAY_STILL_COME_SECONDS) > asked.now)
    return { notBefore: addSeconds(since, MAY_STILL_COME_SECONDS) }
  const isEarlier = since !== null && since <= knownSince
  if (isByHand && (isEarlier || !since)) return null
  const isOurs = change !== null && (change.isOurs || wasWritten(status, since!, asked.written))
  return {
    ...{ state, since, isOurs },
    hasRecurred: since !== null && lastSeen !== null && lastSeen > since,
    text: sentence(status, change, { isOurs, isEarlier }),
  }
}

const statusAfter = ({ kind }: Change): IssueState['status'] =>
  kind.startsWith('set_resolved') ? 'resolved' : kind === 'set_ignored' ? 'ignored' : 'unresolved'

const WORSE = /^(set_)?(escalating|regressed|regression)$/

/** An issue that is merely unarchived goes on as before; one that got worse is news, as it is in Sentry's messages. */
function followedState(
  status: IssueState['status'],
  { substatus }: Fields,
  change: Change | null,
): Shown['state'] | null {
  if (status === 'resolved') return 'resolved'
  if (status === 'ignored') return 'acknowledged'
  const isWorse = WORSE.test(line(substatus, 50) ?? '') || WORSE.test(change?.kind ?? '')
  return status === 'unresolved' && isWorse ? 'open' : null
}

/** A request may take so long to come into effect. */
const IN_EFFECT_WITHIN_MS = 120_000

/** Older versions of Sentry do not say that it was an integration. */
const wasWritten = (status: string, since: Date, written: readonly SentryWriting[]): boolean =>
  written.some(
    ({ what, value, at }) =>
      what === 'status' &&
      value === status &&
      Math.abs(since.getTime() - Date.parse(at)) < IN_EFFECT_WITHIN_MS,
  )

const words = { resolved: 'resolved', ignored: 'archived', unresolved: 'escalating again' } as const

function sentence(
  status: keyof typeof words,
  change: Change | null,
  { isOurs, isEarlier }: { isOurs: boolean; isEarlier: boolean },
): string {
  const when = change ? ` since ${minuteOf(change.at)}` : ''
  const who = change?.by && !isOurs ? ` (${change.by})` : ''
  const why = isOurs
    ? 'OpsKnight has set that there for another incident'
    : isEarlier
      ? 'that was before the alert of this incident came'
      : 'no webhook reached us'
  return `Sentry shows it ${words[status]}${when}${who}; ${why}`
}

/** `2026-03-01 09:00 UTC`: everybody who reads the timeline reads the same. */
const minuteOf = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
