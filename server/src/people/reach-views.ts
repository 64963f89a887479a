import type {
  ContactMethodView,
  ContactMethodWithCode,
  NotificationRule,
  NotificationRuleView,
} from '#contract/contact-methods.ts'
import type { UserDetail } from '#contract/people.ts'
import { channelOf } from '../channels/index.ts'
import type { Deps } from '../deps.ts'
import { channelProblem } from '../messaging/send.ts'
import { may, type Principal } from '../platform/principal.ts'
import { maskedAddress } from './addresses.ts'
import type { WithSending } from './contact-methods.ts'
import { type ContactMethodRow, contactMethodsOf } from './contact-methods-store.ts'
import { notificationRulesOf } from './notification-rules.ts'
import { isOwn } from './own.ts'
import type { User } from './store.ts'
import { teamsOf } from './teams-store.ts'
import { toUserView } from './views.ts'

/** As its owner and administrators see it. */
export async function toContactMethodView(deps: Deps, method: ContactMethodRow): Promise<ContactMethodView> {
  return {
    id: method.id,
    channel: method.channel,
    address: method.address,
    label: method.label,
    verified: method.verified_at !== null,
    verifiedAt: method.verified_at?.toISOString() ?? null,
    verifiedBy: channelOf(method.channel)?.verifiedBy ?? 'code',
    codeExpiresAt: method.code_expires_at?.toISOString() ?? null,
    problem: await channelProblem(deps, method.channel),
    createdAt: method.created_at.toISOString(),
  }
}

export async function toContactMethodWithCode(
  deps: Deps,
  { method, sending }: WithSending,
): Promise<ContactMethodWithCode> {
  return {
    ...(await toContactMethodView(deps, method)),
    codeSent: sending.problem === null,
    codeProblem: sending.problem,
  }
}

/** All of a person's, as this caller may see them. */
export async function contactMethodViews(
  deps: Deps,
  principal: Principal,
  userId: string,
): Promise<ContactMethodView[]> {
  const methods = await contactMethodsOf(deps.db, userId)
  const views = await Promise.all(methods.map((method) => toContactMethodView(deps, method)))
  if (isOwn(principal, userId) || may(principal, 'configure')) return views
  return views.map((view, index) => ({ ...view, address: maskedOf(methods[index]) }))
}

const maskedOf = (method: ContactMethodRow | undefined) =>
  method ? maskedAddress({ ...method, sealedAddress: method.sealed_address }) : '…'

/** With why each of them would be skipped now. */
export async function notificationRuleViews(
  deps: Deps,
  userId: string,
  rules: readonly NotificationRule[],
): Promise<NotificationRuleView[]> {
  const methods = new Map((await contactMethodsOf(deps.db, userId)).map((method) => [method.id, method]))
  return Promise.all(
    rules.map(async (rule) => ({
      ...rule,
      skipped: await skippedAs(deps, methods.get(rule.contactMethodId)),
    })),
  )
}

async function skippedAs(deps: Deps, method: ContactMethodRow | undefined): Promise<string | null> {
  if (!method) return 'The contact method was deleted'
  if (!method.verified_at) return 'The contact method is not verified yet'
  return channelProblem(deps, method.channel)
}

/** One person with how they are reached. */
export async function toUserDetail(deps: Deps, principal: Principal, user: User): Promise<UserDetail> {
  return {
    ...toUserView(user),
    contactMethods: await contactMethodViews(deps, principal, user.id),
    notificationRules: await notificationRuleViews(
      deps,
      user.id,
      await notificationRulesOf(deps.db, user.id),
    ),
    teams: await teamsOf(deps.db, user.id),
  }
}
