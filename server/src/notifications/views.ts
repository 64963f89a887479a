import type { PageView } from '#contract/pages.ts'
import { may, type Principal } from '../platform/principal.ts'
import type { PageRow } from './queries.ts'

const iso = (at: Date | null) => at?.toISOString() ?? null

/** Addresses are whole for administrators and for the person whose they are. */
export const toPageView =
  (principal: Principal) =>
  ({ maskedAddress, ownAddress, ...row }: PageRow): PageView => ({
    ...row,
    address: maySeeAddress(principal, row.userId) ? (ownAddress ?? maskedAddress) : maskedAddress,
    dueAt: row.dueAt.toISOString(),
    sentAt: iso(row.sentAt),
    deliveredAt: iso(row.deliveredAt),
    seenAt: iso(row.seenAt),
  })

export const isSelf = ({ actor }: Principal, userId: string): boolean =>
  actor.kind === 'user' && actor.id === userId

const maySeeAddress = (principal: Principal, userId: string): boolean =>
  may(principal, 'configure') || isSelf(principal, userId)
