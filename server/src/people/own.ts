import { demand, type Principal } from '../platform/principal.ts'

const isPerson = ({ actor }: Principal, userId: string) => actor.kind === 'user' && actor.id === userId

/** Whether something of this person is the caller's own. */
export const isOwn = (principal: Principal | null, userId: string): boolean =>
  principal !== null && isPerson(principal, userId)

/** Throws like `demand` for whoever is neither this person nor an administrator. */
export function demandOwn(principal: Principal | null, userId: string): asserts principal is Principal {
  demand(principal, 'read')
  if (!isPerson(principal, userId)) demand(principal, 'configure')
}
