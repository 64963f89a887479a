import type { CreateIntegration, UpdateIntegration } from '#contract/integrations.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { integrationOfType } from '../integrations/index.ts'
import { changeConfiguration, differences } from '../platform/configuration.ts'
import { newSecret } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { forgetConnections } from './connected-tools.ts'
import {
  changedSettings,
  type Integration,
  type IntegrationWithContext,
  webhookUrlOf,
} from './integration-model.ts'
import { getIntegration, insertIntegration, lockIntegration, saveIntegration } from './integration-store.ts'
import { holdService } from './store.ts'

export const auditTarget = ({ id, name }: Pick<Integration, 'id' | 'name'>) => ({
  type: 'integration',
  id,
  name,
})

/** A new address on the service. Without a name it is called like its tool. */
export async function createIntegration(
  deps: Deps,
  principal: Principal | null,
  serviceId: string,
  { type, name = integrationOfType(type)?.name ?? type, settings = {} }: CreateIntegration,
): Promise<IntegrationWithContext> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  const complete = changedSettings(type, {}, settings)
  return changeConfiguration(deps, async (trx) => {
    const service = await holdService(trx, serviceId)
    const given = { serviceId: service.id, type, name, settings: complete }
    const integration = await insertIntegration(trx, given, now)
    await recordAudit(trx, principal, now, {
      action: 'integration.created',
      target: auditTarget(integration),
      data: { type, service: { id: service.id, name: service.name }, settings: complete },
    })
    return getIntegration(trx, integration.id)
  })
}

/** Changes what is given; of the settings, only those that are named. */
export async function updateIntegration(
  deps: Deps,
  principal: Principal | null,
  id: string,
  { name, enabled, settings = {} }: UpdateIntegration,
): Promise<IntegrationWithContext> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const before = await lockIntegration(trx, id)
    const after = {
      name: name ?? before.name,
      enabled: enabled ?? before.enabled,
      settings: changedSettings(before.type, before.settings, settings),
    }
    const data = changesOf(before, after)
    if (Object.keys(data).length > 0) {
      await saveIntegration(trx, before.id, after, now)
      const target = auditTarget({ id: before.id, name: after.name })
      await recordAudit(trx, principal, now, { action: 'integration.updated', target, data })
    }
    return getIntegration(trx, before.id)
  })
}

type Editable = Pick<Integration, 'name' | 'enabled' | 'settings'>

function changesOf(before: Editable, after: Editable) {
  const settings = differences(before.settings, after.settings)
  return {
    ...differences(
      { name: before.name, enabled: before.enabled },
      { name: after.name, enabled: after.enabled },
    ),
    ...(Object.keys(settings).length > 0 ? { settings } : {}),
  }
}

/** A new Integration ID; the old address leads nowhere from now on. */
export async function rotateIntegrationId(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<{ id: string; webhookUrl: string }> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  const address = newSecret()
  return changeConfiguration(deps, async (trx) => {
    const integration = await lockIntegration(trx, id)
    await saveIntegration(trx, integration.id, { address }, now)
    const target = auditTarget(integration)
    await recordAudit(trx, principal, now, { action: 'integration.id_rotated', target })
    return { id: address, webhookUrl: webhookUrlOf(deps.config, { type: integration.type, address }) }
  })
}

/** Its address leads nowhere from now on and its secrets are gone; its deliveries and incidents stay. */
export async function deleteIntegration(deps: Deps, principal: Principal | null, id: string): Promise<void> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const integration = await lockIntegration(trx, id)
    const gone = { deleted_at: now, signing_secret: null, previous_signing_secret: null }
    await saveIntegration(trx, integration.id, gone, now)
    await forgetConnections(trx, [integration.id])
    const target = auditTarget(integration)
    await recordAudit(trx, principal, now, { action: 'integration.deleted', target })
  })
}
