import type { Deps } from '../deps.ts'
import { type Heard, type SentryClient, sentryClient } from '../integrations/sentry/client.ts'
import { createHttpSender, type HttpSend, type HttpSender } from '../platform/http-send.ts'
import { allowanceOf } from '../platform/private-addresses.ts'
import { redact } from '../platform/redact.ts'
import type { Connection } from './connection-store.ts'

/** A page of 100 issues has about one megabyte. */
const ANSWER_BYTES = 8 * 1024 * 1024

/** Sentry's API as this connection reaches it; null when its token cannot be read. */
export function clientOf(
  deps: Pick<Deps, 'config' | 'clock'>,
  { url, organization, token }: Pick<Connection, 'url' | 'organization' | 'token'>,
  { signal = new AbortController().signal, heard }: { signal?: AbortSignal; heard?: Heard } = {},
): SentryClient | null {
  if (token === null) return null
  const now = deps.clock.now()
  const send = senderOf(deps).with({ signal, now, secrets: [token] })
  return sentryClient({ url, organization, token }, withoutToken(send, token), now, heard)
}

/** Whatever stands between us and Sentry may repeat the request in its error. */
const withoutToken =
  (send: HttpSend, token: string): HttpSend =>
  async (request) => {
    const result = await send(request)
    if (result.outcome !== 'answered' || result.answer.status < 400) return result
    return { ...result, answer: { ...result.answer, text: redact(result.answer.text, [token]) } }
  }

const senders = new WeakMap<Deps['config'], HttpSender>()

function senderOf({ config }: Pick<Deps, 'config'>): HttpSender {
  const known = senders.get(config)
  if (known) return known
  const sender = createHttpSender(allowanceOf(config.allowPrivateAddresses), { answerBytes: ANSWER_BYTES })
  senders.set(config, sender)
  return sender
}
