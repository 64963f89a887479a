import type { Channel } from '#contract/channels.ts'
import { channelOf } from '../channels/index.ts'
import type { Message, SendOutcome } from '../channels/types.ts'
import { publicUrlOf } from '../config.ts'
import type { Deps } from '../deps.ts'
import { createHttpSender, type HttpSend, type HttpSender } from '../platform/http-send.ts'
import { allowanceOf } from '../platform/private-addresses.ts'
import { handOver } from './hand-over.ts'
import { type MessagingDeps, readChannelState } from './settings.ts'

/**
 * Hands a message to a channel. The outcome is a value; it throws only when the database cannot say how the channel is set
 * up. Its reason never holds a credential.
 */
export async function sendMessage(
  deps: MessagingDeps,
  channel: Channel,
  address: string,
  message: Message,
  signal: AbortSignal = new AbortController().signal,
): Promise<SendOutcome> {
  const definition = channelOf(channel)
  if (!definition) return { outcome: 'failed', reason: NO_CHANNEL }
  const { ready, values } = await readChannelState(deps, definition)
  if ('problem' in ready) return { outcome: 'failed', reason: ready.problem }
  return handOver(
    {
      ...{ definition, values, settings: ready.settings, address, message },
      trusted: originsOfOperator(deps.config, channel),
    },
    { ...deps, sender: senderOf(deps), publicUrl: publicUrlOf(deps.config), now: deps.clock.now(), signal },
  )
}

const NO_CHANNEL = 'This release of OpsKnight has no such channel'

/** Why pages cannot go out on a channel now, and what to do about it; null when they can. Known for at most a second. */
export async function channelProblem(deps: MessagingDeps, channel: Channel): Promise<string | null> {
  const definition = channelOf(channel)
  if (!definition) return NO_CHANNEL
  const { ready } = await readChannelState(deps, definition)
  return 'problem' in ready ? ready.problem : null
}

/** For what is not a message, e.g. changing one that was sent: the settings of a channel, and requests within its limits. */
export type Line<Settings> = { settings: Settings; http: HttpSend }

/** A server that stops waits for it, and has ten seconds itself. */
const LINE_MS = 5_000

/** Null for a channel that is not set up. */
export async function lineTo<Settings>(
  deps: MessagingDeps,
  channel: Channel,
): Promise<Line<Settings> | null> {
  const definition = channelOf(channel)
  if (!definition) return null
  const { ready, values } = await readChannelState(deps, definition)
  if ('problem' in ready) return null
  const given = {
    signal: AbortSignal.timeout(LINE_MS),
    now: deps.clock.now(),
    secrets: Object.values(values),
    trusted: originsOfOperator(deps.config, channel),
  }
  return { settings: ready.settings as Settings, http: senderOf(deps).with(given) }
}

const senders = new WeakMap<Deps['config'], HttpSender>()

function senderOf({ config }: MessagingDeps): HttpSender {
  const known = senders.get(config)
  if (known) return known
  const sender = createHttpSender(allowanceOf(config.allowPrivateAddresses))
  senders.set(config, sender)
  return sender
}

/** Whoever sets the environment of the server may name places in their own network for a channel. People's addresses may not use that. */
const originsOfOperator = ({ channels }: Deps['config'], channel: Channel): string[] =>
  Object.values(channels[channel] ?? {}).flatMap((value) =>
    /^https?:/.test(value) && URL.canParse(value) ? [new URL(value).origin] : [],
  )
