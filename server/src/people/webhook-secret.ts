import { recordAudit } from '../audit/store.ts'
import { makeSigningKey, signingSecretOf } from '../channels/webhook/signing.ts'
import type { Deps } from '../deps.ts'
import { readOwnKeys } from '../messaging/own-keys.ts'
import { conflict } from '../platform/errors.ts'
import type { Principal } from '../platform/principal.ts'
import { fullAddressOf } from './addresses.ts'
import { auditOf } from './contact-methods.ts'
import { getContactMethod } from './contact-methods-store.ts'
import { demandOwn } from './own.ts'
import { getUser } from './store.ts'

/**
 * What requests to a webhook are signed with. Only once it is verified: until then anybody could ask for the secret of an address
 * that is somebody else's. Throws `conflict` for what has none.
 */
export async function showSigningSecret(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<string> {
  const method = await getContactMethod(deps.db, id)
  demandOwn(principal, method.user_id)
  if (method.channel !== 'webhook') throw conflict('Only webhooks are signed.')
  if (!method.verified_at)
    throw conflict('This webhook is not verified yet. Enter the code that was sent to it first.')
  const address = fullAddressOf(deps.secrets, {
    channel: 'webhook',
    address: method.address,
    sealedAddress: method.sealed_address,
  })
  if (address === null)
    throw conflict('This address was stored under another secret key: delete it and add it again.')
  const { signingKey = '' } = await readOwnKeys(deps, 'webhook', makeSigningKey)
  const person = await getUser(deps.db, method.user_id)
  const record = auditOf('contact_method.secret_shown', method, person)
  await deps.db.transaction().execute((trx) => recordAudit(trx, principal, deps.clock.now(), record))
  return signingSecretOf(signingKey, address)
}
