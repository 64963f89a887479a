import { CODE_TRIES } from '#contract/contact-methods.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import { type Principal, userPrincipal } from '../platform/principal.ts'
import { contactMethodOfToken, isCode, isConfirmation } from './codes.ts'
import { auditOf } from './contact-methods.ts'
import {
  type ContactMethodRow,
  findContactMethod,
  getContactMethod,
  lockContactMethod,
  saveContactMethod,
  withoutCode,
} from './contact-methods-store.ts'
import { makeDefaultRules } from './default-rules.ts'
import { demandOwn } from './own.ts'
import { getUser, lockUser, type User } from './store.ts'
import { addressLimit, countAttempt } from './throttle.ts'

/**
 * Proves that the address is the person's, by the code that was sent to it. Verifying again succeeds. Throws `code_invalid`, and
 * `code_expired` after ten minutes or five wrong codes.
 */
export async function verifyContactMethod(
  deps: Deps,
  principal: Principal | null,
  id: string,
  typed: string,
): Promise<ContactMethodRow> {
  const { user_id } = await getContactMethod(deps.db, id)
  demandOwn(principal, user_id)
  const now = deps.clock.now()
  // A wrong try is counted for good, so it is told only after the commit.
  const outcome = await changeConfiguration(deps, async (trx) => {
    const person = await lockUser(trx, user_id)
    const method = await lockContactMethod(trx, id)
    if (method.verified_at) return { method }
    const codeHash = usableCode(method, now)
    if (!codeHash) throw codeExpired()
    if (!isCode(deps.secrets, id, codeHash, typed)) return { triesLeft: await countTry(trx, method, now) }
    return { method: await markVerified(trx, principal, method, person, now) }
  })
  if ('method' in outcome) return outcome.method
  throw wrongCode(outcome.triesLeft)
}

const usableCode = (
  { code_hash, code_expires_at, code_tries }: ContactMethodRow,
  now: Date,
): Buffer | null =>
  code_hash && code_expires_at && code_expires_at > now && code_tries < CODE_TRIES ? code_hash : null

async function countTry(trx: Trx, { id, code_tries }: ContactMethodRow, now: Date): Promise<number> {
  await saveContactMethod(trx, id, { code_tries: code_tries + 1 }, now)
  return CODE_TRIES - code_tries - 1
}

const codeExpired = () =>
  new AppError(
    'code_expired',
    'This code no longer works: it was too old, or tried too often. Ask for a new one.',
  )

function wrongCode(triesLeft: number): AppError {
  const rest =
    triesLeft === 0
      ? 'It has been tried too often: ask for a new one.'
      : `It can be tried ${triesLeft === 1 ? 'once' : `${triesLeft} times`} more.`
  return new AppError('code_invalid', `This is not the code that was sent. ${rest}`, {
    errors: [{ path: 'code', message: 'is not the code that was sent' }],
  })
}

async function markVerified(
  trx: Trx,
  by: Pick<Principal, 'actor' | 'ip'>,
  method: ContactMethodRow,
  person: { name: string },
  now: Date,
): Promise<ContactMethodRow> {
  const verified = await saveContactMethod(trx, method.id, { ...withoutCode, verified_at: now }, now)
  const isFirst = await makeDefaultRules(trx, verified)
  const data = isFirst ? { notificationRules: 'every urgency at once' } : {}
  await recordAudit(trx, by, now, auditOf('contact_method.verified', verified, person, data))
  return verified
}

type Confirmable = { person: User; method: ContactMethodRow }

/** Whose address a link confirms. Throws `link_invalid`, and `rate_limited` for somebody who goes on trying. */
export async function lookUpConfirmation(deps: Deps, token: string, ip: string | null): Promise<Confirmable> {
  const { db, clock } = deps
  const now = clock.now()
  const found = await findConfirmable(deps, token, now)
  if (found) return found
  await countAttempt(db, addressLimit(ip), now)
  throw confirmationInvalid()
}

async function findConfirmable({ db, secrets }: Deps, token: string, now: Date): Promise<Confirmable | null> {
  const id = contactMethodOfToken(token)
  const method = id && (await findContactMethod(db, id))
  const codeHash = method && usableCode(method, now)
  if (!codeHash || !isConfirmation(secrets, method.id, codeHash, token)) return null
  const person = await getUser(db, method.user_id)
  return person.disabled_at ? null : { person, method }
}

const confirmationInvalid = () =>
  new AppError(
    'link_invalid',
    'This link was used already or is too old. Ask for a new one where the contact method is shown.',
  )

/** The same as the code, by the button behind the link: whoever has the link has read what was sent to the address. */
export async function confirmContactMethod(
  deps: Deps,
  token: string,
  ip: string | null,
): Promise<Confirmable> {
  const { person, method } = await lookUpConfirmation(deps, token, ip)
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    await lockUser(trx, person.id)
    const held = await lockContactMethod(trx, method.id)
    const codeHash = usableCode(held, now)
    if (!codeHash || !isConfirmation(deps.secrets, held.id, codeHash, token)) throw confirmationInvalid()
    return { person, method: await markVerified(trx, userPrincipal(person, ip), held, person, now) }
  })
}
