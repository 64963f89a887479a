import type { Deps } from '../deps.ts'
import { createSender, type SenderOptions } from './sender.ts'

/** Sends what is due now, and returns when all of it has gone out or has to wait; how many messages were attempted. */
export async function sendDuePages(
  deps: Deps,
  now: Date,
  options: Omit<SenderOptions, 'now'> = {},
): Promise<number> {
  const sender = createSender(deps, { now: () => now, ...options })
  sender.wake()
  await sender.idle()
  return sender.attempted
}
