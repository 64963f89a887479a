import type { Deps } from '../deps.ts'
import { addSeconds } from '../platform/clock.ts'
import { compareWithSentry, type Hindrance } from './compare.ts'
import { findMissingDeliveries } from './missing-deliveries.ts'
import { type Connected, EVERY_SECONDS, noteCompared, takeDue } from './reconcile-store.ts'

const AT_ONCE = 4
/** When it has failed; Sentry may say that it takes longer. */
const AGAIN_SECONDS = 60

/**
 * Compares open incidents, and the deliveries that have come, with Sentry, for each connection that is due; returns how many were. Any
 * number of processes may run it.
 */
export async function reconcileDue(
  deps: Deps,
  now: Date,
  signal: AbortSignal = new AbortController().signal,
): Promise<number> {
  const due = await takeDue(deps.db, now, AT_ONCE)
  await Promise.all(due.map((integration) => reconcile(deps, integration, signal)))
  return due.length
}

async function reconcile(deps: Deps, integration: Connected, signal: AbortSignal): Promise<void> {
  try {
    const { hindrance, again } = await compareIfWanted(deps, integration, signal)
    if (signal.aborted) return
    if (!hindrance && integration.hasLog) await findMissingDeliveries(deps, integration, signal)
    const now = deps.clock.now()
    const dueAt = hindrance ? untilOf(hindrance, now) : earlier(again, addSeconds(now, EVERY_SECONDS))
    await noteCompared(deps.db, integration.id, { now, problem: hindrance?.problem ?? null, dueAt })
  } catch (error) {
    deps.log.error({ err: error, integrationId: integration.id }, 'sentry.reconcile_broke')
  }
}

const compareIfWanted = async (deps: Deps, integration: Connected, signal: AbortSignal) =>
  integration.compares ? compareWithSentry(deps, integration, signal) : { hindrance: null, again: null }

/** Not all at the same moment, after an outage. */
function untilOf({ until }: Hindrance, now: Date): Date {
  const soon = addSeconds(now, AGAIN_SECONDS * (1 + Math.random() / 4))
  return until && until > soon ? until : soon
}

const earlier = (a: Date | null, b: Date) => (a && a < b ? a : b)
