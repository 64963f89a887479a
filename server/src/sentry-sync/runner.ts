import type { Deps } from '../deps.ts'
import { createBell } from '../platform/bell.ts'
import { syncDueIssues } from './work.ts'

const LOOK_EVERY_MS = 1_000

/** Tells Sentry of what happens, at once and again where that failed. Returns what stops it, which breaks off what is on its way. */
export function startSentrySync(deps: Deps): () => Promise<void> {
  const stopping = new AbortController()
  const running = keepTelling(deps, stopping.signal)
  return async () => {
    stopping.abort()
    await running
  }
}

/** Apart from what is due to people: a Sentry that hangs holds up no page. */
async function keepTelling(deps: Deps, signal: AbortSignal): Promise<void> {
  const bell = createBell()
  const unsubscribe = deps.live.subscribe(({ kind }) => {
    if (kind === 'incidents' || kind === 'resync') bell.ring()
  })
  while (!signal.aborted) {
    try {
      while (!signal.aborted && (await syncDueIssues(deps, deps.clock.now(), signal)) > 0);
    } catch (error) {
      deps.log.error({ err: error }, 'sentry.sync_failed')
    }
    await bell.heard(LOOK_EVERY_MS, signal)
  }
  unsubscribe()
}
