import type { CreateContactMethod, UpdateContactMethod } from '#contract/contact-methods.ts'
import { type AuditRecord, recordAudit } from '../audit/store.ts'
import { channelOf } from '../channels/index.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import { AppError, conflict } from '../platform/errors.ts'
import { newId } from '../platform/ids.ts'
import type { Principal } from '../platform/principal.ts'
import { addressHashOf } from './addresses.ts'
import { makeCode } from './codes.ts'
import {
  type ContactMethodRow,
  deleteContactMethodRow,
  getContactMethod,
  insertContactMethod,
  lockContactMethod,
  saveContactMethod,
  withCode,
} from './contact-methods-store.ts'
import { demandOwn } from './own.ts'
import { type CodeSending, countCode, sendCode } from './send-code.ts'
import { getUser, lockUser } from './store.ts'

export type WithSending = { method: ContactMethodRow; sending: CodeSending }

/** As the audit log names it, with whose it is. */
export const auditOf = (
  action: string,
  { id, address, channel }: ContactMethodRow,
  person: { name: string },
  more: AuditRecord['data'] = {},
): AuditRecord => ({
  action,
  target: { type: 'contact_method', id, name: address },
  data: { person: person.name, channel, ...more },
})

/**
 * Adds an address and sends a code to it. Throws `invalid_request` for an address that cannot be one of its channel, `conflict`
 * when it is there already, and `rate_limited`. A code that does not go out leaves the contact method, unverified.
 */
export async function addContactMethod(
  deps: Deps,
  principal: Principal | null,
  userId: string,
  given: CreateContactMethod,
): Promise<WithSending> {
  const { id: ownerId } = await getUser(deps.db, userId)
  demandOwn(principal, ownerId)
  const { address, shown, isSecret } = checkedAddress(given)
  const now = deps.clock.now()
  const id = newId(now)
  const code = makeCode(deps.secrets, id, now)
  const addressHash = addressHashOf(given.channel, address)

  const { method, person } = await changeConfiguration(deps, async (trx) => {
    const person = refuseDisabled(await lockUser(trx, ownerId))
    const method = await insertContactMethod(
      trx,
      {
        id,
        userId: ownerId,
        channel: given.channel,
        address: isSecret ? shown : address,
        sealedAddress: isSecret ? deps.secrets.seal(address) : null,
        addressHash,
        label: given.label || null,
        code,
      },
      now,
    )
    await countCode(trx, { userId: ownerId, addressHash }, now)
    await recordAudit(trx, principal, now, auditOf('contact_method.added', method, person))
    return { method, person }
  })
  return { method, sending: await sendCode(deps, method, person, code) }
}

function checkedAddress({ channel, address }: CreateContactMethod): {
  address: string
  shown: string
  isSecret: boolean
} {
  const definition = channelOf(channel)
  if (!definition) throw wrong('channel', 'This release of OpsKnight has no such channel.')
  const check = definition.checkAddress(address)
  if ('problem' in check) throw wrong('address', check.problem)
  return { ...check, isSecret: definition.isAddressSecret }
}

const wrong = (path: string, message: string) =>
  new AppError('invalid_request', message, { errors: [{ path, message }] })

function refuseDisabled<Person extends { name: string; disabled: boolean }>(person: Person): Person {
  if (person.disabled) throw conflict(`${person.name} is disabled. Enable them first.`)
  return person
}

/** A new code; the one before stops working. Throws `conflict` when there is nothing to verify, and `rate_limited`. */
export async function resendCode(deps: Deps, principal: Principal | null, id: string): Promise<WithSending> {
  const { user_id } = await getContactMethod(deps.db, id)
  demandOwn(principal, user_id)
  const now = deps.clock.now()
  const code = makeCode(deps.secrets, id, now)
  const { method, person } = await changeConfiguration(deps, async (trx) => {
    const person = refuseDisabled(await lockUser(trx, user_id))
    const before = await lockContactMethod(trx, id)
    if (before.verified_at) throw conflict('This contact method is verified already.')
    await countCode(trx, { userId: user_id, addressHash: before.address_hash }, now)
    const method = await saveContactMethod(trx, id, withCode(code), now)
    await recordAudit(trx, principal, now, auditOf('contact_method.code_renewed', method, person))
    return { method, person }
  })
  return { method, sending: await sendCode(deps, method, person, code) }
}

/** What its owner calls it. */
export async function updateContactMethod(
  deps: Deps,
  principal: Principal | null,
  id: string,
  { label }: UpdateContactMethod,
): Promise<ContactMethodRow> {
  const { user_id } = await getContactMethod(deps.db, id)
  demandOwn(principal, user_id)
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const person = await lockUser(trx, user_id)
    const before = await lockContactMethod(trx, id)
    const after = await saveContactMethod(trx, id, { label: label || null }, now)
    const data = { label: { from: before.label, to: after.label } }
    await recordAudit(trx, principal, now, auditOf('contact_method.updated', after, person, data))
    return after
  })
}

/** Pages that wait to go out on it go nowhere: their log says so. */
export async function deleteContactMethod(
  deps: Deps,
  principal: Principal | null,
  id: string,
): Promise<void> {
  const { user_id } = await getContactMethod(deps.db, id)
  demandOwn(principal, user_id)
  await changeConfiguration(deps, async (trx) => {
    const person = await lockUser(trx, user_id)
    const method = await lockContactMethod(trx, id)
    await deleteContactMethodRow(trx, id)
    await recordAudit(trx, principal, deps.clock.now(), auditOf('contact_method.deleted', method, person))
  })
}
