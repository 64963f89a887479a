import type { Actor } from '#contract/common.ts'
import type { Deps } from '../deps.ts'
import { annotate } from '../incidents/annotate.ts'
import { followTool, type Sighting } from '../incidents/follow-tool.ts'
import type { ApiResult } from '../integrations/sentry/api-result.ts'
import { type ListedIssue, nextCursor } from '../integrations/sentry/listing.ts'
import { addSeconds } from '../platform/clock.ts'
import { askSentry, type Off } from './ask.ts'
import { keepIssue } from './enrich.ts'
import { aheadMsOf } from './issue-state.ts'
import { type Connected, readActive, readGone, readLinked } from './reconcile-store.ts'
import { type ActiveIncident, mayDiffer, sightingOf } from './sightings.ts'
import { readWritten } from './writings.ts'

/** Why Sentry cannot be asked now, and until when, where that is known. */
export type Hindrance = { problem: string; until: Date | null }

export type Compared = {
  hindrance: Hindrance | null
  /** When to look again, before it is due: a message may still come, or a person is heard first. */
  again: Date | null
}

/** As many issues as fit into one address. */
const ISSUES_PER_REQUEST = 100
/** Each costs a request every time. */
const ABSENT_PER_RUN = 20
/** What people did here is told within seconds, unless Sentry is away. */
const TOLD_WITHIN_SECONDS = 60

type Run = Compared & { deps: Deps; integration: Connected; signal: AbortSignal; absentLeft: number }

/**
 * Lets the open incidents of an integration follow their issues: asks for a list of each hundred, and for each one by itself that
 * stands otherwise there.
 */
export async function compareWithSentry(
  deps: Deps,
  integration: Connected,
  signal: AbortSignal,
): Promise<Compared> {
  const run: Run = { deps, integration, signal, hindrance: null, again: null, absentLeft: ABSENT_PER_RUN }
  let before: number | null = null
  do {
    const incidents = await readActive(deps.db, integration.id, before, ISSUES_PER_REQUEST)
    if (incidents.length > 0) run.hindrance = await compare(run, incidents)
    before = incidents.at(-1)?.number ?? null
  } while (before !== null && !run.hindrance)
  const linked = run.hindrance ? [] : await readLinked(deps.db, integration.id)
  for (let start = 0; start < linked.length && !run.hindrance; start += ISSUES_PER_REQUEST)
    run.hindrance = await compare(run, linked.slice(start, start + ISSUES_PER_REQUEST))
  return run
}

async function compare(run: Run, incidents: readonly ActiveIncident[]): Promise<Hindrance | null> {
  const byIssue = Map.groupBy(incidents, ({ issueId }) => issueId)
  const issues = await listIssues(run, [...byIssue.keys()])
  if ('problem' in issues) return issues
  for (const issue of issues.listed) {
    const differing = byIssue.get(issue.id)?.filter((incident) => mayDiffer(incident, issue)) ?? []
    byIssue.delete(issue.id)
    const hindrance = differing.length > 0 ? await follow(run, differing) : null
    if (hindrance) return hindrance
  }
  return seeToAbsent(run, [...byIssue.values()])
}

async function listIssues(run: Run, issueIds: string[]): Promise<{ listed: ListedIssue[] } | Hindrance> {
  const { deps, integration, signal } = run
  const listed: ListedIssue[] = []
  let cursor: string | null = null
  // A server that leads in a circle is not followed: no page is without an issue that was asked for.
  for (const _ of issueIds) {
    const from: string | null = cursor
    const asked = await askSentry(deps, integration.id, (client) => client.issues(issueIds, from), { signal })
    if (asked.outcome !== 'ok') return hindranceOf(asked)
    listed.push(...asked.value)
    cursor = nextCursor(asked.headers.link)
    if (cursor === null || cursor === from || listed.length > issueIds.length) break
  }
  return { listed }
}

/** Those that the list leaves out: deleted, or merged into another issue, by whose id Sentry answers then. */
async function seeToAbsent(run: Run, absent: ActiveIncident[][]): Promise<Hindrance | null> {
  const gone = await readGone(
    run.deps.db,
    absent.flat().map(({ id }) => id),
  )
  const longAgo = addSeconds(run.deps.clock.now(), -MERGED_WITHIN_SECONDS)
  for (const incidents of absent) {
    if (run.absentLeft === 0) return null
    const left = incidents.filter(({ id }) => (gone.get(id) ?? longAgo) >= longAgo)
    if (left.length === 0) continue
    run.absentLeft -= 1
    const hindrance = await follow(run, left, gone)
    if (hindrance) return hindrance
  }
  return null
}

/** Asks for one issue, and lets its incidents follow it. */
async function follow(
  run: Run,
  incidents: readonly ActiveIncident[],
  gone: ReadonlyMap<string, Date> = new Map(),
): Promise<Hindrance | null> {
  const { deps, integration, signal } = run
  const { issueId, dedupKey } = incidents[0]!
  const asked = await askSentry(deps, integration.id, (client) => client.issue(issueId), { signal })
  if (asked.outcome === 'rejected') {
    if (asked.status === NOT_FOUND)
      await noteGone(
        deps,
        incidents.filter(({ id }) => !gone.has(id)),
      )
    return null
  }
  if (asked.outcome !== 'ok') return hindranceOf(asked)
  const now = deps.clock.now()
  const circumstances = {
    now,
    aheadMs: aheadMsOf(asked.headers, now),
    appSlug: integration.appSlug,
    written: await readWritten(deps.db, { integrationId: integration.id, dedupKey }),
  }
  const sightings: Sighting[] = []
  for (const incident of incidents) {
    const seen = sightingOf(asked.value, incident, circumstances)
    if (seen && 'notBefore' in seen) lookAgain(run, seen.notBefore)
    else if (seen) sightings.push({ incidentId: incident.id, dedupKey, shown: seen })
  }
  const { changedIds, untoldIds } = await followTool(deps, integration, sightings, {
    tellsFirst: integration.isTold,
  })
  if (untoldIds.length > 0) lookAgain(run, addSeconds(now, TOLD_WITHIN_SECONDS))
  for (const id of changedIds)
    deps.log.info({ incidentId: id, integrationId: integration.id }, 'incident.reconciled')
  // An incident to which the issue was only linked has facts of its own.
  const ofIssue = integration.enriches ? incidents.filter(({ isLinked }) => !isLinked) : []
  for (const { id } of ofIssue) await keepIssue(deps, id, asked.value, now)
  return null
}

function lookAgain(run: Run, at: Date): void {
  if (!run.again || at < run.again) run.again = at
}

const NOT_FOUND = 404
/** While Sentry merges an issue into another one it says that there is none; it is asked again for so long. */
const MERGED_WITHIN_SECONDS = 3_600
const SYSTEM: Actor = { kind: 'system', id: null, name: 'OpsKnight' }
const GONE =
  'Sentry knows this issue no more: it was deleted there, or is being merged into another one. Resolve this incident when the problem is over.'

const noteGone = (deps: Deps, incidents: readonly ActiveIncident[]) =>
  annotate(
    deps,
    incidents.map(({ id: incidentId }) => ({
      ...{ incidentId, at: deps.clock.now(), kind: 'synced' as const, actor: SYSTEM, text: GONE },
      data: { tool: 'sentry', step: 'gone' },
    })),
  )

const hindranceOf = (result: Exclude<ApiResult<unknown>, { outcome: 'ok' }> | Off): Hindrance => ({
  problem: result.reason,
  until: result.outcome === 'off' ? result.until : null,
})
