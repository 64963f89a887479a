import type { Actor } from '#contract/common.ts'
import { changeAs } from '../incidents/commands.ts'
import type { IssueState } from './issue-state.ts'
import {
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
  if (state && isOvertaken(state, step)) {
    const by = state.statusChange?.by
    return {
      outcome: 'done',
      said: `The issue stays ${state.status}: ${by ?? 'Sentry'} has changed it since`,
    }
  }
  if (state && isSo(state, step))
    return { outcome: 'done', said: state.statusChange?.isOurs ? words[status] : null }
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

const isOvertaken = ({ statusChange: change }: IssueState, { at }: Step) =>
  change !== null && !change.isOurs && change.at > at

const isSo = ({ status }: IssueState, wish: { status: string }) =>
  wish.status === 'unresolved' ? status === 'unresolved' : status === 'resolved'

/** Another incident of the same issue, on whichever service. */
const findActive = ({ deps: { db }, connection: { integrationId }, dedupKey }: OfIssue) =>
  db
    .selectFrom('incidents')
    .select('number')
    .where('dedup_key', '=', dedupKey)
    .where('integration_id', '=', integrationId)
    .where('status', '<>', 'resolved')
    .orderBy('number')
    .limit(1)
    .executeTakeFirst()

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
