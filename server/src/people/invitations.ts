import type { Deps } from '../deps.ts'
import { channelProblem, sendMessage } from '../messaging/send.ts'
import { newId } from '../platform/ids.ts'
import type { Principal } from '../platform/principal.ts'
import type { Invitation } from './commands.ts'

const SEND_MS = 15_000

/** Null: the link is on its way by e-mail. Else why not; it can always be handed over by hand. */
export type Delivery = { problem: string | null }

/** Sends the link to the address that the person signs in with, with no transaction open. */
export async function sendInvitation(
  deps: Deps,
  by: Principal,
  { user, link }: Invitation,
): Promise<Delivery> {
  const problem = await channelProblem(deps, 'email')
  if (problem) return { problem }
  const key = newId(deps.clock.now())
  const outcome = await sendMessage(
    deps,
    'email',
    user.email,
    user.active
      ? { kind: 'notice', key, title: 'Your link for a new password', text: NEW_PASSWORD, url: link }
      : { kind: 'invitation', key, person: { name: user.name }, inviterName: by.actor.name, url: link },
    AbortSignal.timeout(SEND_MS),
  )
  if (outcome.outcome === 'sent') return { problem: null }
  deps.log.warn({ userId: user.id, reason: outcome.reason }, 'invitation.not_sent')
  return { problem: outcome.reason }
}

const NEW_PASSWORD =
  'An administrator made a link with which you choose a new password. It works once, for 72 hours.'
