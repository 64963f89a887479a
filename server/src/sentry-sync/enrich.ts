import type { JsonObject } from '#contract/common.ts'
import type { Deps } from '../deps.ts'
import { fillDetails } from '../incidents/fill-details.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import type { SentryClient } from '../integrations/sentry/client.ts'
import { completed, type Found, missingIn, readDetails } from '../integrations/sentry/complete.ts'
import { readIssue } from '../integrations/sentry/issue-facts.ts'
import { addSeconds } from '../platform/clock.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { askSentry } from './ask.ts'
import { backoffSeconds, ISSUE_BACKOFF } from './backoff.ts'
import { type Asked, connectionsToAsk, type DueFacts, leaseFacts, settleFacts } from './facts-due.ts'
import { issueIdOf } from './issue-id.ts'

/** Completes all that are due now, in every connection; returns how many incidents Sentry was asked about. */
export async function enrichDueIncidents(deps: Deps, now: Date): Promise<number> {
  const connections = await connectionsToAsk(deps.db, now)
  const taken = await Promise.all(connections.map((id) => enrichConnection(deps, id, now)))
  return taken.reduce((sum, one) => sum + one, 0)
}

/**
 * Completes one incident with what Sentry knows of its issue: how it stands, whom it touches, where and by which commit it broke.
 * One after the other, as Sentry lets an organization ask for few issues a second; and apart from what Sentry is told and from pages,
 * as nobody waits for it. Returns how many incidents Sentry was asked about. Any number of processes may do it.
 */
export async function enrichConnection(
  deps: Deps,
  integrationId: string,
  now: Date,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const due = await retryOnConflict(() =>
    deps.db.transaction().execute((trx) => leaseFacts(trx, integrationId, now)),
  )
  if (!due) return 0
  try {
    await settleFacts(deps.db, due, await ask(deps, due, now, signal), now)
  } catch (error) {
    deps.log.error({ err: error, incidentId: due.incidentId }, 'sentry.enrich_broke')
    await settleFacts(deps.db, due, failed(due, now), now)
  }
  return 1
}

async function ask(deps: Deps, due: DueFacts, now: Date, signal: AbortSignal): Promise<Asked> {
  const issueId = issueIdOf(due.dedupKey)
  const details = await readIncidentDetails(deps, due.incidentId)
  if (!issueId || !details) return DONE
  const result = await askSentry(
    deps,
    due.integrationId,
    (client) => lookUp(client, issueId, details, due.wanted),
    { signal },
  )
  if (result.outcome === 'off')
    return { at: null, again: result.until ?? addSeconds(now, OFF_SECONDS), attempts: due.attempts }
  if (result.outcome === 'rejected') return DONE
  if (result.outcome !== 'ok') return failed(due, now)
  const { found, isWhole } = result.value
  await keepFound(deps, due.incidentId, found, now)
  if (!isWhole) return { ...failed(due, now), at: now }
  return {
    ...DONE,
    at: now,
    again: isFirst(details) && !found.commit ? addSeconds(now, COMMIT_SECONDS) : null,
  }
}

const OFF_SECONDS = 300

const DONE: Asked = { at: null, again: null, attempts: 0 }

/** Sentry looks for the suspect commit after it has sent its alert. */
const COMMIT_SECONDS = 180

const isFirst = (details: JsonObject) => readDetails(details).askedAt === undefined

/** Some eight hours; later than that nobody reads it. */
const ATTEMPTS = 40

function failed({ attempts }: DueFacts, now: Date): Asked {
  if (attempts >= ATTEMPTS) return DONE
  const again = addSeconds(now, backoffSeconds(attempts, ISSUE_BACKOFF))
  return { at: null, again, attempts: attempts + 1 }
}

async function readIncidentDetails({ db }: Deps, incidentId: string): Promise<JsonObject | null> {
  const row = await db
    .selectFrom('incidents')
    .select('details')
    .where('id', '=', incidentId)
    .executeTakeFirst()
  return row?.details ?? null
}

type LookedUp = { found: Found; isWhole: boolean }

/**
 * The issue, and what else is missing. Only the issue decides how the asking went: where Sentry does not show events or commits, or
 * not to this token, the incident does without.
 */
async function lookUp(
  client: SentryClient,
  issueId: string,
  details: JsonObject,
  wanted: boolean,
): Promise<ApiResult<LookedUp>> {
  const answer = await client.issue(issueId)
  if (answer.outcome !== 'ok') return answer
  const issue = readIssue({ issue: answer.value })
  if (!issue.issueId)
    return { outcome: 'rejected', status: 200, reason: 'The answer of Sentry names no issue' }

  const missing = missingIn(details)
  const event = missing.event ? await client.latestEvent(issueId) : null
  const known = readDetails(details)
  const seen = event?.outcome === 'ok' ? event.value : null
  const eventId = known.eventId ?? seen?.eventId
  const project = issue.project.slug ?? known.project?.slug ?? issue.project.id
  const commit =
    wanted && missing.commit && eventId && project && event?.outcome !== 'later'
      ? await client.suspectCommit(project, eventId)
      : null
  return {
    ...answer,
    value: {
      found: { issue, event: seen, commit: commit?.outcome === 'ok' ? commit.value : null },
      isWhole: event?.outcome !== 'later' && commit?.outcome !== 'later',
    },
  }
}

/** Also for an issue that Sentry has shown for another reason: when something was written to it, or when all were compared. */
export async function keepIssue(
  deps: Pick<Deps, 'db' | 'live'>,
  incidentId: string,
  json: unknown,
  now: Date,
): Promise<void> {
  const issue = readIssue({ issue: json })
  if (issue.issueId) await keepFound(deps, incidentId, { issue, event: null, commit: null }, now)
}

const keepFound = (deps: Pick<Deps, 'db' | 'live'>, incidentId: string, found: Found, now: Date) =>
  fillDetails(deps, incidentId, {
    fill: (details) => completed(details, found, now),
    link: found.issue.link ?? null,
  })
