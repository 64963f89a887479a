import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { channelProblem } from '../messaging/send.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import { conflict } from '../platform/errors.ts'
import type { Principal } from '../platform/principal.ts'
import { maskedAddress } from './addresses.ts'
import { auditOf } from './contact-methods.ts'
import { getContactMethod, insertTestPage, lockContactMethod } from './contact-methods-store.ts'
import { demandOwn } from './own.ts'
import { lockUser } from './store.ts'
import { countAttempt } from './throttle.ts'

const PER_HOUR = 10

/**
 * A page that says nothing but that it arrived, by the way of all pages. Returns its id in their log. Throws `conflict` for a
 * contact method that no page could go out on, and `rate_limited`.
 */
export async function sendTestPage(deps: Deps, principal: Principal | null, id: string): Promise<string> {
  const { user_id, channel } = await getContactMethod(deps.db, id)
  demandOwn(principal, user_id)
  const problem = await channelProblem(deps, channel)
  if (problem) throw conflict(problem)
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const person = await lockUser(trx, user_id)
    const method = await lockContactMethod(trx, id)
    if (person.disabled) throw conflict(`${person.name} is disabled: no pages go to them.`)
    if (!method.verified_at) throw conflict('This contact method is not verified yet: no pages go out on it.')
    const limit = { key: `tests of ${id}`, failures: PER_HOUR, minutes: 60, words: 'Too many test pages' }
    await countAttempt(trx, limit, now)
    const shownAs = maskedAddress({ ...method, sealedAddress: method.sealed_address })
    await recordAudit(trx, principal, now, auditOf('contact_method.tested', method, person))
    return insertTestPage(trx, { id, user_id, channel, shownAs }, now)
  })
}
