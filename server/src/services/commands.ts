import type { CreateService, ServiceView, UpdateService } from '#contract/services.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration, differences } from '../platform/configuration.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { holdPolicy } from './policies.ts'
import { getServiceView, insertService, lockService, type Service, saveService } from './store.ts'

/** Throws `name_taken` when another service has the name, in whatever case. */
export async function createService(
  deps: Deps,
  principal: Principal | null,
  given: CreateService,
): Promise<ServiceView> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    if (given.escalationPolicyId) await holdPolicy(trx, given.escalationPolicyId)
    const service = await insertService(trx, given, now)
    const target = { type: 'service', id: service.id, name: service.name }
    await recordAudit(trx, principal, now, { action: 'service.created', target })
    return getServiceView(trx, service.id)
  })
}

/** Changes the fields that are given; null empties one. */
export async function updateService(
  deps: Deps,
  principal: Principal | null,
  id: string,
  given: UpdateService,
): Promise<ServiceView> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const before = fieldsOf(await lockService(trx, id))
    const after = changedFields(before, given)
    if (given.escalationPolicyId) await holdPolicy(trx, given.escalationPolicyId)
    const data = differences(before, after)
    if (Object.keys(data).length > 0) {
      await saveService(trx, id, after, now)
      const target = { type: 'service', id, name: after.name }
      await recordAudit(trx, principal, now, { action: 'service.updated', target, data })
    }
    return getServiceView(trx, id)
  })
}

const fieldsOf = (service: Service) => ({
  name: service.name,
  description: service.description,
  acknowledgementTimeoutMinutes: service.acknowledgement_timeout_minutes,
  escalationPolicyId: service.escalation_policy_id,
})

type Fields = ReturnType<typeof fieldsOf>

const changedFields = (before: Fields, given: UpdateService): Fields => ({
  name: given.name ?? before.name,
  description: given.description === undefined ? before.description : given.description || null,
  acknowledgementTimeoutMinutes: orBefore(
    given.acknowledgementTimeoutMinutes,
    before.acknowledgementTimeoutMinutes,
  ),
  escalationPolicyId: orBefore(given.escalationPolicyId, before.escalationPolicyId),
})

const orBefore = <Value>(given: Value | undefined, before: Value): Value =>
  given === undefined ? before : given
