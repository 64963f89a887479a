import type { Deps } from '../deps.ts'
import { addSeconds } from '../platform/clock.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { type Line, openLine } from './ask.ts'
import { backoffSeconds, ISSUE_BACKOFF } from './backoff.ts'
import {
  type Again,
  dueConnections,
  leaseDue,
  noteEnriched,
  type Problem,
  prolong,
  readHappenings,
  release,
  settle,
} from './due.ts'
import { giveUpOld } from './give-up.ts'
import { learnInstallation } from './installation.ts'
import { type Performed, perform } from './perform.ts'
import { type Happening, planOf, type Step } from './plan.ts'
import { say } from './timeline.ts'

const AT_ONCE = 4

/** Does all that is due now, in every connection; returns how many issues were looked at. What cannot be done now is due again later. */
export async function syncDueIssues(deps: Deps, now: Date): Promise<number> {
  await giveUpOld(deps, now)
  const connections = await dueConnections(deps.db, now)
  const taken = await Promise.all(connections.map((id) => syncConnection(deps, id, now)))
  return taken.reduce((sum, one) => sum + one, 0)
}

/**
 * Tells the Sentry of one connection of a few issues, of each in the order in which it happened; returns how many were looked at.
 * Any number of processes may do it.
 */
export async function syncConnection(
  deps: Deps,
  integrationId: string,
  now: Date,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const problems = await retryOnConflict(() =>
    deps.db.transaction().execute((trx) => leaseDue(trx, integrationId, now, AT_ONCE)),
  )
  await Promise.all(problems.map((problem) => syncProblem(deps, problem, signal)))
  return problems.length
}

async function syncProblem(deps: Deps, problem: Problem, signal: AbortSignal): Promise<void> {
  try {
    await tell(deps, problem, signal)
  } catch (error) {
    deps.log.error({ err: error, integrationId: problem.integrationId }, 'sentry.sync_broke')
    // Where not even that can be written, it is due again when its lease is over.
    await release(deps.db, problem, later(deps, problem, BROKE)).catch(() => undefined)
  }
}

const BROKE = 'OpsKnight could not work it out; its log says why'

async function tell(deps: Deps, problem: Problem, signal: AbortSignal): Promise<void> {
  const { integrationId } = problem
  const line = await openLine(deps, integrationId, { signal, use: 'either' })
  if ('reason' in line) {
    // What holds back the connection or its host holds this back too; where nothing does, not all is asked for at once.
    const again = { problem: line.reason, dueAt: line.until ? null : later(deps, problem, '').dueAt }
    return release(deps.db, problem, { ...again, isAttempt: !line.until })
  }
  const happenings = await readHappenings(deps.db, problem)
  const { steps, settled } = planOf(happenings, line.connection.behaviour)
  await settle(deps.db, settled)
  const { writesRefused } = line.connection
  const possible = writesRefused ? steps.filter(isRead) : steps
  const again = await takeSteps(
    { deps, line: await withInstallation(deps, line, possible), signal },
    problem,
    possible,
  )
  if (again === 'lost') return
  if (again === null && writesRefused) {
    await noteEnriched(
      deps.db,
      happenings.filter(isNew).map(({ number }) => number),
    )
    return release(deps.db, problem, { problem: 'Sentry refuses changes', dueAt: null, isAttempt: false })
  }
  return release(deps.db, problem, again)
}

/** Without `org:read` the alert that opened the incident is the first to name it. */
async function withInstallation(deps: Deps, line: Line, steps: readonly Step[]): Promise<Line> {
  const { connection } = line
  if (connection.installationUuid || !steps.some(({ kind }) => kind === 'link')) return line
  const installationUuid = await learnInstallation(deps.db, connection.integrationId, deps.clock.now())
  return { ...line, connection: { ...connection, installationUuid } }
}

const READS: readonly Step['kind'][] = ['enrich', 'look']
const isRead = ({ kind }: Step) => READS.includes(kind)
const isNew = ({ kind }: Happening) => kind === 'triggered'

type Context = { deps: Deps; line: Line; signal: AbortSignal }

/** One after the other, until one cannot be done now. */
async function takeSteps(
  { deps, line, signal }: Context,
  problem: Problem,
  steps: readonly Step[],
): Promise<Again | null | 'lost'> {
  for (const step of steps) {
    if (!(await prolong(deps.db, problem, deps.clock.now()))) return 'lost'
    // An incident is complete without what its issue adds.
    const isLeftOut = isRead(step) && line.connection.readsRefused
    const performed: Performed = isLeftOut
      ? { outcome: 'done', said: null }
      : await perform({ deps, ...line, dedupKey: problem.dedupKey }, step)
    if (signal.aborted && performed.outcome === 'later')
      return { problem: 'OpsKnight was stopped', dueAt: null, isAttempt: false }
    if (performed.outcome === 'later' || performed.outcome === 'refused')
      return later(deps, problem, performed.reason)
    const { outcome, said } = performed
    if (said !== null) await say(deps, [{ step, text: said, failed: outcome === 'failed' }])
    await settle(deps.db, step.rows)
  }
  return null
}

function later({ clock }: Deps, { attempts }: Problem, problem: string): Again & { dueAt: Date } {
  const dueAt = addSeconds(clock.now(), backoffSeconds(attempts, ISSUE_BACKOFF))
  return { problem, dueAt, isAttempt: true }
}
