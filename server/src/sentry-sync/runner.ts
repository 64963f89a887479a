import { setTimeout as delay } from 'node:timers/promises'
import type { Deps } from '../deps.ts'
import { createBell } from '../platform/bell.ts'
import { addMinutes } from '../platform/clock.ts'
import { every } from '../platform/every.ts'
import { dueConnections } from './due.ts'
import { enrichConnection } from './enrich.ts'
import { connectionsToAsk } from './facts-due.ts'
import { retractFarTimes } from './far-times.ts'
import { giveUpOld } from './give-up.ts'
import { keepReconciling } from './keep-reconciling.ts'
import { tellRefusals } from './notices.ts'
import { syncConnection } from './work.ts'

const LOOK_EVERY_MS = 1_000
/** The first change is looked at at once; those that come in a stream are gathered. */
const REST_MS = 100
/** What is due to nobody at once. */
const TIDY_EVERY_MS = 60_000
const AT_ONCE = 16

/**
 * Tells Sentry of what happens and asks it about incidents, at once and again where that failed. Returns what stops it, which breaks
 * off what is on its way.
 */
export function startSentrySync(deps: Deps): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const running = Promise.all([
    keepTelling(deps, signal),
    keepEnriching(deps, signal),
    keepReconciling(deps, signal),
  ])
  return async () => {
    stopping.abort()
    await running
  }
}

async function keepTelling(deps: Deps, signal: AbortSignal): Promise<void> {
  const [tidyingIsDue, noticesAreDue] = [every(TIDY_EVERY_MS), every(LOOK_EVERY_MS)]
  let latest: Date | null = null
  const bell = createBell()
  const unsubscribe = deps.live.subscribe(({ kind }) => {
    if (kind === 'incidents' || kind === 'configuration' || kind === 'resync') bell.ring()
  })
  await keepLooking(deps, { signal, bell }, async ({ start, startFor }) => {
    const now = deps.clock.now()
    if (!latest || addMinutes(now, 1) < latest) await retractFarTimes(deps.db, now)
    latest = now
    if (tidyingIsDue()) start('tidying', () => attempt(deps, () => giveUpOld(deps, deps.clock.now())))
    if (noticesAreDue()) start('notices', () => attempt(deps, () => tellRefusals(deps, signal)))
    startFor(await dueConnections(deps.db, deps.clock.now()), syncConnection)
  })
  unsubscribe()
}

/** Once a second: nobody waits for it. */
const keepEnriching = (deps: Deps, signal: AbortSignal) =>
  keepLooking(deps, { signal, bell: createBell() }, async ({ startFor }) =>
    startFor(await connectionsToAsk(deps.db, deps.clock.now()), enrichConnection),
  )

type Work = typeof syncConnection
type Looking = {
  start(name: string, work: () => Promise<void>): void
  startFor(integrationIds: string[], work: Work): void
}

/**
 * Looks for what is due every second and when the bell rings. Apart from what is due to people, and each connection by itself: a
 * Sentry that hangs holds up no page and no other Sentry.
 */
async function keepLooking(
  deps: Deps,
  { signal, bell }: { signal: AbortSignal; bell: ReturnType<typeof createBell> },
  look: (looking: Looking) => Promise<void>,
): Promise<void> {
  const busy = new Map<string, Promise<void>>()
  const start = (name: string, work: () => Promise<void>) => {
    if (!busy.has(name))
      busy.set(
        name,
        work().then(() => void busy.delete(name)),
      )
  }
  const startFor = (integrationIds: string[], work: Work) => {
    for (const id of integrationIds) {
      if (busy.size >= AT_ONCE) return
      // What came in at the last moment is looked for again.
      start(id, () => keepWorking(deps, id, work, signal).then(bell.ring))
    }
  }
  while (!signal.aborted) {
    const rested = delay(REST_MS, undefined, { signal }).catch(() => undefined)
    await attempt(deps, () => look({ start, startFor }))
    await rested
    await bell.heard(LOOK_EVERY_MS, signal)
  }
  await Promise.all(busy.values())
}

async function attempt(deps: Deps, work: () => Promise<void>): Promise<void> {
  await work().catch((error: unknown) => deps.log.error({ err: error }, 'sentry.sync_failed'))
}

/** Until nothing of this connection is due. */
async function keepWorking(
  deps: Deps,
  integrationId: string,
  work: Work,
  signal: AbortSignal,
): Promise<void> {
  try {
    while (!signal.aborted && (await work(deps, integrationId, deps.clock.now(), signal)) > 0);
  } catch (error) {
    deps.log.error({ err: error, integrationId }, 'sentry.sync_failed')
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}
