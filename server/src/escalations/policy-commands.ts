import type {
  EscalationPolicyView,
  EscalationStep,
  EscalationTarget,
  PatchEscalationPolicy,
  PutEscalationPolicy,
} from '#contract/escalation-policies.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration, differences } from '../platform/configuration.ts'
import { conflict } from '../platform/errors.ts'
import { demand, type Principal } from '../platform/principal.ts'
import {
  getPolicyView,
  insertPolicy,
  lockPolicy,
  markPolicyDeleted,
  type Policy,
  type PolicyContent,
  savePolicy,
  servicesOfPolicy,
} from './policy-store.ts'
import { holdTargets, targetsOf } from './targets.ts'

const auditTarget = (id: string, name: string) => ({ type: 'escalation_policy', id, name })

/** Throws `name_taken`, and `invalid_request` for targets that do not exist. */
export async function createPolicy(
  deps: Deps,
  principal: Principal | null,
  given: PutEscalationPolicy,
): Promise<EscalationPolicyView> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const content = contentOf(given)
    await holdTargets(trx, targetsOf(content.steps, content.fallback))
    const id = await insertPolicy(trx, { name: given.name, ...content }, now)
    const target = auditTarget(id, given.name)
    await recordAudit(trx, principal, now, { action: 'escalation_policy.created', target })
    return getPolicyView(trx, id)
  })
}

/** Changes the fields that are given. A change of what it does is a new version; incidents that run finish on theirs. */
export async function updatePolicy(
  deps: Deps,
  principal: Principal | null,
  id: string,
  given: PatchEscalationPolicy,
): Promise<EscalationPolicyView> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const policy = await lockPolicy(trx, id)
    const before = { name: policy.name, ...contentOf(policy) }
    const after = { name: given.name ?? before.name, ...contentOf({ ...before, ...definedOf(given) }) }
    const { name: rename, ...changes } = differences(before, after)
    const isNewVersion = Object.keys(changes).length > 0
    if (isNewVersion) await holdTargets(trx, targetsOf(after.steps, after.fallback))
    if (rename || isNewVersion) {
      const { name, ...content } = after
      await savePolicy(trx, policy, name, isNewVersion ? content : null, now)
      const data = { ...(rename ? { name: rename } : {}), ...changes }
      const target = auditTarget(policy.id, name)
      await recordAudit(trx, principal, now, { action: 'escalation_policy.updated', target, data })
    }
    return getPolicyView(trx, policy.id)
  })
}

/** Throws `conflict` that names the services that still have it. */
export async function deletePolicy(deps: Deps, principal: Principal | null, id: string): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const policy = await lockPolicy(trx, id, true)
    const services = await servicesOfPolicy(trx, policy.id)
    if (services.length > 0) {
      throw conflict(
        `The policy is used by ${services.map((name) => `"${name}"`).join(', ')}. Give them another one first.`,
      )
    }
    await markPolicyDeleted(trx, policy.id, now)
    const target = auditTarget(policy.id, policy.name)
    await recordAudit(trx, principal, now, { action: 'escalation_policy.deleted', target })
  })
}

type GivenContent = Pick<Policy, 'repeat' | 'steps'> & { fallback?: EscalationTarget[] | null | undefined }

/** One way to write it, so that the same policy is the same again. */
const contentOf = ({ repeat, steps, fallback }: GivenContent): PolicyContent => ({
  repeat,
  steps: steps.map(
    ({ waitMinutes, targets }): EscalationStep => ({ waitMinutes, targets: targets.map(targetOf) }),
  ),
  fallback: fallback?.map(targetOf) ?? null,
})

const targetOf = ({ type, id, leadsOnly }: EscalationTarget): EscalationTarget => ({
  type,
  id: id.toLowerCase(),
  ...(type === 'team' && leadsOnly ? { leadsOnly } : {}),
})

const definedOf = ({ repeat, steps, fallback }: PatchEscalationPolicy): Partial<GivenContent> => ({
  ...(repeat === undefined ? {} : { repeat }),
  ...(steps === undefined ? {} : { steps }),
  ...(fallback === undefined ? {} : { fallback }),
})
