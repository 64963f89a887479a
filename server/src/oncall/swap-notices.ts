import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { sendMessage } from '../messaging/send.ts'
import { fullAddressOf, type Reach, readReach } from '../people/reach.ts'
import { newId } from '../platform/ids.ts'
import type { Principal } from '../platform/principal.ts'
import { personOf } from './people.ts'
import type { SwapRow } from './swap-store.ts'

const SEND_MS = 15_000

/**
 * Tells the other one by e-mail that there is something to answer, or whoever asked what became of it. Only where they have
 * a verified address: nobody is woken for this, and OpsKnight shows it anyway. Never throws, as nothing depends on it.
 */
export async function tellOfSwap(deps: Deps, by: Principal | null, swap: SwapRow): Promise<void> {
  try {
    const recipient = recipientOf(swap)
    if (recipient === null || (by && personOf(by) === recipient)) return
    const reach = (await readReach(deps.db, [recipient])).get(recipient)
    const method = reach?.methods.find(({ channel, verifiedAt }) => channel === 'email' && verifiedAt)
    const address = method && fullAddressOf(deps.secrets, method)
    if (!reach || reach.user.disabled || !address) return
    const outcome = await sendMessage(
      deps,
      'email',
      address,
      {
        ...{ kind: 'notice', key: newId(deps.clock.now()) },
        ...wordsOf(swap, recipient, reach.user),
        url: `${publicUrlOf(deps.config)}/on-call`,
      },
      AbortSignal.timeout(SEND_MS),
    )
    if (outcome.outcome !== 'sent') {
      deps.log.warn({ swapId: swap.id, userId: recipient, reason: outcome.reason }, 'swap.notice_not_sent')
    }
  } catch (err) {
    deps.log.warn({ err, swapId: swap.id }, 'swap.notice_not_sent')
  }
}

/** Who waits for news; nobody of what was withdrawn. */
function recipientOf({ status, requested_by, from_user_id, to_user_id }: SwapRow): string | null {
  switch (status) {
    case 'requested':
      return requested_by === from_user_id ? to_user_id : from_user_id
    case 'accepted':
    case 'declined':
      return requested_by
    case 'withdrawn':
      return null
  }
}

function wordsOf(
  swap: SwapRow,
  recipient: string,
  { timeZone, locale }: Reach['user'],
): { title: string; text: string } {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone })
  const when = `from ${format.format(swap.start_at)} until ${format.format(swap.end_at)} (${timeZone})`
  const shift = `${swap.schedule_name}, ${when}.`
  if (swap.status === 'requested') {
    return recipient === swap.from_user_id
      ? { title: `${swap.to_name} would take your shift`, text: `${shift} It stays yours until you agree.` }
      : {
          title: `${swap.from_name} asks you to take a shift`,
          text: `${shift} Nothing changes until you agree.`,
        }
  }
  const became =
    swap.status === 'accepted' ? `${swap.to_name} is on call then.` : `It stays ${swap.from_name}'s.`
  return { title: `Your swap was ${swap.status}`, text: `${shift} ${became}` }
}
