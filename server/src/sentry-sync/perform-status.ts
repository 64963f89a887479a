import { sql } from 'kysely'
import type { Actor } from '#contract/common.ts'
import { changeAs } from '../incidents/commands.ts'
import type { IssueState } from './issue-state.ts'
import {
  isOvertaken,
  NOTHING,
  type OfIssue,
  type Performed,
  readInDoubt,
  readState,
  toPerformed,
  write,
} from './performing.ts'
import type { Step } from './plan.ts'

const words = {
  resolved: 'The issue is resolved',
  resolvedInNextRelease: 'The issue is resolved in the next release',
  unresolved: 'The issue is unresolved again',
} as const

export async function setStatus(of: OfIssue, step: Step & { kind: 'status' }): Promise<Performed> {
  const { status } = step
  if (status !== 'unresolved') {
    const active = await findActive(of)
    if (active)
      return {
        outcome: 'done',
        said: `The issue is not resolved: incident #${active.number} is about it too`,
      }
  }
  const state = await readInDoubt(of, step)
  if (state && 'outcome' in state) return state
  const change = state?.statusChange ?? null
  if (state && isOvertaken(change, step))
    return {
      outcome: 'done',
      said: `The issue stays ${state.status}: ${change.by ?? 'Sentry'} has changed it since`,
    }
  if (state && isSo(state, step)) return { outcome: 'done', said: change?.isOurs ? words[status] : null }
  const result = await write(of, { status })
  if (result.outcome === 'rejected' && result.status === 400 && status === 'resolvedInNextRelease')
    return resolveNow(of)
  return toPerformed(result, words[status], 'The issue keeps its state')
}

/** Sentry takes the next release only for a project that has had one. */
const resolveNow = async (of: OfIssue) =>
  toPerformed(
    await write(of, { status: 'resolved' }),
    'The issue is resolved, and not in the next release: Sentry knows no release of its project',
    'The issue keeps its state',
  )

const isSo = ({ status }: IssueState, wish: { status: string }) =>
  wish.status === 'unresolved' ? status === 'unresolved' : status === 'resolved'

/** An incident of the same issue that is not over: opened by its alerts, on whichever service, or linked to it by somebody. */
async function findActive({ deps: { db }, connection: { integrationId }, dedupKey }: OfIssue) {
  const { rows } = await sql<{ number: number }>`
    select i.number from incidents i
    where i.dedup_key = ${dedupKey} and i.integration_id = ${integrationId} and i.status <> 'resolved'
    union all
    select i.number from incident_links l join incidents i on i.id = l.incident_id
    where l.integration_id = ${integrationId} and l.dedup_key = ${dedupKey} and i.status <> 'resolved'
    order by number limit 1`.execute(db)
  return rows[0]
}

/** Messages overtake one another: what was resolved by one may be unresolved again, and nobody would be paged. */
export async function look(of: OfIssue, { incidentId }: Step): Promise<Performed> {
  const state = await readState(of)
  if (state && 'outcome' in state) return state.outcome === 'later' ? state : NOTHING
  if (state?.status !== 'unresolved') return NOTHING
  const { deps, connection } = of
  const incident = await deps.db
    .selectFrom('incidents')
    .select(['status', 'resolved_by'])
    .where('id', '=', incidentId)
    .executeTakeFirst()
  if (incident?.status !== 'resolved' || incident.resolved_by?.kind !== 'integration') return NOTHING
  const actor: Actor = { kind: 'integration', id: connection.integrationId, name: incident.resolved_by.name }
  await changeAs(deps, actor, [incidentId], async () => ({ kind: 'reopen', reason: UNRESOLVED }))
  return NOTHING
}

const UNRESOLVED = 'Sentry shows the issue unresolved: the message that it was resolved came late'
