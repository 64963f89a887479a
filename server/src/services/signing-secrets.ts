import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import { conflict } from '../platform/errors.ts'
import { newSecret } from '../platform/ids.ts'
import { demand, type Principal } from '../platform/principal.ts'
import { isSameSecret, openOrNull, type SecretBox } from '../platform/secrets.ts'
import { auditTarget } from './integration-commands.ts'
import type { Integration } from './integration-model.ts'
import { lockIntegration, saveIntegration } from './integration-store.ts'

/**
 * From now on deliveries must be signed with this secret, or with the one before it when that is kept. Without a given
 * one it is generated. Returns the only copy that is ever shown.
 */
export async function setSigningSecret(
  deps: Deps,
  principal: Principal | null,
  id: string,
  { secret, keepPrevious = false }: { secret?: string | undefined; keepPrevious?: boolean },
): Promise<{ signingSecret: string }> {
  demand(principal, 'configure')
  const now = deps.clock.now()
  const signingSecret = secret ?? newSecret()
  await changeConfiguration(deps, async (trx) => {
    const integration = await lockIntegration(trx, id)
    refuseWithoutSignatures(integration)
    const previous = keepPrevious ? previousOf(deps.secrets, integration, signingSecret) : null
    const changes = {
      signing_secret: deps.secrets.seal(signingSecret),
      previous_signing_secret: previous,
      signing_secret_set_at: now,
    }
    await saveIntegration(trx, integration.id, changes, now)
    await recordAudit(trx, principal, now, {
      action: 'integration.signing_secret_set',
      target: auditTarget(integration),
      data: { generated: secret === undefined, previousKept: previous !== null },
    })
  })
  return { signingSecret }
}

/** The Events API knows its callers by their key; a secret there would promise a check that does not happen. */
function refuseWithoutSignatures({ type }: Integration): void {
  if (type !== 'events') return
  throw conflict(
    'The Events API takes no signing secret: its Integration ID is the key. Rotate that instead.',
  )
}

/** Which secret stays valid beside the new one. Saving the same one twice must not push the older one out. */
function previousOf(secrets: SecretBox, integration: Integration, next: string): Buffer | null {
  const { signing_secret: current, previous_signing_secret: previous } = integration
  // One that cannot be opened cannot be checked against: there is nothing to keep.
  const readable = current && openOrNull(secrets, current)
  if (!readable) return null
  return isSameSecret(readable, next) ? previous : current
}

/** From now on deliveries need no signature. */
export async function removeSigningSecrets(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<void> {
  demand(principal, 'configure')
  const none = { signing_secret: null, previous_signing_secret: null, signing_secret_set_at: null }
  await remove(deps, principal, id, 'integration.signing_secret_removed', none)
}

/** Ends a rotation: only the present secret is valid from now on. */
export async function removePreviousSigningSecret(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<void> {
  demand(principal, 'configure')
  await remove(deps, principal, id, 'integration.previous_signing_secret_removed', {
    previous_signing_secret: null,
  })
}

type Removal = { signing_secret?: null; previous_signing_secret: null; signing_secret_set_at?: null }

async function remove(
  deps: Deps,
  principal: Principal,
  id: string,
  action: string,
  changes: Removal,
): Promise<void> {
  const now = deps.clock.now()
  await changeConfiguration(deps, async (trx) => {
    const integration = await lockIntegration(trx, id)
    const isThere =
      'signing_secret' in changes ? integration.signing_secret : integration.previous_signing_secret
    if (!isThere) return
    await saveIntegration(trx, integration.id, changes, now)
    await recordAudit(trx, principal, now, { action, target: auditTarget(integration) })
  })
}
