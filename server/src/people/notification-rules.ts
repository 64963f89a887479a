import { Urgency } from '#contract/common.ts'
import type { NotificationRule } from '#contract/contact-methods.ts'
import { recordAudit } from '../audit/store.ts'
import type { Deps } from '../deps.ts'
import { changeConfiguration } from '../platform/configuration.ts'
import type { Db, Trx } from '../platform/db.ts'
import { AppError } from '../platform/errors.ts'
import type { Principal } from '../platform/principal.ts'
import { contactMethodsOf } from './contact-methods-store.ts'
import { demandOwn } from './own.ts'
import { getUser, lockUser } from './store.ts'

/** By urgency, the most urgent first, and then the soonest first. */
export async function notificationRulesOf(db: Db, userId: string): Promise<NotificationRule[]> {
  const rows = await db
    .selectFrom('notification_rules')
    .select(['urgency', 'delay_minutes', 'contact_method_id'])
    .where('user_id', '=', userId)
    .execute()
  return rows
    .map((row) => ({
      urgency: row.urgency,
      delayMinutes: row.delay_minutes,
      contactMethodId: row.contact_method_id,
    }))
    .sort(inOrder)
}

const rankOf = ({ urgency }: NotificationRule) => Urgency.options.indexOf(urgency)

const inOrder = (a: NotificationRule, b: NotificationRule) =>
  rankOf(a) - rankOf(b) ||
  a.delayMinutes - b.delayMinutes ||
  a.contactMethodId.localeCompare(b.contactMethodId)

/** Replaces all of them. Throws `invalid_request` for a contact method that is not this person's. */
export async function putNotificationRules(
  deps: Deps,
  principal: Principal | null,
  userId: string,
  given: NotificationRule[],
): Promise<NotificationRule[]> {
  const { id: ownerId } = await getUser(deps.db, userId)
  demandOwn(principal, ownerId)
  const now = deps.clock.now()
  return changeConfiguration(deps, async (trx) => {
    const person = await lockUser(trx, ownerId)
    const methods = await contactMethodsOf(trx, ownerId)
    refuseForeign(given, new Set(methods.map(({ id }) => id)))
    await replaceRules(trx, ownerId, distinct(given))
    const rules = await notificationRulesOf(trx, ownerId)
    const names = new Map(methods.map(({ id, channel, address }) => [id, `${channel} ${address}`]))
    await recordAudit(trx, principal, now, {
      action: 'notification_rules.changed',
      target: { type: 'user', id: ownerId, name: person.email },
      data: { rules: rules.map((rule) => wordsOf(rule, names)) },
    })
    return rules
  })
}

function refuseForeign(rules: readonly NotificationRule[], own: ReadonlySet<string>): void {
  const errors = rules.flatMap(({ contactMethodId }, index) =>
    own.has(contactMethodId.toLowerCase())
      ? []
      : [{ path: `${index}.contactMethodId`, message: 'is no contact method of this person' }],
  )
  if (errors.length === 0) return
  throw new AppError('invalid_request', 'A rule names a contact method that this person does not have.', {
    errors,
  })
}

function distinct(rules: readonly NotificationRule[]): NotificationRule[] {
  const lower = rules.map((rule) => ({ ...rule, contactMethodId: rule.contactMethodId.toLowerCase() }))
  return [...new Map(lower.map((rule) => [Object.values(rule).join(' '), rule])).values()]
}

async function replaceRules(trx: Trx, userId: string, rules: readonly NotificationRule[]): Promise<void> {
  await trx.deleteFrom('notification_rules').where('user_id', '=', userId).execute()
  if (rules.length === 0) return
  await trx
    .insertInto('notification_rules')
    .values(
      rules.map(({ urgency, delayMinutes, contactMethodId }) => ({
        user_id: userId,
        urgency,
        delay_minutes: delayMinutes,
        contact_method_id: contactMethodId,
      })),
    )
    .execute()
}

const wordsOf = (
  { urgency, delayMinutes, contactMethodId }: NotificationRule,
  names: ReadonlyMap<string, string>,
): string =>
  `${urgency}: ${names.get(contactMethodId) ?? contactMethodId} ${delayMinutes === 0 ? 'at once' : `after ${delayMinutes} min`}`
