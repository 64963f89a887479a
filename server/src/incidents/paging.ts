import type { EscalationTarget } from '#contract/escalation-policies.ts'
import type { Paging } from '#contract/incidents.ts'
import type { Db } from '../platform/db.ts'
import {
  type PolicyVersion,
  readNewestVersion,
  readPolicyVersions,
  readTargetNames,
} from '../services/policies.ts'
import type { DetailRow } from './queries.ts'

const STOPPED: Paging = { state: 'stopped', problem: null, next: null, policy: null }

/** Whom an incident pages next and when, or why nobody. */
export async function readPaging(db: Db, row: DetailRow): Promise<Paging> {
  if (!row.escalation_of) return STOPPED
  const policy = await readPolicy(db, row)
  if (!row.page_due_at) {
    return { state: 'ended', problem: row.page_ended_reason, next: null, policy: policyOf(policy) }
  }
  const due = { at: row.page_due_at.toISOString(), step: null, of: 0, cycle: 0, repeat: 0 }
  if (row.page_only_user_id) {
    const who = await wordsOf(db, [{ type: 'user', id: row.page_only_user_id }])
    return { state: 'due', problem: null, next: { ...due, who }, policy: null }
  }
  if (!policy) {
    const next = { ...due, who: ADMINISTRATORS }
    return { state: 'due', problem: 'This service has no escalation policy.', next, policy: null }
  }
  // One that starts again has not taken its first step yet.
  const [step, cycle] = row.page_cycle_started_at ? [row.page_step ?? 0, row.page_cycle ?? 0] : [0, 0]
  const { steps, fallback, repeat } = policy
  const targets = steps[step]?.targets ?? fallback
  const next = {
    ...{ at: due.at, of: steps.length, cycle, repeat, step: step < steps.length ? step + 1 : null },
    who: targets ? await wordsOf(db, targets) : ADMINISTRATORS,
  }
  return { state: 'due', problem: null, next, policy: policyOf(policy) }
}

const ADMINISTRATORS = 'the administrators'

/** The version that it runs on; before it has begun, the one that it will begin with. */
async function readPolicy(db: Db, row: DetailRow): Promise<PolicyVersion | null> {
  const { page_policy_id: policyId, page_policy_version: version, service_policy_id } = row
  if (policyId && version !== null)
    return [...(await readPolicyVersions(db, [{ policyId, version }])).values()][0] ?? null
  if (row.page_only_user_id || !row.page_due_at || !service_policy_id) return null
  return readNewestVersion(db, service_policy_id)
}

const policyOf = (policy: PolicyVersion | null): Paging['policy'] =>
  policy && {
    id: policy.policyId,
    name: policy.name,
    version: policy.version,
    isOutdated: policy.isDeleted || policy.newestVersion > policy.version,
  }

async function wordsOf(db: Db, targets: readonly EscalationTarget[]): Promise<string> {
  const names = await readTargetNames(db, targets)
  const words = targets.map((target) => targetWords(target, names.get(target.id)))
  return words.length < 2 ? (words[0] ?? 'nobody') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

function targetWords({ type, leadsOnly }: EscalationTarget, name: string | undefined): string {
  if (name === undefined) return 'somebody who was deleted'
  if (type === 'schedule') return `whoever is on call in ${name}`
  if (type === 'team') return leadsOnly ? `who leads ${name}` : `the team ${name}`
  return name
}
