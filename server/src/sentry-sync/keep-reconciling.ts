import type { Deps } from '../deps.ts'
import { createBell } from '../platform/bell.ts'
import { checkAgain } from './check-again.ts'
import { reconcileDue } from './reconcile.ts'
import { makeAllDue } from './reconcile-store.ts'

const LOOK_EVERY_MS = 5_000

/** Compares with Sentry whenever that is due: at the start, when the database was away, and every few minutes. Until the signal. */
export async function keepReconciling(deps: Deps, signal: AbortSignal): Promise<void> {
  const bell = createBell()
  let wasAway = true
  const unsubscribe = deps.live.subscribe(({ kind }) => {
    if (kind !== 'resync') return
    wasAway = true
    bell.ring()
  })
  while (!signal.aborted) {
    try {
      if (wasAway) await makeAllDue(deps.db, deps.clock.now())
      wasAway = false
      while (!signal.aborted && (await doAllDue(deps, deps.clock.now(), signal)) > 0);
    } catch (error) {
      deps.log.error({ err: error }, 'sentry.reconcile_failed')
    }
    await bell.heard(LOOK_EVERY_MS, signal)
  }
  unsubscribe()
}

async function doAllDue(deps: Deps, now: Date, signal: AbortSignal): Promise<number> {
  const done = await Promise.all([checkAgain(deps, now, signal), reconcileDue(deps, now, signal)])
  return done[0] + done[1]
}
