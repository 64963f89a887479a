import type { Channel } from '#contract/channels.ts'
import type { PageStatus } from '#contract/pages.ts'
import type { ContactMethod, Reach } from '../people/reach.ts'
import { NEXT_METHOD_AFTER } from './limits.ts'
import { type ChannelProblems, reasonAgainst } from './plan.ts'

/** What a person has been sent, or will be, about an incident in one run of its policy. */
export type Sibling = {
  id: string
  incidentId: string
  cycle: number | null
  contactMethodId: string | null
  channel: Channel | null
  address: string | null
  status: PageStatus
  attempts: number
  dueAt: Date
  inPlaceOf: string | null
  nextAttemptAt: Date | null
}

/** How a page goes on that does not get through. */
export type NextMethod =
  /** The person is being reached by another page that is no older, or the next one is under way already. */
  | { kind: 'otherwise' }
  /** One that was planned for later goes out now. */
  | { kind: 'earlier'; page: Sibling }
  /** By a contact method that was not used yet. */
  | { kind: 'other'; method: ContactMethod }
  | { kind: 'none' }

type Failed = { id: string; contactMethodId: string | null; dueAt: Date }

/** The next way to a person. One that is planned comes first, as the person asked for it. */
export function nextMethodFor(
  failed: Failed,
  siblings: readonly Sibling[],
  { reach, problems, now }: { reach: Reach | undefined; problems: ChannelProblems; now: Date },
): NextMethod {
  const others = siblings.filter(
    ({ id, contactMethodId }) => id !== failed.id && contactMethodId !== failed.contactMethodId,
  )
  if (others.some((one) => one.inPlaceOf === failed.id)) return { kind: 'otherwise' }
  if (others.some((one) => one.dueAt >= failed.dueAt && isReaching(one, now))) return { kind: 'otherwise' }
  const [planned] = others
    .filter(({ status, attempts }) => status === 'due' && attempts === 0)
    .toSorted((a, b) => Number(a.nextAttemptAt) - Number(b.nextAttemptAt))
  if (planned) return { kind: 'earlier', page: planned }
  if (!reach || reach.user.disabled) return { kind: 'none' }
  const used = others.flatMap(({ status, contactMethodId }) => (status === 'skipped' ? [] : contactMethodId))
  const method = reach.methods.find(
    ({ id, ...one }) =>
      id !== failed.contactMethodId && !used.includes(id) && reasonAgainst({ id, ...one }, problems) === null,
  )
  return method ? { kind: 'other', method } : { kind: 'none' }
}

/** Whether a page has got through, or may do so at this moment. */
const isReaching = ({ status, attempts, nextAttemptAt }: Sibling, now: Date): boolean => {
  if (status === 'sent' || status === 'delivered' || status === 'seen') return true
  if (attempts >= NEXT_METHOD_AFTER) return false
  return status === 'sending' || (status === 'due' && nextAttemptAt !== null && nextAttemptAt <= now)
}
