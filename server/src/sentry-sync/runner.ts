import { setTimeout as delay } from 'node:timers/promises'
import type { Deps } from '../deps.ts'
import { createBell } from '../platform/bell.ts'
import { every } from '../platform/every.ts'
import { dueConnections } from './due.ts'
import { giveUpOld } from './give-up.ts'
import { tellRefusals } from './notices.ts'
import { syncConnection } from './work.ts'

const LOOK_EVERY_MS = 1_000
/** The first change is looked at at once; those that come in a stream are gathered. */
const REST_MS = 100
/** What is due to nobody at once. */
const TIDY_EVERY_MS = 60_000
const AT_ONCE = 16

/** Tells Sentry of what happens, at once and again where that failed. Returns what stops it, which breaks off what is on its way. */
export function startSentrySync(deps: Deps): () => Promise<void> {
  const stopping = new AbortController()
  const running = keepTelling(deps, stopping.signal)
  return async () => {
    stopping.abort()
    await running
  }
}

/** Apart from what is due to people, and each connection by itself: a Sentry that hangs holds up no page and no other Sentry. */
async function keepTelling(deps: Deps, signal: AbortSignal): Promise<void> {
  const bell = createBell()
  const unsubscribe = deps.live.subscribe(({ kind }) => {
    if (kind === 'incidents' || kind === 'configuration' || kind === 'resync') bell.ring()
  })
  const busy = new Map<string, Promise<void>>()
  const start = (name: string, work: () => Promise<void>) => {
    if (!busy.has(name))
      busy.set(
        name,
        work().then(() => void busy.delete(name)),
      )
  }
  const [tidyingIsDue, noticesAreDue] = [every(TIDY_EVERY_MS), every(LOOK_EVERY_MS)]
  const look = async () => {
    if (tidyingIsDue()) start('tidying', () => attempt(deps, () => giveUpOld(deps, deps.clock.now())))
    if (noticesAreDue()) start('notices', () => attempt(deps, () => tellRefusals(deps, signal)))
    for (const id of await dueConnections(deps.db, deps.clock.now())) {
      if (busy.size >= AT_ONCE) return
      // What came in at the last moment is looked for again.
      start(id, () => keepSyncing(deps, id, signal).then(bell.ring))
    }
  }
  while (!signal.aborted) {
    const rested = delay(REST_MS, undefined, { signal }).catch(() => undefined)
    await attempt(deps, look)
    await rested
    await bell.heard(LOOK_EVERY_MS, signal)
  }
  unsubscribe()
  await Promise.all(busy.values())
}

async function attempt(deps: Deps, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => deps.log.error({ err: error }, 'sentry.sync_failed'))
}

/** Until nothing of this connection is due. */
async function keepSyncing(deps: Deps, integrationId: string, signal: AbortSignal): Promise<void> {
  try {
    while (!signal.aborted && (await syncConnection(deps, integrationId, deps.clock.now(), signal)) > 0);
  } catch (error) {
    deps.log.error({ err: error, integrationId }, 'sentry.sync_failed')
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
