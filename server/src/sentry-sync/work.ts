import { sql } from 'kysely'
import type { Actor } from '#contract/common.ts'
import type { Deps } from '../deps.ts'
import { annotate } from '../incidents/annotate.ts'
import { addSeconds } from '../platform/clock.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { findConnection, toConnection } from './connection-store.ts'
import { leaseDue, type Problem, readHappenings, release, settle } from './due.ts'
import { clientOf } from './line.ts'
import { type Performed, perform } from './perform.ts'
import { planOf, type Step } from './plan.ts'

const AT_ONCE = 8

/**
 * Tells Sentry what is due, each issue in the order in which it happened; returns how many issues were looked at. Any number of
 * processes may run it. What cannot be told now is due again later.
 */
export async function syncDueIssues(
  deps: Deps,
  now: Date,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const problems = await retryOnConflict(() =>
    deps.db.transaction().execute((trx) => leaseDue(trx, now, AT_ONCE)),
  )
  await Promise.all(problems.map((problem) => syncProblem(deps, problem, now, signal)))
  return problems.length
}

async function syncProblem(deps: Deps, problem: Problem, now: Date, signal: AbortSignal): Promise<void> {
  try {
    const hindrance = await tell(deps, problem, now, signal)
    await release(
      deps.db,
      problem,
      hindrance === null
        ? null
        : { dueAt: addSeconds(now, secondsUntilNext(problem.attempts)), problem: hindrance },
    )
  } catch (error) {
    deps.log.error({ err: error, integrationId: problem.integrationId }, 'sentry.sync_broke')
    await release(deps.db, problem, {
      dueAt: addSeconds(now, secondsUntilNext(problem.attempts)),
      problem: 'OpsKnight could not work it out; its log says why',
    })
  }
}

/** Step by step, until one cannot be done now: then why. */
async function tell(deps: Deps, problem: Problem, now: Date, signal: AbortSignal): Promise<string | null> {
  const row = await findConnection(deps.db, problem.integrationId)
  const happenings = await readHappenings(deps.db, problem)
  const connection = row && toConnection(row, deps.secrets)
  const client = connection && clientOf(deps, connection, signal)
  if (!connection || !client) {
    await settle(
      deps.db,
      happenings.map(({ number }) => number),
    )
    return null
  }
  const { steps, settled } = planOf(happenings, connection.behaviour)
  await settle(deps.db, settled)
  for (const step of steps) {
    const performed = await perform({ deps, client, connection, dedupKey: problem.dedupKey }, step)
    if (performed.outcome === 'later') {
      await pause(deps, connection, performed, now)
      return performed.reason
    }
    if (performed.outcome === 'refused') {
      await markRefused(deps, problem.integrationId, performed.reason, now)
      return performed.reason
    }
    await record(deps, step, performed, now)
    await settle(deps.db, step.rows)
  }
  return null
}

const SYSTEM: Actor = { kind: 'system', id: null, name: 'OpsKnight' }

async function record(
  deps: Deps,
  { incidentId, kind }: Step,
  { outcome, said }: Extract<Performed, { said: unknown }>,
  now: Date,
): Promise<void> {
  if (said === null) return
  const data = { tool: 'sentry', step: kind, ...(outcome === 'failed' ? { failed: true } : {}) }
  await annotate(deps, [{ incidentId, at: now, kind: 'synced', actor: SYSTEM, text: said, data }])
}

async function pause(
  deps: Deps,
  { integrationId, url }: { integrationId: string; url: string },
  { isAway, pauseSeconds }: Extract<Performed, { outcome: 'later' }>,
  now: Date,
): Promise<void> {
  if (pauseSeconds !== null) {
    await deps.db
      .updateTable('sentry_connections')
      .set({ paused_until: addSeconds(now, pauseSeconds) })
      .where('integration_id', '=', integrationId)
      .execute()
  }
  if (isAway) {
    await sql`
      insert into sentry_hosts as h (host, failures) values (${url}, 1)
      on conflict (host) do update set failures = h.failures + 1`.execute(deps.db)
  }
}

async function markRefused(deps: Deps, integrationId: string, reason: string, now: Date): Promise<void> {
  await deps.db
    .updateTable('sentry_connections')
    .set({ writes_refused_at: now, refusal: reason })
    .where('integration_id', '=', integrationId)
    .where('writes_refused_at', 'is', null)
    .execute()
}

const FIRST_SECONDS = 5
const LONGEST_SECONDS = 15 * 60

/** Twice as long each time, and never the same for all: after an outage not everybody comes at once. */
function secondsUntilNext(attempts: number): number {
  const longest = Math.min(FIRST_SECONDS * 2 ** Math.min(attempts, 20), LONGEST_SECONDS)
  return longest * (0.5 + Math.random() / 2)
}
