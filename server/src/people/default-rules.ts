import { Urgency } from '#contract/common.ts'
import type { Trx } from '../platform/db.ts'

/**
 * Somebody who verifies their first contact method is paged by it, at once and whatever the urgency, until they say otherwise.
 * Later ones add nothing by themselves. The person must be held. Returns whether rules were made.
 */
export async function makeDefaultRules(
  trx: Trx,
  { id, user_id }: { id: string; user_id: string },
): Promise<boolean> {
  const [rule, otherVerified] = [
    await trx
      .selectFrom('notification_rules')
      .select('urgency')
      .where('user_id', '=', user_id)
      .limit(1)
      .execute(),
    await trx
      .selectFrom('contact_methods')
      .select('id')
      .where('user_id', '=', user_id)
      .where('id', '!=', id)
      .where('verified_at', 'is not', null)
      .limit(1)
      .execute(),
  ]
  if (rule.length > 0 || otherVerified.length > 0) return false
  await trx
    .insertInto('notification_rules')
    .values(Urgency.options.map((urgency) => ({ user_id, urgency, contact_method_id: id, delay_minutes: 0 })))
    .execute()
  return true
}
