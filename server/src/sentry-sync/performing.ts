import type { Deps } from '../deps.ts'
import { isAfter } from '../incidents/follow.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import type { IssueChange, SentryClient } from '../integrations/sentry/client.ts'
import type { Connection } from './connection-store.ts'
import { keepIssue } from './enrich.ts'
import { aheadMsOf, type Change, type IssueState, stateOf } from './issue-state.ts'
import type { Step } from './plan.ts'
import { noteWriting, writingsOf } from './writings.ts'

/** What became of a step; `said` is the sentence for the timeline of the incident, where there is something to say. */
export type Performed =
  | { outcome: 'done'; said: string | null }
  /** It will never work: why, and what to do. */
  | { outcome: 'failed'; said: string }
  | { outcome: 'refused'; status: 401 | 403; reason: string }
  | { outcome: 'later'; reason: string; isAway: boolean; pauseSeconds: number | null }

export type Context = { deps: Deps; client: SentryClient; connection: Connection; dedupKey: string }

/** The issue and the incident that a step is about. */
export type OfIssue = Context & { issueId: string; incidentId: string }

export const NOTHING: Performed = { outcome: 'done', said: null }

/** Noted before it is sent, as Sentry's message about it may overtake the answer. */
export async function write(of: OfIssue, change: IssueChange) {
  const { deps, client, connection, dedupKey, issueId } = of
  const { integrationId } = connection
  await noteWriting(deps.db, { integrationId, dedupKey }, writingsOf(change), deps.clock.now())
  const result = await client.updateIssue(issueId, change)
  if (result.outcome === 'ok') await keep(of, result.value)
  return result
}

/** What Sentry shows of the issue shows on the incident too, without being asked for. */
async function keep({ deps, connection, incidentId }: OfIssue, issue: unknown): Promise<void> {
  if (connection.behaviour.enrich) await keepIssue(deps, incidentId, issue, deps.clock.now())
}

export function toPerformed(result: ApiResult<unknown>, done: string | null, otherwise: string): Performed {
  switch (result.outcome) {
    case 'ok':
      return { outcome: 'done', said: done }
    case 'rejected':
      return { outcome: 'failed', said: `${otherwise} (${reasonOf(result)})` }
    default:
      return result
  }
}

const reasonOf = ({ status, reason }: { status: number; reason: string }) =>
  status === 404 ? 'Sentry has no such issue any more: it was deleted' : reason

const STALE_MS = 60_000

/**
 * The issue as it is now, for a wish that is old or that Sentry has spoken after: it may have been overtaken. Null when the wish is
 * fresh, or when Sentry does not let us look.
 */
export async function readInDoubt(
  of: OfIssue,
  { at, isDoubtful }: Step,
): Promise<IssueState | null | Extract<Performed, { outcome: 'failed' | 'later' }>> {
  const isStale = of.deps.clock.now().getTime() - at.getTime() > STALE_MS
  return isStale || isDoubtful ? readState(of) : null
}

export async function readState(
  of: OfIssue,
): Promise<IssueState | null | Extract<Performed, { outcome: 'failed' | 'later' }>> {
  const { deps, client, connection, issueId } = of
  if (connection.readsRefused) return null
  const result = await client.issue(issueId)
  switch (result.outcome) {
    case 'ok':
      await keep(of, result.value)
      return stateOf(result.value, {
        appSlug: connection.appSlug,
        aheadMs: aheadMsOf(result.headers, deps.clock.now()),
      })
    case 'refused':
      return null
    case 'rejected':
      return result.status === 403
        ? null
        : { outcome: 'failed', said: `Sentry was not told (${reasonOf(result)})` }
    case 'later':
      return result
  }
}

/** Somebody there has changed it after it was wished here. */
export const isOvertaken = (change: Change | null, { at }: Step): change is Change =>
  change !== null && !change.isOurs && isAfter(change.at, at)
