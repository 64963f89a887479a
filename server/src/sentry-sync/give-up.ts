import { sql } from 'kysely'
import type { Deps } from '../deps.ts'
import { addMinutes } from '../platform/clock.ts'
import type { Db } from '../platform/db.ts'
import { retryOnConflict } from '../platform/retry.ts'
import { behaviourOf, type ConnectionRow, findConnection } from './connection-store.ts'
import { leaseOlder, type Problem, readHappenings, release, settle } from './due.ts'
import { planOf, type Step } from './plan.ts'
import { say } from './timeline.ts'

/** After so long a wish is not worth fulfilling any more: people have gone on. */
const PATIENCE_MINUTES = 24 * 60
const AT_ONCE = 50

/** Gives up what could not be done in Sentry for a day, and says so where somebody waits for it. */
export async function giveUpOld(deps: Deps, now: Date): Promise<void> {
  const before = addMinutes(now, -PATIENCE_MINUTES)
  if (!(await hasOlder(deps.db, before))) return
  await deleteOrphans(deps.db, before)
  const problems = await retryOnConflict(() =>
    deps.db.transaction().execute((trx) => leaseOlder(trx, before, now, AT_ONCE)),
  )
  for (const problem of problems) await giveUp(deps, problem, before)
}

/** Numbers are given in about the order of time. */
async function hasOlder(db: Db, before: Date): Promise<boolean> {
  const oldest = await db
    .selectFrom('incident_outbox')
    .select('at')
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()
  return oldest !== undefined && oldest.at <= before
}

/** Written while the integration was being disconnected. */
async function deleteOrphans(db: Db, before: Date): Promise<void> {
  await sql`
    delete from incident_outbox o where at <= ${before}
      and not exists (select from sentry_connections c where c.integration_id = o.integration_id)`.execute(db)
}

async function giveUp(deps: Deps, problem: Problem, before: Date): Promise<void> {
  const connection = await findConnection(deps.db, problem.integrationId)
  if (!connection) return
  const old = (await readHappenings(deps.db, problem)).filter(({ at }) => at <= before)
  const why = await reasonOf(deps.db, problem, connection)
  const sayings = planOf(old, behaviourOf(connection)).steps.flatMap((step) => {
    const left = wordsOf[step.kind]
    if (!left) return []
    const text = `${left} in Sentry: OpsKnight has tried for a day and given up${why ? ` (${why})` : ''}`
    return [{ step, text, failed: true }]
  })
  await say(deps, sayings)
  await settle(
    deps.db,
    old.map(({ number }) => number),
  )
  await release(deps.db, problem, null)
}

// Nobody has asked for a link, and what an issue adds to its incident is not missed a day later.
const wordsOf: Partial<Record<Step['kind'], string>> = {
  status: 'The issue keeps its state',
  assign: 'The issue is not assigned',
  comment: 'The note is not shown',
}

async function reasonOf(
  db: Db,
  { integrationId, dedupKey }: Problem,
  { url, refusal, reads_refused_at, writes_refused_at }: ConnectionRow,
): Promise<string | null> {
  if (reads_refused_at || writes_refused_at) return refusal
  const issue = await db
    .selectFrom('sentry_issues')
    .select('problem')
    .where('integration_id', '=', integrationId)
    .where('dedup_key', '=', dedupKey)
    .executeTakeFirst()
  if (issue?.problem) return issue.problem
  const host = await db
    .selectFrom('sentry_hosts')
    .select('problem')
    .where('host', '=', url)
    .executeTakeFirst()
  return host?.problem ?? null
}
