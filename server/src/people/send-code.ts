import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { sendMessage } from '../messaging/send.ts'
import type { Trx } from '../platform/db.ts'
import { newId } from '../platform/ids.ts'
import { fullAddressOf } from './addresses.ts'
import { type Code, confirmationToken } from './codes.ts'
import type { ContactMethodRow } from './contact-methods-store.ts'
import { countAttempt, type Limit } from './throttle.ts'

const WINDOW_MINUTES = 60
/** Codes to one address, whoever asks: nobody is flooded with messages that they never wanted. */
const PER_ADDRESS = 5
/** Codes about the contact methods of one person: messages to many numbers cost money. */
const PER_PERSON = 12
/** How long somebody waits for the answer whether the code went out. */
const SEND_MS = 15_000

/** Throws `rate_limited`. */
export async function countCode(
  trx: Trx,
  { userId, addressHash }: { userId: string; addressHash: Buffer },
  now: Date,
): Promise<void> {
  const toAddress: Limit = {
    key: `code to ${addressHash.toString('base64url')}`,
    failures: PER_ADDRESS,
    minutes: WINDOW_MINUTES,
    words: 'Too many codes were sent to this address',
  }
  const ofPerson: Limit = {
    key: `codes of ${userId}`,
    failures: PER_PERSON,
    minutes: WINDOW_MINUTES,
    words: 'Too many codes were sent for this person',
  }
  await countAttempt(trx, toAddress, now)
  await countAttempt(trx, ofPerson, now)
}

/** What became of a code; `problem` is null when it is on its way. */
export type CodeSending = { problem: string | null }

/** Sends it, with no transaction open. */
export async function sendCode(
  deps: Deps,
  method: ContactMethodRow,
  person: { name: string },
  code: Code,
): Promise<CodeSending> {
  const { id, channel } = method
  const address = fullAddressOf(deps.secrets, {
    channel,
    address: method.address,
    sealedAddress: method.sealed_address,
  })
  if (address === null) {
    return { problem: 'The address cannot be read any more, as the secret key was changed. Add it again.' }
  }
  const token = confirmationToken(deps.secrets, id, code.hash)
  const confirmUrl = `${publicUrlOf(deps.config)}/confirm?token=${token}`
  const outcome = await sendMessage(
    deps,
    channel,
    address,
    {
      kind: 'code',
      key: newId(deps.clock.now()),
      person: { name: person.name },
      code: code.text,
      confirmUrl,
    },
    AbortSignal.timeout(SEND_MS),
  )
  if (outcome.outcome === 'sent') {
    deps.log.info({ contactMethodId: id, channel }, 'contact_method.code_sent')
    return { problem: null }
  }
  deps.log.warn({ contactMethodId: id, channel, reason: outcome.reason }, 'contact_method.code_failed')
  return { problem: outcome.reason }
}
