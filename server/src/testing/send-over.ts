import type { Channel } from '#contract/channels.ts'
import { channelOf } from '../channels/index.ts'
import type { Message, SendOutcome } from '../channels/types.ts'
import { handOver } from '../messaging/hand-over.ts'
import { createHttpSender, type HttpLimits } from '../platform/http-send.ts'
import { createLog } from '../platform/log.ts'
import { allowanceOf } from '../platform/private-addresses.ts'
import { PUBLIC_URL } from './test-app.ts'

type Given = {
  channel: Channel
  /** As an administrator enters them. */
  values?: Record<string, string>
  address: string
  message: Message
  signal?: AbortSignal
  limits?: Partial<HttpLimits>
  /** As in OPSKNIGHT_ALLOW_PRIVATE_ADDRESSES: providers of tests are on this machine. */
  allow?: string[]
  now?: Date
}

/** Sends the way the server does, without a database. */
export async function sendOver({
  channel,
  values = {},
  address,
  message,
  ...given
}: Given): Promise<SendOutcome> {
  const definition = channelOf(channel)
  const read = definition?.readSettings(values)
  if (!definition || !read || 'problem' in read)
    throw new Error(`${channel} is not set up: ${JSON.stringify(read)}`)
  const sender = createHttpSender(allowanceOf(given.allow ?? ['all']), given.limits)
  try {
    return await handOver(
      { definition, values, settings: read.settings, address, message },
      {
        sender,
        publicUrl: PUBLIC_URL,
        now: given.now ?? new Date('2026-03-01T09:00:00Z'),
        log: createLog('silent'),
        signal: given.signal ?? new AbortController().signal,
      },
    )
  } finally {
    await sender.close()
  }
}
