import type { Deps } from '../deps.ts'
import { withinTime } from '../platform/within-time.ts'
import { checkDelivery, checkWorker, type Flaw } from './checks.ts'

/**
 * `withheld`: a part of the way from a delivery to a page does not work, so the address was not called. `unheard`: all of
 * it works, but the address did not answer.
 */
export type Beat = { outcome: 'sent' } | ({ outcome: 'withheld' | 'unheard' } & Flaw)

type Given = {
  /** Where this process itself listens. */
  door: string
  /** What is called when all is well. */
  url: string
  signal?: AbortSignal
}

const CHECK_WITHIN_MS = 10_000
const CALL_WITHIN_MS = 10_000
const CALLS = 2

/** One heartbeat: checks the whole way, and calls the address only when all of it works. Takes less than a minute. */
export async function beat(
  deps: Deps,
  { door, url, signal = new AbortController().signal }: Given,
): Promise<Beat> {
  const flaw = await firstFlaw([() => checkDelivery(deps, door, signal), () => checkWorker(deps)])
  if (flaw) return { outcome: 'withheld', ...flaw }
  for (let call = 1; ; call += 1) {
    const unheard = await callOnce(url, signal)
    if (!unheard) return { outcome: 'sent' }
    if (call === CALLS) return { outcome: 'unheard', ...unheard }
  }
}

async function firstFlaw(checks: (() => Promise<Flaw | null>)[]): Promise<Flaw | null> {
  for (const check of checks) {
    const flaw = await withinTime(check(), CHECK_WITHIN_MS).catch(toFlaw)
    if (flaw) return flaw
  }
  return null
}

const toFlaw = (error: unknown): Flaw => ({
  code: 'check_failed',
  reason: `A check of the way could not be done: ${wordOf(error)}`,
})

/** Redirects are not followed: the address is a credential, and belongs to the host that it names. */
async function callOnce(url: string, signal: AbortSignal): Promise<Flaw | null> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_WITHIN_MS)]),
    })
    await answer.body?.cancel()
    if (answer.ok) return null
    return { code: 'address_refused', reason: `The heartbeat's address answered ${answer.status}` }
  } catch (error) {
    return { code: 'address_unreachable', reason: `The heartbeat's address did not answer: ${wordOf(error)}` }
  }
}

/** Not the message, which may hold the address. */
function wordOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (!(cause instanceof Error)) return 'unknown'
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
}
