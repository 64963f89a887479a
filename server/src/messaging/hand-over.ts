import { cleaned } from '#contract/common.ts'
import type { ChannelDefinition, Message, SendOutcome } from '../channels/types.ts'
import { cut } from '../channels/words.ts'
import type { HttpSender } from '../platform/http-send.ts'
import type { Log } from '../platform/log.ts'
import { redact, secretsOfRequest } from '../platform/redact.ts'
import { Unanswered, withinTime } from '../platform/within-time.ts'

const SEND_WITHIN_MS = 35_000

export type HandOver = {
  definition: ChannelDefinition
  /** What the settings were read from; the secrets among them never come out. */
  values: Record<string, string>
  settings: unknown
  address: string
  message: Message
  /** Origins that the operator of the server has named for this channel: only these may be private without being allowed. */
  trusted?: readonly string[]
}

export type Around = { sender: HttpSender; publicUrl: string; now: Date; log: Log; signal: AbortSignal }

/** Gives a message to a channel, within bounded time. Never throws; reasons hold no credential. */
export async function handOver(
  given: HandOver,
  { sender, publicUrl, now, log, signal }: Around,
): Promise<SendOutcome> {
  const { definition, settings, address, message } = given
  const secrets = secretsIn(given)
  const inTime = AbortSignal.any([signal, AbortSignal.timeout(SEND_WITHIN_MS)])
  const http = sender.with({ signal: inTime, now, secrets, trusted: given.trusted ?? [] })
  try {
    const sending = definition.send(message, address, { settings, http, publicUrl, signal: inTime, now })
    const outcome = await withinTime(sending, SEND_WITHIN_MS)
    return storable(outcome, secrets)
  } catch (error) {
    return broken(definition, error, log)
  }
}

const REASON_MAX = 500
/** What names a message at a provider; longer ones are none of theirs, and too long for an index. */
const PROVIDER_ID_MAX = 200

/** Providers, and what speaks in their place, say what they like: binary data too, which PostgreSQL does not take as text. */
function storable(outcome: SendOutcome, secrets: readonly string[]): SendOutcome {
  if (outcome.outcome !== 'sent')
    return { ...outcome, reason: cut(cleaned(redact(outcome.reason, secrets)), REASON_MAX) }
  const { providerId, ...sent } = outcome
  const isName =
    typeof providerId === 'string' &&
    providerId.length <= PROVIDER_ID_MAX &&
    cleaned(providerId) === providerId
  return isName ? outcome : sent
}

function broken({ id, name }: ChannelDefinition, error: unknown, log: Log): SendOutcome {
  if (error instanceof Unanswered) return { outcome: 'retry', reason: `${name} did not answer in time` }
  log.error({ err: error, channel: id }, 'message.channel_broke')
  return {
    outcome: 'retry',
    reason: `${name} failed in a way that OpsKnight did not expect; its log says more`,
  }
}

/**
 * What is entered as a secret or made by the installation for itself, and the address: providers name it in their refusals, which
 * people read who see it masked elsewhere.
 */
function secretsIn({ definition, values, address }: HandOver): string[] {
  const { settingsFields, ownKeys, isAddressSecret } = definition
  const shown = new Set([
    ...settingsFields.filter(({ kind }) => kind !== 'secret').map(({ name }) => name),
    ...(ownKeys?.shown ?? []),
  ])
  const hidden = Object.entries(values).flatMap(([name, value]) => (shown.has(name) ? [] : [value]))
  const own = isAddressSecret ? [address] : []
  return [...[...hidden, ...own].flatMap((secret) => [secret, ...partsOf(secret)]), ...formsOf(address)]
}

/** As mail servers and gateways write it. */
const formsOf = (address: string): string[] => [address, address.toLowerCase(), address.replace(/^\+/, '')]

/** What of a secret is one too: the credentials within a web address, the words of a header. */
const partsOf = (secret: string): string[] => [
  ...(URL.canParse(secret) ? secretsOfRequest({ url: secret }) : []),
  ...(/\s/.test(secret) ? secret.split(/\s+/) : []),
]
